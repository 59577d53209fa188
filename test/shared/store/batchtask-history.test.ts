import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchtaskEvent } from '../../../shared/schemas/iotda-batchtask-push.js';
import { type NewsSource, type Novelty, recordBatchtask } from '../../../shared/store/batchtask-history.js';
import { event, receivedAtMs } from './batchtask-news.js';
import { type TestDatabase, testStores } from './test-databases.js';

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
      'a push, then our own question in the other spelling',
      'Waiting',
      [
        ['Waitting', 3, 'changed'],
        ['Waiting', 9, 'repeated', 'reconcile'],
      ],
    ],
    [
      'our own question with one word that nobody knows after the other',
      'Paused',
      [
        ['Frozen', 3, 'changed'],
        ['Paused', 9, 'changed', 'reconcile'],
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
});
