import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pgDatabase } from '../../../shared/store/pg-database.js';
import { type TestDatabase, testStores } from './test-databases.js';

describe.each(await testStores())('the database on $name', (store) => {
  let stage: TestDatabase;
  beforeAll(async () => {
    stage = await store.create({ migrated: false });
    await stage.database.query('CREATE TABLE notes (id int PRIMARY KEY, text text)');
  }, 120_000);
  afterAll(() => stage.drop());
  beforeEach(() => stage.empty());

  const notes = async () =>
    (await stage.database.query<{ id: number }>('SELECT id FROM notes ORDER BY id')).map(({ id }) => id);

  test('gives the rows of a statement with values', async () => {
    const rows = await stage.database.query('SELECT $1::int + 1 AS sum, $2::text AS word', [41, 'ä']);

    expect(rows).toEqual([{ sum: 42, word: 'ä' }]);
  });

  test('gives the rows of the last of several statements', async () => {
    const rows = await stage.database.query("INSERT INTO notes VALUES (1, 'a'); SELECT 7 AS seven");

    expect(rows).toEqual([{ seven: 7 }]);
  });

  test('commits what a transaction did, all together', async () => {
    const answer = await stage.database.transaction(async (tx) => {
      await tx.query("INSERT INTO notes VALUES (1, 'a')");
      await tx.query("INSERT INTO notes VALUES (2, 'b')");
      return 'done';
    });

    expect(answer).toBe('done');
    expect(await notes()).toEqual([1, 2]);
  });

  test('rolls back where the work fails, and hands on its error', async () => {
    const failure = new Error('the work failed');

    const run = stage.database.transaction(async (tx) => {
      await tx.query("INSERT INTO notes VALUES (1, 'a')");
      throw failure;
    });

    await expect(run).rejects.toBe(failure);
    expect(await notes()).toEqual([]);
  });

  test('refuses to commit where a statement had failed and the work did not heed it', async () => {
    const run = stage.database.transaction(async (tx) => {
      await tx.query("INSERT INTO notes VALUES (1, 'a')");
      await tx.query('SELECT 1/0').catch(() => undefined);
    });

    await expect(run).rejects.toMatchObject({ name: 'DatabaseUnavailableError', outcome: 'not-sent' });
    expect(await notes()).toEqual([]);
  });

  test('says that a query came after the end of its transaction', async () => {
    const late = await stage.database.transaction(async (tx) => tx);

    await expect(late.query('SELECT 1')).rejects.toThrow('after the end of its transaction');
  });

  test.each([
    ['a table that is not there', 'SELECT * FROM nowhere', 'DatabaseNotMigratedError', 'npm run migrate'],
    ['a column that is not there', 'SELECT nothing FROM notes', 'DatabaseNotMigratedError', 'npm run migrate'],
    ['a broken rule', "INSERT INTO notes VALUES (1, 'a'), (1, 'b')", 'DatabaseRefusedError', '23505'],
    ['a wrong statement', 'SELEKT', 'DatabaseRefusedError', '42601'],
    ['a wrong value, without the value', "SELECT 'hush'::int", 'DatabaseRefusedError', /^(?!.*hush).*22P02/],
  ])('says what is wrong: %s', async (_case, sql, name, message) => {
    const run = stage.database.query(sql);

    await expect(run).rejects.toMatchObject({ name });
    await expect(run).rejects.toThrow(message);
  });

  test('has done nothing where it only reads now, also by a statement outside of a transaction', async () => {
    const run = stage.database.query("SET TRANSACTION READ ONLY; INSERT INTO notes VALUES (1, 'a')");

    await expect(run).rejects.toMatchObject({ name: 'DatabaseUnavailableError', outcome: 'not-sent' });
    expect(await notes()).toEqual([]);
  });

  test('two transactions at once see nothing of each other', async () => {
    const rows = Array.from({ length: 8 }, (_, id) => id);

    await Promise.all(
      rows.map((id) =>
        stage.database
          .transaction(async (tx) => {
            await tx.query('INSERT INTO notes VALUES ($1, $2)', [id, 'x'.repeat(200_000)]);
            await tx.query('SELECT $1::int', [id]);
            if (id % 2 === 1) throw new Error('odd');
          })
          .catch(() => undefined),
      ),
    );

    expect(await notes()).toEqual([0, 2, 4, 6]);
  });

  test('long values of several statements at once arrive where they belong', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, id) => {
        const [row] = await stage.database.query<{ id: number; length: number }>(
          'SELECT $1::int AS id, length($2::text) AS length',
          [id, 'y'.repeat(300_000 + id)],
        );
        return row;
      }),
    );

    expect(answers).toEqual(answers.map((_, id) => ({ id, length: 300_000 + id })));
  });

  test('says what is wrong where the server refuses the commit itself', async () => {
    await stage.database.query('CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    const run = stage.database.transaction((tx) => tx.query('INSERT INTO late VALUES (1), (1)'));

    await expect(run).rejects.toMatchObject({ name: 'DatabaseRefusedError', outcome: 'rejected' });
    expect(await stage.database.query('SELECT id FROM late')).toEqual([]);
  });

  test('bounds a statement by the time that its user gives it', async () => {
    const hurried = pgDatabase({ url: stage.url, remainingMs: () => 30_000, statementMs: 150 });

    const [row] = await hurried.transaction((tx) =>
      tx.query<{ statement: string; lock: string }>(
        `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`,
      ),
    );

    expect(row).toEqual({ statement: '150ms', lock: '150ms' });
  });

  test('reads dates and sees what others commit, whatever is usual for the database or its user', async () => {
    const url = new URL(stage.url);
    const usual = '-c DateStyle=German,DMY -c default_transaction_isolation=serializable';
    url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} ${usual}`);
    const unusual = pgDatabase({ url: url.href, remainingMs: () => 30_000 });

    const [row] = await unusual.transaction((tx) =>
      tx.query(
        `SELECT timestamptz '2026-11-12T10:00:00Z' AS at, current_setting('transaction_isolation') AS isolation,
           to_regclass('notes') IS NOT NULL AS in_schema`,
      ),
    );

    expect(row).toEqual({ at: new Date('2026-11-12T10:00:00Z'), isolation: 'read committed', in_schema: true });
    await unusual.close();
  });

  test('refuses an address that cannot be read, by the name of its setting', async () => {
    const nowhere = pgDatabase({ url: 'mysql://db', remainingMs: () => 1_000 });

    await expect(nowhere.query('SELECT 1')).rejects.toMatchObject({ name: 'InvalidSettingError' });
  });

  test.each([
    ['the connection', 1],
    ['the beginning', 2],
    ['the first statement', 4],
    ['the commit', 5],
  ])('changes nothing where the time is over with %s', async (_step, answers) => {
    let asked = 0;
    const running = stage.view(() => (asked++ < answers ? 30_000 : 0));
    const run = running.transaction((tx) => tx.query("INSERT INTO notes VALUES (1, 'a')"));

    await expect(run).rejects.toMatchObject({ name: 'DatabaseUnavailableError', outcome: 'not-sent' });
    expect(await notes()).toEqual([]);
  });

  test('sends no single statement where the time is over with the connection', async () => {
    let asked = 0;
    const running = stage.view(() => (asked++ < 1 ? 30_000 : 0));

    await expect(running.query("INSERT INTO notes VALUES (1, 'a')")).rejects.toMatchObject({ outcome: 'not-sent' });
    expect(await notes()).toEqual([]);
  });

  test('nothing is sent where no time is left', async () => {
    const outOfTime = stage.view(() => 0);

    await expect(outOfTime.query('SELECT 1')).rejects.toMatchObject({ name: 'DatabaseUnavailableError' });
    await expect(outOfTime.transaction(async () => 1)).rejects.toMatchObject({ name: 'DatabaseUnavailableError' });
  });
});

test('a server that lets nobody in is unavailable, whatever language it says so in', async () => {
  const fields = ['S致命错误', 'C28P01', 'M用户认证失败'].map((field) => Buffer.from(`${field}\0`));
  const body = Buffer.concat([...fields, Buffer.from([0])]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  const refusal = Buffer.concat([Buffer.from('E'), length, body]);
  const server = createServer((socket) => socket.once('data', () => socket.end(refusal))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `postgres://app@127.0.0.1:${(server.address() as AddressInfo).port}/app`;
  const database = pgDatabase({ url, remainingMs: () => 5_000 });

  await expect(database.query('SELECT 1')).rejects.toMatchObject({
    name: 'DatabaseUnavailableError',
    sqlState: '28P01',
  });
  await database.close();
  server.close();
});
