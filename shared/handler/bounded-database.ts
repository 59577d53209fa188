import type { Database } from '../store/database.js';
import { type PgDatabaseOptions, pgDatabase } from '../store/pg-database.js';

/**
 * A database that takes no more than `ms` milliseconds of an invocation in all: what comes after it, needs time too.
 * @param statementMs for one statement: where it is silent, another attempt still has its time
 */
export function boundedDatabase(ms: number, statementMs?: number): (options: PgDatabaseOptions) => Database {
  return (options) => {
    const end = Date.now() + ms;
    return pgDatabase({
      statementMs,
      ...options,
      remainingMs: () => Math.min(end - Date.now(), options.remainingMs()),
    });
  };
}
