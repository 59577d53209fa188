import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keepBatchtask } from '../../../shared/operations/keep-batchtask.js';
import { normaliseBatchtaskPush } from '../../../shared/schemas/iotda-batchtask-push.js';
import { pgDatabase } from '../../../shared/store/pg-database.js';
import { type CommitFault, type FaultProxy, startFaultProxy } from './fault-proxy.js';
import { type TestDatabase, testStores } from './test-databases.js';

describe.each(await testStores())('a database that fails, $name', (store) => {
  let stage: TestDatabase;
  let proxy: FaultProxy;
  beforeAll(async () => {
    stage = await store.create();
    await stage.database.query('CREATE TABLE notes (id int)');
  }, 120_000);
  afterAll(() => stage.drop());
  beforeEach(async () => {
    await stage.empty();
    proxy = await startFaultProxy(stage.url);
  });
  afterEach(async () => {
    await through().close();
    await proxy.close();
  });

  const through = (remainingMs = 20_000) => {
    const end = Date.now() + remainingMs;
    return pgDatabase({ url: proxy.url, remainingMs: () => end - Date.now() });
  };
  const note = (id: number, remainingMs?: number) =>
    through(remainingMs).transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES ($1)', [id]);
      return id;
    });
  const notes = async () =>
    (await stage.database.query<{ id: number }>('SELECT id FROM notes ORDER BY id')).map(({ id }) => id);
  const unavailable = { name: 'DatabaseUnavailableError', outcome: 'not-sent', status: 503 };
  const unknown = { name: 'DatabaseOutcomeUnknownError', outcome: 'unknown' };

  test('that refuses connections has done nothing', async () => {
    await proxy.close();

    await expect(note(1)).rejects.toMatchObject(unavailable);
    await expect(through().query('SELECT 1')).rejects.toMatchObject(unavailable);
  });

  test('that restarted between two transactions is connected to anew', async () => {
    await note(1);
    proxy.cut();

    await note(2);

    expect(await notes()).toEqual([1, 2]);
  });

  test('whose connections died without a sign is connected to anew before anything is sent', async () => {
    await note(1);
    proxy.silence();

    await note(2);

    expect(await notes()).toEqual([1, 2]);
    expect(proxy.connections()).toBe(2);
  });

  // PGlite has one session, and stands still while that sleeps.
  test.runIf(store.name !== 'PGlite')(
    'that loses one connection leaves nobody waiting who asked for another',
    async () => {
      const sleep = (seconds: number, remainingMs?: number) =>
        through(remainingMs).transaction((tx) => tx.query('SELECT pg_sleep($1)', [seconds]));
      const lost = sleep(5, 600);
      const others = Array.from({ length: 12 }, () => sleep(0.25));

      const [failed, ...kept] = await Promise.allSettled([lost, ...others]);

      expect(failed?.status).toBe('rejected');
      expect(kept.filter(({ status }) => status === 'rejected')).toEqual([]);
    },
  );

  test('that is a black hole has done nothing, within the time that is left', async () => {
    proxy.silent = true;
    const started = Date.now();

    await expect(note(1, 700)).rejects.toMatchObject(unavailable);

    expect(Date.now() - started).toBeLessThan(5_000);
    expect(await notes()).toEqual([]);
  });

  test('that fails over in the midst of a transaction has done nothing', async () => {
    const run = through().transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (1)');
      proxy.cut();
      await tx.query('INSERT INTO notes VALUES (2)');
    });

    await expect(run).rejects.toMatchObject(unavailable);
    expect(await notes()).toEqual([]);
  });

  test('that answers a statement of a transaction after its time has done nothing', async () => {
    const run = through(1_500).transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (1)');
      proxy.delayMs = 60_000;
      await tx.query('INSERT INTO notes VALUES (2)');
    });

    await expect(run).rejects.toMatchObject(unavailable);
    expect(await notes()).toEqual([]);
  });

  test('that answers a single statement after its time leaves its outcome unknown', async () => {
    await note(1);
    proxy.delayMs = 60_000;

    await expect(through(500).query('INSERT INTO notes VALUES (2)')).rejects.toMatchObject(unknown);
  });

  test.each<[CommitFault, number[]]>([
    ['cut-before', []],
    ['cut-after', [1]],
    ['silence', []],
  ])('at the commit (%s) leaves its outcome unknown, and says so', async (fault, left) => {
    proxy.atCommit = fault;

    await expect(note(1, 2_000)).rejects.toMatchObject(unknown);

    proxy.cut();
    await expect.poll(notes, { timeout: 5_000 }).toEqual(left);
  });

  test.each<CommitFault>(['cut-before', 'cut-after'])(
    'at the commit of a push (%s) has it in the history once, with what it started',
    async (fault) => {
      const push = normaliseBatchtaskPush({
        resource: 'batchtask',
        event: 'update',
        event_time_ms: 1,
        notify_data: { body: { task_id: 'task', status: 'Success' } },
      });
      if (!push.ok) throw new Error(push.reason);
      proxy.atCommit = fault;
      const chains = {
        concerns: () => true,
        startRuns: async (tx: { query: (text: string) => Promise<unknown> }) => {
          await tx.query('INSERT INTO notes VALUES (7)');
        },
      };

      await keepBatchtask(through(), push.event, 2, chains).catch(() =>
        keepBatchtask(through(), push.event, 2, chains),
      );

      const events = await stage.database.query('SELECT task_id FROM batchtask_events');
      expect(events).toEqual([{ task_id: 'task' }]);
      expect(await notes()).toEqual([7]);
    },
  );
});
