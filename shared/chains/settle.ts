import type { Database, Queryable } from '../store/database.js';
import type { Chain } from './chain.js';
import { afterItems } from './decide-run.js';
import { ENDS, type RunRow, type StepChange, type StepRow } from './records.js';
import { changeRun, lockRun } from './run-store.js';
import { planStep, startAfterFailure } from './start-runs.js';
import { type AttemptEnd, changeStep, endAttempt, standOfItems } from './step-store.js';

/** What a pass settles steps with. */
export interface Settling {
  readonly database: Database;
  /** The chains of this version, for those that a failure starts. */
  readonly chains: readonly Chain[];
  readonly owner: string;
  /** Epoch ms by the database's clock. */
  readonly now: () => number;
}

/**
 * Writes what became of a step, and in the same transaction where its run goes: to wait, to the next step, to its end, or to
 * another chain. Nothing of it happens without the rest.
 * @param attempt what is noted of the call that came back
 * @param beside what else belongs to the change, in the same transaction
 * @returns false where somebody else has the step by now; they will find out the same
 */
export async function settleStep(
  step: StepRow,
  change: StepChange,
  { database, chains, owner, now }: Settling,
  attempt?: AttemptEnd,
  beside?: (tx: Queryable) => Promise<void>,
): Promise<boolean> {
  return await database.transaction(async (tx) => {
    const run = await lockRun(tx, step.run_id);
    if (!run) return false;
    const moment = new Date(now());
    const settled = await changeStep(tx, step, run.state === 'cancelled' ? cancelled(change) : change, {
      owner,
      attempt: step.attempt,
    });
    if (!settled) return false;
    if (attempt) await endAttempt(tx, step, attempt, moment);
    if (beside && run.state !== 'cancelled') await beside(tx);
    if (ENDS.includes(change.state)) await moveRun(tx, run, chains, moment);
    return true;
  });
}

/** What was under way when the run was cancelled is noted, and goes no further. */
function cancelled(change: StepChange): StepChange {
  return ENDS.includes(change.state) ? change : { ...change, state: 'cancelled', next_at: null };
}

/** Moves a run on after its items changed. The run is locked. */
export async function moveRun(tx: Queryable, run: RunRow, chains: readonly Chain[], now: Date): Promise<void> {
  if (run.state === 'cancelled' || run.finished_at) return;
  const items = await standOfItems(tx, run.id, run.position);
  const change = afterItems(run, items);
  if (change.to === 'wait') return;
  if (change.to === 'attention') return changeRun(tx, run, { state: 'needs_attention', reason: change.reason });
  if (change.to === 'next') {
    const next = { ...run, position: change.position };
    await changeRun(tx, run, { state: 'running', position: change.position, reason: change.reason });
    return planStep(tx, next, now);
  }
  let reason = change.reason;
  if (change.chain !== undefined) {
    const chain = chains.find((one) => one.name === change.chain);
    const failed = items.find((item) => item.state === 'failed');
    if (chain) await startAfterFailure(tx, chain, run, failed, now);
    else reason = `${reason} The chain ${change.chain} was not started: this version has none of this name.`;
  }
  await changeRun(tx, run, { state: change.state, reason, finished_at: now });
}
