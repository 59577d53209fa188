import { randomBytes } from 'node:crypto';
import { startEmbeddedDatabase } from '../../../local/database/embedded-database.js';
import type { Database } from '../../../shared/store/database.js';
import { migrate } from '../../../shared/store/migrate.js';
import { readMigrations } from '../../../shared/store/migration-files.js';
import { pgDatabase } from '../../../shared/store/pg-database.js';

/** A database for one file of tests. */
export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Another view of it, as a second instance of a function has it, with its own time that is left. */
  view(remainingMs: () => number): Database;
  /** Removes every row of our tables; the migrations stay. */
  empty(): Promise<void>;
  /** Removes the tables themselves. */
  clear(): Promise<void>;
  /** Closes its connections and leaves nothing behind. */
  drop(): Promise<void>;
}

/** A kind of database that the tests run on. */
export interface TestStore {
  readonly name: string;
  /** @param migrated true by default: with the tables of all migrations */
  create(options?: { migrated?: boolean }): Promise<TestDatabase>;
}

const patienceMs = 30_000;

/**
 * What every test of the store runs on: PGlite, and a PostgreSQL server where TEST_DATABASE_URL names one or one answers on its
 * standard port. Use it as
 *
 *     describe.each(await testStores())('… on $name', (store) => {
 *       let stage: TestDatabase;
 *       beforeAll(async () => { stage = await store.create(); });
 *       afterAll(() => stage.drop());
 *
 * @throws where TEST_DATABASE_URL is set and nothing answers there
 */
export async function testStores(): Promise<readonly TestStore[]> {
  const asked = process.env.TEST_DATABASE_URL;
  const url = asked ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const version = await versionAt(url).catch((failure: Error) => {
    if (asked) throw failure;
    console.log(`These tests run on PGlite alone, for no server answers on the standard port: ${failure.message}`);
    return undefined;
  });
  return version === undefined ? [embedded] : [embedded, serverAt(url, version)];
}

async function versionAt(url: string): Promise<string> {
  const database = pgDatabase({ url, remainingMs: () => 2_000 });
  try {
    const [row] = await database.query<{ server_version: string }>('SHOW server_version');
    return row?.server_version.split(' ')[0] ?? '';
  } finally {
    await database.close();
  }
}

const embedded: TestStore = {
  name: 'PGlite',
  create: async (options) => {
    const server = await startEmbeddedDatabase();
    return await prepared(server.url, options, () => server.close());
  },
};

/** Each run has a schema of its own, so that several may run at once, and beside whatever else is in the database. */
function serverAt(url: string, version: string): TestStore {
  return {
    name: `PostgreSQL ${version}`,
    create: async (options) => {
      const schema = `fleetbatch_test_${process.pid}_${randomBytes(4).toString('hex')}`;
      const admin = async (sql: string) => {
        const database = pgDatabase({ url, remainingMs: () => patienceMs });
        await database.query(sql).finally(() => database.close());
      };
      await admin(`CREATE SCHEMA ${schema}`);
      const inSchema = new URL(url);
      inSchema.searchParams.set('options', `-c search_path=${schema}`);
      return await prepared(inSchema.href, options, () => admin(`DROP SCHEMA ${schema} CASCADE`));
    },
  };
}

async function prepared(
  url: string,
  { migrated = true }: { migrated?: boolean } = {},
  remove: () => Promise<void>,
): Promise<TestDatabase> {
  const database = pgDatabase({ url, remainingMs: () => patienceMs });
  if (migrated) await migrate(database, await readMigrations());
  return {
    url,
    database,
    view: (remainingMs) => pgDatabase({ url, remainingMs }),
    empty: () => emptyTables(database),
    clear: () => onTables(database, 'DROP TABLE', 'CASCADE'),
    drop: async () => {
      await database.close();
      await remove();
    },
  };
}

/** Removes every row of our tables; the migrations stay. */
export async function emptyTables(database: Database): Promise<void> {
  await onTables(database, 'TRUNCATE', 'RESTART IDENTITY CASCADE', 'fleetbatch_migrations');
}

async function onTables(database: Database, verb: string, how: string, except = ''): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename <> $1`,
    [except],
  );
  if (tables.length > 0) await database.query(`${verb} ${tables.map(({ name }) => name).join(', ')} ${how}`);
}
