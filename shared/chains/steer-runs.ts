import type { Database, Queryable } from '../store/database.js';
import type { Chain } from './chain.js';
import { afterRetry, type UnknownIs } from './decide-retry.js';
import { ENDS } from './records.js';
import { changeRun, databaseNow, lockRun, readRun } from './run-store.js';
import { type ListedRun, listed } from './runs.js';
import { moveRun } from './settle.js';
import { isWithoutEvent, planStep } from './start-runs.js';
import { changeStep, itemsOf } from './step-store.js';

/** What became of a wish about a run: the run as it is now, or why nothing was changed. */
export type Steered =
  | { readonly ok: true; readonly run: ListedRun }
  | { readonly ok: false; readonly found: boolean; readonly reason: string };

const noSuchRun: Steered = { ok: false, found: false, reason: 'There is no run of this id.' };

/**
 * Lets a run go on that failed, needs a person, or is held back by a guard. What was done is not done again; steps whose outcome is
 * unknown are looked at once more, unless the caller says what became of them.
 * @param chains those of this version, for what a further failure starts
 * @throws the errors of database-errors.ts
 */
export async function retryRun(
  database: Database,
  id: string,
  { chains, unknown = 'look-again' }: { readonly chains: readonly Chain[]; readonly unknown?: UnknownIs },
): Promise<Steered> {
  return await database.transaction(async (tx) => {
    const run = await lockRun(tx, id);
    if (!run) return noSuchRun;
    if (run.state !== 'failed' && run.state !== 'needs_attention') {
      const reason = `The run is ${run.state}; only one that failed or needs attention can be retried.`;
      return { ok: false, found: true, reason };
    }
    if (isWithoutEvent(run))
      return { ok: false, found: true, reason: run.reason ?? 'The event of the run was not kept.' };
    const now = await databaseNow(tx);
    const again = { ...run, state: 'running', reason: null, held: false, finished_at: null } as const;
    await changeRun(tx, run, again);
    if (run.held) await planStep(tx, run, new Date(now));
    const definition = run.definition.steps[run.position];
    for (const step of await itemsOf(tx, run.id, run.position)) {
      const change = definition && afterRetry(step, definition, unknown, now);
      if (change) await changeStep(tx, step, change, undefined);
    }
    // Where all that was in doubt is said to be done, the run is at its next step now.
    await moveRun(tx, again, chains, new Date(now));
    return { ok: true, run: listed((await readRun(tx, id)) ?? again) };
  });
}

/**
 * Ends a run that is not over. A call that is under way is not called back; its answer is noted, and nothing follows from it.
 * @throws the errors of database-errors.ts
 */
export async function cancelRun(database: Database, id: string): Promise<Steered> {
  return await database.transaction(async (tx) => {
    const run = await lockRun(tx, id);
    if (!run) return noSuchRun;
    if (run.state !== 'running' && run.state !== 'needs_attention') {
      return { ok: false, found: true, reason: `The run is ${run.state} already.` };
    }
    const patch = { state: 'cancelled', finished_at: new Date(await databaseNow(tx)), held: false } as const;
    await changeRun(tx, run, patch);
    await tx.query(
      `UPDATE chain_steps SET state = 'cancelled', next_at = NULL, lease_owner = NULL, lease_until = NULL
       WHERE run_id = $1 AND state <> 'calling' AND NOT state = ANY($2::text[])`,
      [id, ENDS],
    );
    return { ok: true, run: listed({ ...run, ...patch }) };
  });
}

/** Runs that one statement removes: each may have a thousand entries of for_each, and a statement has five seconds. */
const FEW_PRUNED = 50;

/** Removes runs that were over before a moment, at most so many at once, with their steps and attempts. @returns how many */
export async function pruneRuns(database: Queryable, before: Date, most: number): Promise<number> {
  let pruned = 0;
  while (pruned < most) {
    const few = Math.min(FEW_PRUNED, most - pruned);
    const rows = await database.query(
      `DELETE FROM chain_runs WHERE id IN (
         SELECT id FROM chain_runs WHERE finished_at < $1 ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED
       ) RETURNING id`,
      [before, few],
    );
    pruned += rows.length;
    if (rows.length < few) break;
  }
  return pruned;
}
