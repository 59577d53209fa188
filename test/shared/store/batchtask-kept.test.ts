import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchtaskEvent } from '../../../shared/schemas/iotda-batchtask-push.js';
import { pruneBatchtaskHistory, recordBatchtask, unstorable } from '../../../shared/store/batchtask-history.js';
import { event, receivedAtMs } from './batchtask-news.js';
import { type TestDatabase, testStores } from './test-databases.js';

describe.each(await testStores())('what is kept of batch tasks on $name', (store) => {
  let stage: TestDatabase;
  let tasks = 0;
  beforeAll(async () => {
    stage = await store.create();
  }, 120_000);
  afterAll(() => stage.drop());
  const newTask = () => `task-${++tasks}`;

  const record = (news: BatchtaskEvent) => recordBatchtask(stage.database, news, 'push', receivedAtMs);

  test('the push is kept as it came, with characters that PostgreSQL does not take', async () => {
    const news = event(`${newTask()}\u0000\ud800`, 'Fail\u0000', 1, { note: 'a\u0000\ud800b' });

    await record(news);

    const [row] = await stage.database.query('SELECT raw FROM batchtask_events ORDER BY id DESC LIMIT 1');
    expect(row).toEqual({ raw: news.raw });
  });

  test('a state or an id that is too long is said to have no place, and what just fits has one', async () => {
    const task = newTask().padEnd(256, '.');

    expect(unstorable(event(`${task}.`, 'Fail', 1))).toBe('task_id has more than 256 characters');
    expect(unstorable(event(task, 'x'.repeat(65), 1))).toBe('status has more than 64 characters');
    expect(unstorable(event(task, 'x'.repeat(64), 1))).toBeUndefined();
    expect(await record(event(task, 'x'.repeat(64), 1))).toBe('changed');
  });

  test('of a push that is too large only its size is kept', async () => {
    const news = event(newTask(), 'Fail', 1, { note: 'x'.repeat(256 * 1024) });

    await record(news);

    const [row] = await stage.database.query('SELECT raw FROM batchtask_events ORDER BY id DESC LIMIT 1');
    expect(row).toEqual({ raw: { left_out: `${JSON.stringify(news.raw).length} characters` } });
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
