import type { CloudClient } from '../../shared/client/cloud-client.js';
import type { Database, Queryable } from '../../shared/store/database.js';

/**
 * Called at every point between two things that the engine does to the world: before and after each statement, before and after
 * each commit, before and after each call of a cloud or a function. What it throws, the engine gets instead of the answer.
 */
export type AtPoint = (point: string) => void | Promise<void>;

function first(text: string): string {
  return text.trim().split(/\s+/).slice(0, 3).join(' ');
}

/** The engine reads the database's clock by this statement; a test moves it on. */
const readsClock = /clock_timestamp\(\)/;

/** A database with a point before and after everything, and a clock that is so many milliseconds ahead. */
export function withPoints(inner: Database, atPoint: AtPoint, ahead: () => number = () => 0): Database {
  const query =
    (queryable: Queryable, where: string): Queryable['query'] =>
    async (text, values) => {
      await atPoint(`before ${where}${first(text)}`);
      const rows = await queryable.query<never>(text, values);
      await atPoint(`after ${where}${first(text)}`);
      if (!readsClock.test(text)) return rows;
      return rows.map((row: { now: Date }) => ({ ...row, now: new Date(row.now.getTime() + ahead()) }) as never);
    };
  return {
    query: query(inner, ''),
    transaction: async (work) => {
      await atPoint('before begin');
      const result = await inner.transaction(async (tx) => {
        const done = await work({ query: query(tx, 'in transaction ') });
        await atPoint('before commit');
        return done;
      });
      await atPoint('after commit');
      return result;
    },
    close: () => inner.close(),
  };
}

/** A client with a point before and after each call. */
export function clientWithPoints(inner: CloudClient, atPoint: AtPoint): CloudClient {
  return {
    projectId: inner.projectId,
    send: async (call) => {
      await atPoint(`before ${call.operation}`);
      const reply = await inner.send(call);
      await atPoint(`after ${call.operation}`);
      return reply;
    },
  };
}
