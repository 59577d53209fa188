import type { Queryable } from '../store/database.js';
import { onlyRow } from '../store/only-row.js';
import { storableText } from '../store/storable-text.js';
import type { Json } from './chain.js';
import type { StepChange, StepRow } from './records.js';

/** Who works on a step for now, and until when; a pass writes only what it holds. */
export interface Holder {
  readonly owner: string;
  readonly until: Date;
}

const columns = [
  'run_id, position, item, name, function, state, item_value, input, retry_input, round, attempt, tries, idempotency_key',
  'called_at, doubt, looks, result, follow, error, deadline_at, next_at, lease_owner, lease_until',
].join(', ');
const prefixed = columns.replaceAll(/\w+/g, (column) => `s.${column}`);

/**
 * Takes steps that are due and that nobody holds, the oldest first. Rows that another pass is just taking are passed over, so
 * any number of passes may do this at once. One statement: it happens whole, or not at all.
 */
export async function claimDueSteps(
  database: Queryable,
  { owner, until, now, most }: Holder & { readonly now: Date; readonly most: number },
): Promise<readonly StepRow[]> {
  return await database.query<StepRow>(
    `WITH due AS (
       SELECT run_id, position, item FROM chain_steps
       WHERE next_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
       ORDER BY next_at, run_id, position, item LIMIT $2 FOR UPDATE SKIP LOCKED
     )
     UPDATE chain_steps s SET lease_owner = $3, lease_until = $4 FROM due d
     WHERE s.run_id = d.run_id AND s.position = d.position AND s.item = d.item
     RETURNING ${prefixed}`,
    [now, most, owner, until],
  );
}

/**
 * Writes down that a call is about to be made, with its key: from here on the call counts as made. One statement.
 * @returns false where the step is no longer held, or the run was cancelled: then nothing may be called
 */
export async function writeIntent(
  database: Queryable,
  step: StepRow,
  { owner, key, now }: { readonly owner: string; readonly key: string; readonly now: Date },
): Promise<boolean> {
  const written = await database.query(
    `WITH step AS (
       UPDATE chain_steps SET state = 'calling', attempt = attempt + 1, idempotency_key = $5, called_at = $6,
         next_at = lease_until, doubt = NULL, looks = 0
       WHERE run_id = $1 AND position = $2 AND item = $3 AND lease_owner = $4 AND state = 'ready'
         AND EXISTS (SELECT 1 FROM chain_runs WHERE id = $1 AND state IN ('running', 'needs_attention'))
       RETURNING run_id, position, item, attempt
     )
     INSERT INTO chain_attempts (run_id, position, item, attempt, idempotency_key, called_at)
     SELECT run_id, position, item, attempt, $5, $6 FROM step RETURNING attempt`,
    [step.run_id, step.position, step.item, owner, key, now],
  );
  return written.length > 0;
}

/** What is written beside an attempt once its answer is there. */
export interface AttemptEnd {
  readonly outcome: 'answered' | 'not-sent' | 'rejected' | 'unknown';
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Notes what became of the step's last attempt, for whoever looks at the run. */
export async function endAttempt(tx: Queryable, step: StepRow, end: AttemptEnd, now: Date): Promise<void> {
  const text = (value: string | undefined) => (value === undefined ? null : storableText(value.slice(0, 2_000)));
  await tx.query(
    `UPDATE chain_attempts SET outcome = $5, status = $6, code = $7, message = $8, answered_at = $9
     WHERE run_id = $1 AND position = $2 AND item = $3 AND attempt = $4`,
    [
      ...[step.run_id, step.position, step.item, step.attempt],
      ...[end.outcome, end.status ?? null, text(end.code), text(end.message), now],
    ],
  );
}

/**
 * Writes a change of a step and lets go of it.
 * @param held the owner that must hold it, and the attempt that it must be at; undefined where its run is steered by a person
 * @returns false where somebody else has it by now: then nothing was changed
 */
export async function changeStep(
  tx: Queryable,
  step: StepRow,
  change: StepChange,
  held: { readonly owner: string; readonly attempt: number } | undefined,
): Promise<boolean> {
  const next = { ...step, ...change };
  const rows = await tx.query(
    `UPDATE chain_steps SET state = $6, next_at = $7, input = $8, retry_input = $9, round = $10, tries = $11, doubt = $12,
       looks = $13, result = $14, follow = $15, error = $16, deadline_at = $17, item_value = $18,
       lease_owner = NULL, lease_until = NULL
     WHERE run_id = $1 AND position = $2 AND item = $3
       AND ($4::text IS NULL OR (lease_owner = $4 AND attempt = $5::smallint)) RETURNING item`,
    [
      ...[step.run_id, step.position, step.item, held?.owner ?? null, held?.attempt ?? null],
      ...[
        next.state,
        next.next_at,
        json(next.input),
        json(next.retry_input),
        next.round,
        next.tries,
        next.doubt,
        next.looks,
      ],
      ...[json(next.result), json(next.follow), json(next.error), next.deadline_at, json(next.item_value)],
    ],
  );
  return rows.length > 0;
}

/** Text for a json column; null stays the database's own. */
export function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** A step of a run that has come to it, its input not worked out yet. */
export async function insertPlannedStep(
  tx: Queryable,
  step: Pick<StepRow, 'run_id' | 'position' | 'name' | 'function'>,
  now: Date,
): Promise<void> {
  await tx.query(
    `INSERT INTO chain_steps (run_id, position, name, function, state, next_at) VALUES ($1, $2, $3, $4, 'planned', $5)`,
    [step.run_id, step.position, step.name, step.function, now],
  );
}

/** The further items of a step with for_each, ready to be called. */
export async function insertReadyItems(
  tx: Queryable,
  step: StepRow,
  items: readonly { readonly item: number; readonly value: Json; readonly input: Json }[],
  due: { readonly now: Date; readonly deadline: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO chain_steps (run_id, position, item, name, function, state, item_value, input, next_at, deadline_at)
     SELECT $1, $2, e.item, $3, $4, 'ready', e.value, e.input, $5, $6
     FROM unnest($7::integer[], $8::json[], $9::json[]) AS e (item, value, input)`,
    [
      ...[step.run_id, step.position, step.name, step.function, due.now, due.deadline],
      // Each as a text of its own: taken out of one, they would have to be without the character NUL.
      ...[items.map(({ item }) => item), items.map(({ value }) => json(value)), items.map(({ input }) => json(input))],
    ],
  );
}

/** Every item of one step of a run, in order. */
export async function itemsOf(database: Queryable, runId: string, position: number): Promise<readonly StepRow[]> {
  return await database.query<StepRow>(
    `SELECT ${columns} FROM chain_steps WHERE run_id = $1 AND position = $2 ORDER BY item`,
    [runId, position],
  );
}

/** Where each item of one step stands, in order. Without their inputs and results, which can have megabytes in all. */
export async function standOfItems(
  database: Queryable,
  runId: string,
  position: number,
): Promise<readonly Pick<StepRow, 'name' | 'item' | 'state' | 'error'>[]> {
  return await database.query(
    'SELECT name, item, state, error FROM chain_steps WHERE run_id = $1 AND position = $2 ORDER BY item',
    [runId, position],
  );
}

/** What one step, or one entry of it, came to. Where `for_each` had no entries, the one row of the step is none. */
export interface ResultRow extends Pick<StepRow, 'name' | 'position' | 'item' | 'state' | 'result'> {
  readonly is_entry: boolean;
}

/** What the steps before a position came to: their results in order, by name and item. */
export async function resultsBefore(
  database: Queryable,
  runId: string,
  position: number,
): Promise<readonly ResultRow[]> {
  return await database.query(
    `SELECT name, position, item, state, result, input IS NOT NULL AS is_entry
     FROM chain_steps WHERE run_id = $1 AND position < $2 ORDER BY position, item`,
    [runId, position],
  );
}

/**
 * Lets go of everything that a pass holds and has not begun. A call that was begun is not let go of: nobody knows of its end. What was
 * taken was due, and what is due has an index: without that, each pass read every step there is.
 */
export async function releaseSteps(database: Queryable, owner: string, now: Date): Promise<void> {
  await database.query(
    `UPDATE chain_steps SET lease_owner = NULL, lease_until = NULL
     WHERE next_at <= $2 AND lease_owner = $1 AND state <> 'calling'`,
    [owner, now],
  );
}

/** When the next step that nobody holds will be due; undefined where none is waiting. */
export async function nextDueAt(database: Queryable): Promise<Date | undefined> {
  const rows = await database.query<{ next: Date | null }>(
    'SELECT min(next_at) AS next FROM chain_steps WHERE next_at IS NOT NULL AND lease_until IS NULL',
  );
  return onlyRow(rows).next ?? undefined;
}

/** How much is due, and for how long the oldest of it has been, in seconds. */
export async function countDue(database: Queryable, now: Date): Promise<{ due: number; oldest_waiting_s: number }> {
  const rows = await database.query<{ due: number; oldest: Date | null }>(
    'SELECT count(*)::integer AS due, min(next_at) AS oldest FROM chain_steps WHERE next_at <= $1',
    [now],
  );
  const { due, oldest } = onlyRow(rows);
  const waitedMs = oldest ? now.getTime() - oldest.getTime() : 0;
  return { due, oldest_waiting_s: Math.round(waitedMs / 1_000) };
}
