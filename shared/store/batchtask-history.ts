import type { BatchtaskEvent, BatchtaskState } from '../schemas/iotda-batchtask-push.js';
import type { Queryable } from './database.js';
import { storableText } from './storable-text.js';

/** Who told the news: IoTDA by a push, or our own question after a task that went quiet. */
export type NewsSource = 'push' | 'reconcile';

/**
 * What a piece of news meant. Only `changed` may start anything:
 * - `duplicate`: the same task, status and time is in the history already;
 * - `stale`: new, but older than what is known of the task, whose state stays;
 * - `repeated`: newer, and of the state that the task has; one of the two has no time of the platform's own, so that it is most likely
 *   the same change told twice;
 * - `changed`: the task has this state now.
 */
export type Novelty = 'changed' | 'repeated' | 'stale' | 'duplicate';

/**
 * Starts what a changed batch task triggers, in the transaction that records the change: both are committed, or neither. It is
 * called for `changed` news only, and at most once for the same task, status and time.
 */
export type StartRuns = (tx: Queryable, event: BatchtaskEvent, receivedAtMs: number) => Promise<unknown>;

/** A B-tree has no place for longer keys, and no task of IoTDA has a longer id (24 hex digits in its REST pages). */
const longest = { task_id: 256, status: 64, word: 256, status_desc: 2_000, raw: 256 * 1024 };

/** States of the same millisecond in the order in which a task goes through them; times can come in whole seconds. */
const ranks: Readonly<Record<BatchtaskState, number>> = {
  Initializing: 0,
  Waiting: 1,
  Processing: 2,
  Unknown: 3,
  Stopping: 4,
  Stopped: 5,
  Fail: 5,
  PartialSuccess: 5,
  Success: 5,
};

/** Brings a task to the greatest of two news, in `INSERT INTO batchtasks AS task`. */
export const toGreatestNews = `ON CONFLICT (task_id) DO UPDATE SET
      (status, state, status_desc, terminal, event_time_ms, timed, source, state_rank, repeated, changed_at) = (
        SELECT news.*
        FROM (VALUES
          (excluded.status, excluded.state, excluded.status_desc, excluded.terminal, excluded.event_time_ms, excluded.timed,
            excluded.source, excluded.state_rank,
            task.state = excluded.state AND (task.status = excluded.status OR task.state <> 'Unknown')
              AND NOT (task.timed AND excluded.timed), now()),
          (task.status, task.state, task.status_desc, task.terminal, task.event_time_ms, task.timed,
            task.source, task.state_rank, task.repeated, task.changed_at)
        ) AS news (status, state, status_desc, terminal, event_time_ms, timed, source, state_rank, repeated, changed_at)
        ORDER BY news.event_time_ms DESC, news.state_rank DESC, news.status COLLATE "C" DESC
        LIMIT 1
      ),
      app_id = greatest(task.app_id, excluded.app_id),
      task_type = greatest(task.task_type, excluded.task_type)`;

/**
 * One statement: it inserts the news where it is new, and then brings the task to the greatest news by time, rank and status. That is
 * the same in whatever order and how often they arrive. What belongs to the task itself is the greatest of all that was told, for
 * the same reason.
 */
const record = `
  WITH recorded AS (
    INSERT INTO batchtask_events
      (task_id, app_id, task_type, status, state, status_desc, event_time_ms, timed, source, request_id, raw)
    VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::bigint, $8::boolean, $9::text, $10::text, $11::json)
    ON CONFLICT DO NOTHING
    RETURNING task_id
  ), present AS (
    INSERT INTO batchtasks AS task
      (task_id, app_id, task_type, status, state, status_desc, terminal, event_time_ms, timed, source, state_rank)
    SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $12::boolean, $7::bigint, $8::boolean, $9::text, $13::smallint
    FROM recorded
    ${toGreatestNews}
    RETURNING status = $4::text AND event_time_ms = $7::bigint AS taken, repeated
  )
  SELECT (SELECT count(*)::int FROM recorded) AS recorded, taken, repeated
  FROM (SELECT 1) AS always LEFT JOIN present ON true`;

/**
 * Puts a piece of news into the history of its task, once, and brings the task to the newest state that is known. Where `db` is the
 * database itself, that is one statement and one transaction.
 * @param receivedAtMs when it came, in milliseconds since the epoch; stands in for the time of the task's change where it has none
 * @throws the errors of database-errors.ts; after an unknown outcome it may be repeated
 */
export async function recordBatchtask(
  db: Queryable,
  event: BatchtaskEvent,
  source: NewsSource,
  receivedAtMs: number,
): Promise<Novelty> {
  const [row] = await db.query<RecordedRow>(record, newsValues(event, source, receivedAtMs), 'record_batchtask');
  return noveltyOf(row);
}

/** What the statements that record news give back of each. */
export interface RecordedRow {
  /** 0 or false where the news was there already. */
  readonly recorded: number | boolean;
  readonly taken: boolean | null;
  readonly repeated: boolean | null;
}

/** What a piece of news meant, by what became of it. */
export function noveltyOf(row: RecordedRow | undefined): Novelty {
  if (!row?.recorded) return 'duplicate';
  if (!row.taken) return 'stale';
  return row.repeated ? 'repeated' : 'changed';
}

/** The values of a piece of news in the order of the statements that record it; the first is the id of its task. */
export function newsValues(event: BatchtaskEvent, source: NewsSource, receivedAtMs: number): readonly unknown[] {
  const { task_id, app_id, task_type, status, state, status_desc, request_id } = event;
  return [
    storable(task_id, longest.task_id),
    storable(app_id, longest.word),
    storable(task_type, longest.word),
    storable(status, longest.status),
    state,
    storable(status_desc, longest.status_desc),
    event.event_time_ms ?? receivedAtMs,
    source === 'push' && event.event_time_ms !== undefined,
    source,
    storable(request_id, longest.word),
    rawText(event.raw),
    event.terminal,
    ranks[state],
  ];
}

/** Why the history has no place for an event, undefined where it has: what tells one task from another is never cut. */
export function unstorable({ task_id, status }: BatchtaskEvent): string | undefined {
  if (task_id.length > longest.task_id) return `task_id has more than ${longest.task_id} characters`;
  if (status.length > longest.status) return `status has more than ${longest.status} characters`;
  return undefined;
}

/**
 * Forgets the tasks that ended more than `keepDays` days ago, and the news of them. Of a task that has not ended all stays, so that
 * news which comes again is still known.
 * @param most how many tasks one call removes
 * @returns how many went
 */
export async function pruneBatchtaskHistory(db: Queryable, keepDays: number, most: number): Promise<number> {
  const gone = await db.query(
    `WITH gone AS (
       DELETE FROM batchtasks WHERE task_id IN (
         SELECT task_id FROM batchtasks WHERE terminal AND changed_at < now() - make_interval(days => $1::int)
         ORDER BY changed_at LIMIT $2::int FOR UPDATE SKIP LOCKED
       ) RETURNING task_id
     ), news AS (
       DELETE FROM batchtask_events WHERE task_id IN (SELECT task_id FROM gone)
     )
     SELECT task_id FROM gone`,
    [keepDays, most],
  );
  return gone.length;
}

/** Texts of a push have no promised length. */
function storable(text: string | undefined, most: number): string | null {
  return text === undefined ? null : storableText(text.slice(0, most));
}

function rawText(raw: unknown): string {
  const text = JSON.stringify(raw) ?? 'null';
  return text.length <= longest.raw ? text : JSON.stringify({ left_out: `${text.length} characters` });
}
