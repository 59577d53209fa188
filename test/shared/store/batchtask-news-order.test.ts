import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchtaskEvent } from '../../../shared/schemas/iotda-batchtask-push.js';
import { recordBatchtask } from '../../../shared/store/batchtask-history.js';
import { event, receivedAtMs } from './batchtask-news.js';
import { type TestDatabase, testStores } from './test-databases.js';

describe.each(await testStores())('news of batch tasks in any order on $name', (store) => {
  let stage: TestDatabase;
  let tasks = 0;
  beforeAll(async () => {
    stage = await store.create();
  }, 120_000);
  afterAll(() => stage.drop());
  const newTask = () => `task-${++tasks}`;

  const record = (news: BatchtaskEvent) => recordBatchtask(stage.database, news, 'push', receivedAtMs);
  const stateOf = async (task_id: string) =>
    (
      await stage.database.query(
        'SELECT app_id, status, state, status_desc, terminal, event_time_ms, source, state_rank FROM batchtasks WHERE task_id = $1',
        [task_id],
      )
    )[0];

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
});
