import type { Database, Queryable } from './database.js';
import { DatabaseNotMigratedError, DatabaseUnavailableError } from './database-errors.js';
import { onlyRow } from './only-row.js';

/** One file of `migrations/`. */
export interface Migration {
  /** Such as `0001_batchtask_history.sql`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, in hex. */
  readonly checksum: string;
}

/** The database cannot be brought to the present version; the message holds the remedy. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Any number that nothing else in the database locks: the first bytes of the word fleetbatch. */
const advisoryLock = 0x666c6565;
/** PostgreSQL, appendix A: invalid_schema_name. */
const noSchema = '3F000';
/** As above: lock_not_available. */
const lockNotFree = '55P03';
/** Whoever needs the table afterwards waits behind a migration that waits for it: pushes, passes, calls with keys. */
const longestWaitForTable = '5s';
/** `GENERATED ALWAYS AS IDENTITY`, `ON CONFLICT` and `SKIP LOCKED` are all older. */
const oldestServer = { number: 120_000, name: '12' };
/** SQL_ASCII is none: bytes stay as they come. */
const takesEveryText: readonly string[] = ['UTF8', 'SQL_ASCII'];

/**
 * Brings a database to the version of the given migrations, each in a transaction of its own under a lock, so that any number of
 * these may run at once. Each is recorded with its checksum.
 * @param tell hears of each that was applied at once: where a later one fails, it stays
 * @returns the names of those that were applied now, none where there was nothing to do
 * @throws MigrationError; the errors of database-errors.ts
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[],
  tell: (name: string) => void = () => undefined,
): Promise<string[]> {
  const applied: string[] = [];
  for (;;) {
    const name = await database.transaction((tx) => applyNext(tx, migrations)).catch(refuse);
    if (name === undefined) return applied;
    applied.push(name);
    tell(name);
  }
}

/** That migrations are missing is no remedy for what they themselves lack, nor DATABASE_URL for what somebody else holds. */
function refuse(failure: unknown): never {
  if (failure instanceof DatabaseUnavailableError && failure.sqlState === lockNotFree) {
    throw new MigrationError(
      'Another session uses a table that a migration changes, such as a backup or a transaction that was left open (pg_stat_activity has it). Nothing was changed by this migration; end it, or wait for its end, then run this again.',
    );
  }
  if (!(failure instanceof DatabaseNotMigratedError)) throw failure;
  const remedy =
    failure.sqlState === noSchema
      ? 'There is no schema to put the tables into: the search_path of DATABASE_URL, or of its user, names none that exists. Create it'
      : 'Something that an earlier migration made is not there any more. Restore the database';
  throw new MigrationError(`${remedy}, then run this again (SQLSTATE ${failure.sqlState}). Nothing was changed.`);
}

/** @returns its name, undefined where none is left */
async function applyNext(tx: Queryable, migrations: readonly Migration[]): Promise<string | undefined> {
  await checkServer(tx);
  await tx.query('SELECT pg_advisory_xact_lock($1)', [advisoryLock]);
  const next = migrations[await countApplied(tx, migrations)];
  if (!next) return undefined;
  await tx.query(`SET LOCAL lock_timeout = '${longestWaitForTable}'`);
  await tx.query(next.sql);
  await tx.query('INSERT INTO fleetbatch_migrations (name, checksum) VALUES ($1, $2)', [next.name, next.checksum]);
  return next.name;
}

async function checkServer(tx: Queryable): Promise<void> {
  const rows = await tx.query<{ number: string; name: string; encoding: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS name,
       current_setting('server_encoding') AS encoding`,
  );
  const { number, name, encoding } = onlyRow(rows);
  if (Number(number) < oldestServer.number) {
    throw new MigrationError(
      `The server is PostgreSQL ${name}, and ${oldestServer.name} or newer is needed. Nothing was changed.`,
    );
  }
  if (!takesEveryText.includes(encoding)) {
    throw new MigrationError(
      `The database keeps its texts in ${encoding}, which has no place for every character of a push: such a push would be lost. Nothing was changed; create a database with ENCODING 'UTF8' and give that in DATABASE_URL.`,
    );
  }
}

/** How many of the migrations are in the database, in their order. @throws MigrationError where they are not the same */
async function countApplied(tx: Queryable, migrations: readonly Migration[]): Promise<number> {
  await tx.query(
    `CREATE TABLE IF NOT EXISTS fleetbatch_migrations (
       name text PRIMARY KEY,
       checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT now()
     )`,
  );
  const recorded = await tx.query<Pick<Migration, 'name' | 'checksum'>>(
    'SELECT name, checksum FROM fleetbatch_migrations ORDER BY name COLLATE "C"',
  );
  recorded.forEach(({ name, checksum }, index) => {
    const known = migrations[index];
    if (known?.name !== name) {
      throw new MigrationError(
        `The database has the migration ${name}, which this version does not know at that place. Nothing was changed; use the version that made it, or a newer one.`,
      );
    }
    if (known.checksum !== checksum) {
      throw new MigrationError(
        `The migration ${name} was changed after it was applied. Nothing was changed in the database; restore the file, and put the change into a new one.`,
      );
    }
  });
  return recorded.length;
}
