import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BatchtaskEvent, normaliseBatchtaskPush } from '../../../shared/schemas/iotda-batchtask-push.js';
import {
  type NewsSource,
  type Novelty,
  pruneBatchtaskHistory,
  recordBatchtask,
} from '../../../shared/store/batchtask-history.js';
import { type TestDatabase, testStores } from './test-databases.js';

const receivedAtMs = 1_700_000_100_000;

function event(
  task_id: string,
  status: string,
  ms: number | undefined,
  more: Record<string, unknown> = {},
): BatchtaskEvent {
  const push = normaliseBatchtaskPush({
    resource: 'batchtask',
    event: 'update',
    ...(ms === undefined ? {} : { event_time_ms: ms }),
    ...more,
    notify_data: { body: { app_id: 'app-1', task_id, task_type: 'softwareUpgrade', status, status_desc: status } },
  });
  if (!push.ok) throw new Error(push.reason);
  return push.event;
}

describe.each(await testStores())('the history of batch tasks on $name', (store) => {
  let stage: TestDatabase;
  let tasks = 0;
  beforeAll(async () => {
    stage = await store.create();
  }, 120_000);
  afterAll(() => stage.drop());
  const newTask = () => `task-${++tasks}`;

  const record = (news: BatchtaskEvent, source: NewsSource = 'push', at = receivedAtMs) =>
    recordBatchtask(stage.database, news, source, at);
  const stateOf = async (task_id: string) =>
    (
      await stage.database.query<{ status: string; event_time_ms: string; app_id: string; terminal: boolean }>(
        'SELECT app_id, status, state, status_desc, terminal, event_time_ms, source, state_rank FROM batchtasks WHERE task_id = $1',
        [task_id],
      )
    )[0];

  type Told = [status: string, ms: number | undefined, novelty: Novelty, source?: NewsSource];
  test.each<[string, string, Told[]]>([
    [
      'the way of a task',
      'Success',
      [
        ['Waitting', 1, 'changed'],
        ['Processing', 2, 'changed'],
        ['Success', 3, 'changed'],
      ],
    ],
    [
      'the same push twice',
      'Success',
      [
        ['Success', 3, 'changed'],
        ['Success', 3, 'duplicate'],
      ],
    ],
    [
      'late news of a finished task',
      'Success',
      [
        ['Success', 3, 'changed'],
        ['Processing', 2, 'stale'],
      ],
    ],
    [
      'late news that comes again',
      'Success',
      [
        ['Success', 3, 'changed'],
        ['Processing', 2, 'stale'],
        ['Processing', 2, 'duplicate'],
      ],
    ],
    [
      'a retry of a failed task',
      'Processing',
      [
        ['Fail', 3, 'changed'],
        ['Processing', 4, 'changed'],
      ],
    ],
    [
      'a retry that fails again',
      'Fail',
      [
        ['Fail', 3, 'changed'],
        ['Processing', 4, 'changed'],
        ['Fail', 5, 'changed'],
      ],
    ],
    [
      'a retry whose start got lost',
      'Fail',
      [
        ['Fail', 3, 'changed'],
        ['Fail', 5, 'changed'],
      ],
    ],
    [
      'start and end in the same second',
      'Success',
      [
        ['Success', 3, 'changed'],
        ['Processing', 3, 'stale'],
      ],
    ],
    [
      'the end after the start in the same second',
      'Success',
      [
        ['Processing', 3, 'changed'],
        ['Success', 3, 'changed'],
      ],
    ],
    [
      'an unknown word',
      'Resting',
      [
        ['Processing', 3, 'changed'],
        ['Resting', 4, 'changed'],
      ],
    ],
    [
      'a state without a time, told twice',
      'Success',
      [
        ['Processing', 3, 'changed'],
        ['Success', undefined, 'changed'],
        ['Success', undefined, 'duplicate'],
      ],
    ],
    [
      'a push, then our own question',
      'Success',
      [
        ['Success', 3, 'changed'],
        ['Success', 9, 'repeated', 'reconcile'],
      ],
    ],
    [
      'our own question, then the push',
      'Success',
      [
        ['Success', 9, 'changed', 'reconcile'],
        ['Success', 3, 'stale'],
      ],
    ],
    [
      'our own question, then a push of a faster clock',
      'Success',
      [
        ['Success', 9, 'changed', 'reconcile'],
        ['Success', 10, 'repeated'],
      ],
    ],
    [
      'our own question finds a missed end',
      'Fail',
      [
        ['Processing', 3, 'changed'],
        ['Fail', 9, 'changed', 'reconcile'],
      ],
    ],
  ])('%s leaves %s', async (_case, status, told) => {
    const task = newTask();
    const novelties: Novelty[] = [];

    for (const [word, ms, , source] of told) novelties.push(await record(event(task, word, ms), source));

    expect(novelties).toEqual(told.map(([, , novelty]) => novelty));
    expect(await stateOf(task)).toMatchObject({ status });
  });

  test('a push without a time is known by its request id, and at another moment by its state', async () => {
    const task = newTask();
    const withId = event(task, 'Fail', undefined, { request_id: 'r-1' });

    expect(await record(withId, 'push', 5)).toBe('changed');
    expect(await record(withId, 'push', 6)).toBe('duplicate');
    expect(await record(event(task, 'Fail', undefined, { request_id: 'r-2' }), 'push', 7)).toBe('repeated');
  });

  test('the push is kept as it came, with characters that PostgreSQL does not take', async () => {
    const news = event(`${newTask()}\u0000\ud800`, 'Fail\u0000', 1, { note: 'a\u0000\ud800b' });

    await record(news);

    const [row] = await stage.database.query('SELECT raw FROM batchtask_events ORDER BY id DESC LIMIT 1');
    expect(row).toEqual({ raw: news.raw });
  });

  test('the final state does not depend on the order in which news arrives, nor on how often, nor on what arrives at once', async () => {
    const word = fc.constantFrom(
      'Initializing',
      'Waitting',
      'Processing',
      'Stopping',
      'Success',
      'Fail',
      'PartialSuccess',
      'Stopped',
      'Odd',
    );
    const news = fc.record({ status: word, ms: fc.integer({ min: 1, max: 4 }), app: fc.constantFrom('a', 'b', null) });
    const story = fc
      .uniqueArray(news, { minLength: 1, maxLength: 6, selector: ({ status, ms }) => `${status} ${ms}` })
      .chain((told) =>
        fc.record({
          told: fc.constant(told),
          first: fc.shuffledSubarray(told, { minLength: told.length }),
          second: fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 }),
        }),
      );
    const tell = async (told: { status: string; ms: number; app: string | null }[], atOnce: boolean) => {
      const task = newTask();
      const events = told.map(({ status, ms, app }) => {
        const { app_id: _, ...rest } = event(task, status, ms);
        return app === null ? rest : { ...rest, app_id: app };
      });
      if (atOnce) await Promise.all(events.map((one) => record(one)));
      else for (const one of events) await record(one);
      return await stateOf(task);
    };

    await fc.assert(
      fc.asyncProperty(story, async ({ first, second }) => {
        const inOneOrder = await tell(first, false);

        expect(await tell(second, false)).toEqual(inOneOrder);
        expect(await tell(second, true)).toEqual(inOneOrder);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('the same news at once from many sides is new to exactly one of them', async () => {
    const task = newTask();

    const novelties = await Promise.all(Array.from({ length: 8 }, () => record(event(task, 'Success', 1))));

    expect(novelties.filter((novelty) => novelty === 'changed')).toHaveLength(1);
    expect(novelties.filter((novelty) => novelty === 'duplicate')).toHaveLength(7);
  });

  test('what ended long ago is forgotten with its news; of a running task all stays', async () => {
    const [ended, running, fresh] = [newTask(), newTask(), newTask()];
    await record(event(ended, 'Success', 1));
    await record(event(running, 'Processing', 1));
    await stage.database.query(`UPDATE batchtasks SET changed_at = now() - interval '40 days'`);
    await record(event(fresh, 'Success', 1));

    const gone = await pruneBatchtaskHistory(stage.database, 30, 10_000);

    const left = await stage.database.query<{ task_id: string }>(
      'SELECT task_id FROM batchtask_events WHERE task_id = ANY($1) ORDER BY id',
      [[ended, running, fresh]],
    );
    expect(gone).toBeGreaterThanOrEqual(1);
    expect(left.map(({ task_id }) => task_id)).toEqual([running, fresh]);
    expect(await record(event(running, 'Processing', 1))).toBe('duplicate');
  });
});
