import type { Queryable } from './database.js';

/** A task of which nothing was heard for a while, as it was known when it was claimed. */
export interface QuietTask {
  readonly task_id: string;
  readonly app_id: string | null;
  readonly task_type: string | null;
  readonly status: string;
  /** Milliseconds since the epoch, as text: PostgreSQL's bigint. */
  readonly event_time_ms: string;
}

/**
 * Claims tasks that have not ended and of which no news came for so long, the ones that wait longest first. Each is due again after
 * twice the time of the last wait, six hours at most; news starts that anew. Two passes at once never claim the same task.
 * @throws the errors of database-errors.ts
 */
export async function claimQuietTasks(
  db: Queryable,
  quietMinutes: number,
  most: number,
): Promise<readonly QuietTask[]> {
  return await db.query<QuietTask>(
    `UPDATE batchtasks AS task SET
       asks = CASE WHEN asked_at > changed_at THEN asks + 1 ELSE 1 END,
       asked_at = clock_timestamp(),
       next_ask_at = clock_timestamp() + least(
         make_interval(mins => $1::int) * power(2, CASE WHEN asked_at > changed_at THEN least(asks, 10) ELSE 0 END),
         interval '6 hours')
     WHERE task_id IN (
       SELECT task_id FROM batchtasks
       WHERE NOT terminal AND changed_at < clock_timestamp() - make_interval(mins => $1::int)
         AND (next_ask_at IS NULL OR next_ask_at <= clock_timestamp() OR asked_at < changed_at)
         AND (gone_at IS NULL OR gone_at < changed_at)
       ORDER BY coalesce(next_ask_at, changed_at) LIMIT $2::int FOR UPDATE SKIP LOCKED
     )
     RETURNING task_id, app_id, task_type, status, event_time_ms::text`,
    [quietMinutes, most],
  );
}

/** Holds a task until the end of the transaction, and tells whether it is still as it was claimed. */
export async function isStillAs(tx: Queryable, { task_id, status, event_time_ms }: QuietTask): Promise<boolean> {
  const rows = await tx.query(
    'SELECT 1 FROM batchtasks WHERE task_id = $1 AND status = $2 AND event_time_ms = $3::bigint FOR UPDATE',
    [task_id, status, event_time_ms],
  );
  return rows.length > 0;
}

/** IoTDA does not know the task: it is not asked for again, unless news of it comes after all. */
export async function markGone(db: Queryable, taskId: string): Promise<void> {
  await db.query('UPDATE batchtasks SET gone_at = clock_timestamp() WHERE task_id = $1', [taskId]);
}

/** Which of these tasks nothing was ever heard of. */
export async function unheardOf(db: Queryable, taskIds: readonly string[]): Promise<readonly string[]> {
  const rows = await db.query<{ task_id: string }>('SELECT task_id FROM batchtasks WHERE task_id = ANY($1::text[])', [
    taskIds,
  ]);
  const known = new Set(rows.map((row) => row.task_id));
  return taskIds.filter((id) => !known.has(id));
}
