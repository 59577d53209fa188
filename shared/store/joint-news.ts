import type { BatchtaskEvent } from '../schemas/iotda-batchtask-push.js';
import {
  type Novelty,
  newsValues,
  noveltyOf,
  type RecordedRow,
  recordBatchtask,
  toGreatestNews,
} from './batchtask-history.js';
import type { Database } from './database.js';

/** As many statements as an instance has connections: who comes later would only wait for one. */
const mostStatements = 4;
/** News in one statement: a few milliseconds of work. */
const mostNews = 64;
/** Characters in one statement, and those of one more push: a function has little memory. */
const mostCharacters = 1_000_000;
/** Who was not taken along in so many milliseconds goes alone, and has the time limits of a single statement. */
const patienceMs = 500;
/** A task that somebody else holds must not hold up the others of its statement for longer. */
const lockMs = 500;

/**
 * The statement of recordBatchtask for several tasks at once. One after the other in the order given, first the news of all and then the
 * tasks, so that two of these never wait for each other. `set_config` holds for its own transaction.
 */
const recordJointly = `
  WITH bound AS MATERIALIZED (
    SELECT set_config('lock_timeout', '${lockMs}', true)
  ), news AS MATERIALIZED (
    SELECT news.* FROM bound, unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::boolean[],
      $9::text[], $10::text[], $11::json[], $12::boolean[], $13::smallint[]) WITH ORDINALITY
      AS news (task_id, app_id, task_type, status, state, status_desc, event_time_ms, timed, source, request_id, raw, terminal, state_rank,
        place)
  ), recorded AS (
    INSERT INTO batchtask_events
      (task_id, app_id, task_type, status, state, status_desc, event_time_ms, timed, source, request_id, raw)
    SELECT task_id, app_id, task_type, status, state, status_desc, event_time_ms, timed, source, request_id, raw FROM news ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING task_id
  ), present AS (
    INSERT INTO batchtasks AS task
      (task_id, app_id, task_type, status, state, status_desc, terminal, event_time_ms, timed, source, state_rank)
    SELECT task_id, app_id, task_type, status, state, status_desc, terminal, event_time_ms, timed, source, state_rank
    FROM news WHERE task_id IN (SELECT task_id FROM recorded) ORDER BY place
    ${toGreatestNews}
    RETURNING task_id, status, event_time_ms, repeated
  )
  SELECT recorded.task_id IS NOT NULL AS recorded, present.repeated,
    present.status = news.status AND present.event_time_ms = news.event_time_ms AS taken
  FROM news LEFT JOIN recorded USING (task_id) LEFT JOIN present USING (task_id) ORDER BY place`;

/** What became of one that waited: its row, or that it has to go alone. */
type Found = RecordedRow | 'alone';

interface Waiting {
  readonly database: Database;
  readonly values: readonly unknown[];
  readonly found: (found: Found) => void;
  /** Runs while it waits to be taken along. */
  readonly timer: NodeJS.Timeout;
}

/** The pushes that wait for one database. Nothing of it is left when the last of their invocations ends. */
class Queue {
  #statements = 0;
  #waiting: Waiting[] = [];
  #isAsked = false;

  /** Resolves with the row where the news was recorded together with others. */
  async join(database: Database, values: readonly unknown[]): Promise<Found> {
    return await new Promise<Found>((found) => {
      const own: Waiting = { database, values, found, timer: setTimeout(() => this.#leave(own), patienceMs) };
      this.#waiting.push(own);
      this.#askOnce();
    });
  }

  #leave(own: Waiting): void {
    this.#waiting = this.#waiting.filter((one) => one !== own);
    own.found('alone');
  }

  /** Runs one statement on its own, counted among those under way. */
  async run<T>(statement: () => Promise<T>): Promise<T> {
    this.#statements += 1;
    try {
      return await statement();
    } finally {
      this.#statements -= 1;
      this.#askOnce();
    }
  }

  /** Not at once: whoever is answered by the same statement comes again in the same turn of the event loop. */
  #askOnce(): void {
    if (this.#isAsked || this.#waiting.length === 0 || this.#statements >= mostStatements) return;
    this.#isAsked = true;
    setImmediate(() => {
      this.#isAsked = false;
      this.#send(this.#takeSome());
      this.#askOnce();
    });
  }

  /** The first ones, of each task one: of two news of a task the second one has to find the first. */
  #takeSome(): readonly Waiting[] {
    const byTask = new Map<unknown, Waiting>();
    let characters = 0;
    for (const one of this.#waiting) {
      if (byTask.size === mostNews || characters > mostCharacters) break;
      if (byTask.has(one.values[0])) continue;
      byTask.set(one.values[0], one);
      characters += one.values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
    }
    const taken = new Set(byTask.values());
    for (const { timer } of taken) clearTimeout(timer);
    this.#waiting = this.#waiting.filter((one) => !taken.has(one));
    return [...taken];
  }

  #send(some: readonly Waiting[]): void {
    const [first] = some;
    if (!first) return;
    if (some.length === 1) {
      first.found('alone');
      return;
    }
    const inOrder = [...some].sort((one, other) => (String(one.values[0]) < String(other.values[0]) ? -1 : 1));
    const columns = first.values.map((_, column) => inOrder.map(({ values }) => values[column]));
    const tell = (rows: readonly RecordedRow[]) => {
      for (const [place, { found }] of inOrder.entries()) found(rows[place] ?? 'alone');
    };
    // What one of them cannot have must not be the fate of the others; and what is recorded already, is a duplicate.
    this.run(() => first.database.query<RecordedRow>(recordJointly, columns, 'record_batchtasks')).then(tell, () =>
      tell([]),
    );
  }
}

const queues = new WeakMap<object, Queue>();

/**
 * Puts a push into the history as recordBatchtask does, in a statement and transaction of its own, or, where all connections are busy, in
 * one with other pushes that wait at this moment. A statement with others that fails says nothing of any of them: each goes alone then.
 * @throws the errors of database-errors.ts; after an unknown outcome it may be repeated
 */
export async function recordPush(database: Database, event: BatchtaskEvent, receivedAtMs: number): Promise<Novelty> {
  const alone = () => recordBatchtask(database, event, 'push', receivedAtMs);
  if (!database.identity) return await alone();
  const queue = queues.get(database.identity) ?? new Queue();
  queues.set(database.identity, queue);
  const found = await queue.join(database, newsValues(event, 'push', receivedAtMs));
  return found === 'alone' ? await queue.run(alone) : noveltyOf(found);
}
