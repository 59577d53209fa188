import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../shared/store/database.js';
import { type Migration, migrate } from '../../../shared/store/migrate.js';
import { readMigrations } from '../../../shared/store/migration-files.js';
import { pgDatabase } from '../../../shared/store/pg-database.js';
import { type TestDatabase, testStores } from './test-databases.js';

const migration = (name: string, sql: string, checksum = `sum of ${name}`): Migration => ({ name, sql, checksum });
const first = migration('0001_a.sql', 'CREATE TABLE a (id int); INSERT INTO a VALUES (1)');
const second = migration('0002_b.sql', 'CREATE TABLE b (id int)');
const broken = migration('0002_b.sql', 'CREATE TABLE b (id int); SELECT 1/0');

describe.each(await testStores())('migrations on $name', (store) => {
  let stage: TestDatabase;
  beforeAll(async () => {
    stage = await store.create({ migrated: false });
  }, 120_000);
  afterAll(() => stage.drop());
  beforeEach(() => stage.clear());

  test('are applied in their order, once, and those that come later after them', async () => {
    const atFirst = await migrate(stage.database, [first]);
    const again = await migrate(stage.database, [first]);
    const later = await migrate(stage.database, [first, second]);

    expect([atFirst, again, later]).toEqual([['0001_a.sql'], [], ['0002_b.sql']]);
    expect(await stage.database.query('SELECT id FROM a')).toEqual([{ id: 1 }]);
  });

  test('are applied once where several start at the same time', async () => {
    const runs = await Promise.all(
      [1, 2, 3].map(() =>
        migrate(
          stage.view(() => 30_000),
          [first, second],
        ),
      ),
    );

    expect(runs.flat().sort()).toEqual(['0001_a.sql', '0002_b.sql']);
  });

  test('leave nothing behind of one that fails, and keep those before it', async () => {
    await expect(migrate(stage.database, [first, broken])).rejects.toMatchObject({ name: 'DatabaseRefusedError' });

    expect(await migrate(stage.database, [first, second])).toEqual(['0002_b.sql']);
  });

  test.each([
    [
      'one that was changed afterwards',
      [migration('0001_a.sql', first.sql, 'other')],
      'was changed after it was applied',
    ],
    ['a database of a newer version', [], 'which this version does not know'],
    [
      'one that was put in before',
      [migration('0000_z.sql', 'SELECT 1'), first],
      'which this version does not know at that place',
    ],
  ])('say what is wrong: %s', async (_case, migrations, sentence) => {
    await migrate(stage.database, [first]);

    await expect(migrate(stage.database, migrations)).rejects.toThrow(sentence);
  });

  test.each([
    ['no schema to put them into', 'SET LOCAL search_path = not_there', 'There is no schema to put the tables into'],
    ['a table gone that they build on', 'SELECT 1', 'Something that an earlier migration made is not there any more'],
  ])('say what is to be done where there is %s', async (_case, before, sentence) => {
    const { database } = stage;
    const prepared: Database = {
      ...database,
      transaction: (work) =>
        database.transaction(async (tx) => {
          await tx.query(before);
          return await work(tx);
        }),
    };
    const building = [migration('0001_a.sql', 'ALTER TABLE gone ADD COLUMN id integer')];

    const failure = await migrate(prepared, building).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'MigrationError', message: expect.stringContaining(sentence) });
    expect(String(failure)).not.toContain('npm run migrate');
  });

  test('wait for a table that somebody uses for five seconds, for everybody else waits behind them', async () => {
    const waits = "CREATE TABLE waits AS SELECT current_setting('lock_timeout') AS longest";
    const patient = pgDatabase({ url: stage.url, remainingMs: () => 900_000, statementMs: 900_000 });

    await migrate(patient, [migration('0001_a.sql', waits)]);

    expect(await stage.database.query('SELECT longest FROM waits')).toEqual([{ longest: '5s' }]);
  });

  test('say what is to be done where somebody uses a table for longer', async () => {
    const inUse = migration('0002_b.sql', 'DO $$ BEGIN RAISE lock_not_available; END $$');

    const failure = await migrate(stage.database, [first, inUse]).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'MigrationError', message: expect.stringContaining('pg_stat_activity') });
  });

  test('are told of one by one, so that those before one that fails are known', async () => {
    const told: string[] = [];
    const failing = migration('0002_b.sql', 'CREATE TABLE a (id integer)');

    await expect(migrate(stage.database, [first, failing], (name) => told.push(name))).rejects.toThrow(
      'already exists',
    );
    expect(told).toEqual([first.name]);
  });

  test.each([
    ['a server that is too old', ['110022', '11.22', 'UTF8'], 'is PostgreSQL 11.22, and 12 or newer is needed'],
    ['a database that cannot keep every text', ['150020', '15.20', 'LATIN1'], "create a database with ENCODING 'UTF8'"],
  ])('are refused to %s, before anything is changed', async (_what, [number, name, encoding], refusal) => {
    const { database } = stage;
    const old: Database = {
      ...database,
      transaction: (work) =>
        database.transaction((tx) =>
          work({
            query: async <Row>(text: string, values?: readonly unknown[]) =>
              text.includes('server_version_num')
                ? ([{ number, name, encoding }] as unknown as readonly Row[])
                : tx.query<Row>(text, values),
          }),
        ),
    };

    await expect(migrate(old, [first])).rejects.toThrow(refusal);
    await expect(database.query('SELECT id FROM a')).rejects.toMatchObject({ name: 'DatabaseNotMigratedError' });
  });

  test('of this version can be applied, and bear consecutive numbers', async () => {
    const migrations = await readMigrations();

    const applied = await migrate(stage.database, migrations);

    expect(applied).toEqual(migrations.map(({ name }) => name));
    expect(applied.map((name) => Number(name.slice(0, 4)))).toEqual(applied.map((_, index) => index + 1));
  });
});
