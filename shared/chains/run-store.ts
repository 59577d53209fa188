import type { Queryable } from '../store/database.js';
import { onlyRow } from '../store/only-row.js';
import { storableText } from '../store/storable-text.js';
import type { RunRow } from './records.js';
import { json } from './step-store.js';

const columns =
  'id, chain, event_key, state, reason, held, definition, trigger, event, depth, parent_id, position, created_at, finished_at';

/** The database's own time, epoch ms: the one clock that every instance agrees on. */
export async function databaseNow(database: Queryable): Promise<number> {
  return onlyRow(await database.query<{ now: Date }>('SELECT clock_timestamp() AS now')).now.getTime();
}

/** @returns undefined where there is no such run */
export async function readRun(database: Queryable, id: string): Promise<RunRow | undefined> {
  const [row] = await database.query<RunRow>(`SELECT ${columns} FROM chain_runs WHERE id = $1`, [id]);
  return row;
}

/** The runs with these ids, in no order. */
export async function readRuns(database: Queryable, ids: readonly string[]): Promise<readonly RunRow[]> {
  return await database.query<RunRow>(`SELECT ${columns} FROM chain_runs WHERE id = ANY($1::text[])`, [ids]);
}

/** Holds a run until the end of the transaction: whatever changes it or its steps takes it first, so that none miss each other. */
export async function lockRun(tx: Queryable, id: string): Promise<RunRow | undefined> {
  const [row] = await tx.query<RunRow>(`SELECT ${columns} FROM chain_runs WHERE id = $1 FOR UPDATE`, [id]);
  return row;
}

/** @returns false where this event has already started this chain */
export async function insertRun(tx: Queryable, run: Omit<RunRow, 'finished_at' | 'position'>): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO chain_runs (id, chain, event_key, state, reason, held, definition, trigger, event, depth, parent_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (chain, event_key) DO NOTHING RETURNING id`,
    [
      ...[run.id, run.chain, run.event_key, run.state, run.reason, run.held, json(run.definition), run.trigger],
      ...[json(run.event), run.depth, run.parent_id, run.created_at],
    ],
  );
  return rows.length > 0;
}

/** How many runs of a chain began since a moment; those that a guard holds back are not counted. */
export async function countRunsSince(tx: Queryable, chain: string, since: Date): Promise<number> {
  const rows = await tx.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM chain_runs WHERE chain = $1 AND created_at > $2 AND NOT held',
    [chain, since],
  );
  return onlyRow(rows).count;
}

/** What changes of a run; what is absent stays. */
export type RunPatch = Partial<Pick<RunRow, 'state' | 'reason' | 'held' | 'position' | 'finished_at'>>;

export async function changeRun(tx: Queryable, run: RunRow, patch: RunPatch): Promise<void> {
  const next = { ...run, ...patch };
  await tx.query(
    'UPDATE chain_runs SET state = $2, reason = $3, held = $4, position = $5, finished_at = $6 WHERE id = $1',
    [run.id, next.state, next.reason && storableText(next.reason), next.held, next.position, next.finished_at],
  );
}
