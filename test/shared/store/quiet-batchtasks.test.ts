import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordBatchtask } from '../../../shared/store/batchtask-history.js';
import { claimQuietTasks } from '../../../shared/store/quiet-batchtasks.js';
import { event, receivedAtMs } from './batchtask-news.js';
import { type TestDatabase, testStores } from './test-databases.js';

const quietMinutes = 10;

describe.each(await testStores())('batch tasks that went quiet on $name', (store) => {
  let stage: TestDatabase;
  beforeAll(async () => {
    stage = await store.create();
  }, 120_000);
  afterAll(() => stage.drop());
  beforeEach(async () => {
    await stage.empty();
    await recordBatchtask(stage.database, event('task-1', 'Processing', 1), 'push', receivedAtMs);
  });

  /** As if everything that is known of the task were so many minutes older. */
  const pass = (minutes: number) =>
    stage.database.query(
      `UPDATE batchtasks SET changed_at = changed_at - make_interval(mins => $1::int),
         asked_at = asked_at - make_interval(mins => $1::int), next_ask_at = next_ask_at - make_interval(mins => $1::int)`,
      [minutes],
    );
  const claim = async () => (await claimQuietTasks(stage.database, quietMinutes, 10)).map(({ task_id }) => task_id);

  test('are asked for after a while, and then each time after twice as long', async () => {
    const waits: number[] = [];
    for (let asked = 0, waited = 0; asked < 4; waited += quietMinutes) {
      if ((await claim()).length > 0) {
        waits.push(waited);
        asked += 1;
        waited = 0;
      }
      await pass(quietMinutes);
    }

    expect(waits).toEqual([10, 10, 20, 40]);
  });

  test('are asked for at least every six hours', async () => {
    for (let asked = 0; asked < 12; asked += 1) {
      await pass(24 * 60);
      await claim();
    }

    await pass(6 * 60);
    expect(await claim()).toEqual(['task-1']);
  });

  test('are asked for soon again where there was news since the last time', async () => {
    for (let asked = 0; asked < 6; asked += 1) {
      await pass(24 * 60);
      await claim();
    }
    await recordBatchtask(stage.database, event('task-1', 'Waitting', 2), 'push', receivedAtMs);

    await pass(quietMinutes + 1);

    expect(await claim()).toEqual(['task-1']);
  });
});
