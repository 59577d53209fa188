import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start-cloud.js';
import { receiveIntoChains } from '../../../shared/chains/receive-into-chains.js';
import { reconcileBatchtasksWith } from '../../../shared/chains/reconcile-batchtasks.js';
import { listRuns } from '../../../shared/chains/runs.js';
import { createCloudClient } from '../../../shared/client/create-cloud-client.js';
import { destroyPools } from '../../../shared/client/pools.js';
import { realTiming } from '../../../shared/client/timing.js';
import type { OperationContext } from '../../../shared/operations/operation.js';
import { RecentPushes } from '../../../shared/operations/recent-pushes.js';
import type { Database } from '../../../shared/store/database.js';
import { DatabaseOutcomeUnknownError } from '../../../shared/store/database-errors.js';
import { type TestDatabase, testStores } from '../store/test-databases.js';
import { chain, step } from './engine-stage.js';

const chains = [
  chain('after', [step({ name: 'one' })], { trigger: { type: 'batchtask', status: ['Success', 'PartialSuccess'] } }),
];
const app_id = 'app-local-0001';
const task_type = 'softwareUpgrade';

describe.each(await testStores())('batch tasks that went quiet, on $name', (store) => {
  let test: TestDatabase;
  let cloud: Cloud;
  let context: OperationContext;
  let settings: Record<string, string>;
  const warnings: unknown[] = [];
  beforeAll(async () => {
    test = await store.create();
  }, 120_000);
  afterAll(() => test.drop());
  beforeEach(async () => {
    await test.empty();
    warnings.length = 0;
    settings = {};
    // No receiver is registered: every push of this cloud is lost.
    cloud = await startCloud({ port: 0 });
    const { url, account } = cloud;
    context = {
      cloud: createCloudClient({
        auth: { mode: 'aksk', credentials: { ak: account.ak, sk: account.sk } },
        projectId: account.project,
        endpoint: () => new URL(url),
        remainingMs: () => 20_000,
      }),
      database: test.database,
      region: account.region,
      setting: (name) => settings[name],
      log: (level, _message, fields) => void (level === 'WARN' && warnings.push(fields)),
    };
  });
  afterEach(async () => {
    await destroyPools();
    await cloud.close();
  });

  const push = async (task_id: string, status: string, at: number) => {
    const body = { app_id, task_id, task_type, status };
    const event_time_ms = new Date(at).toISOString();
    return await receiveIntoChains(new RecentPushes(10), chains).run(
      { resource: 'batchtask', event: 'update', event_time_ms, notify_data: { body } },
      context,
    );
  };
  const newTask = (targets: readonly string[] = ['dev-0001']) =>
    cloud.createBatchTask({ app_id, task_name: 'a', task_type, targets: [...targets] }).task_id;
  /** A task that a push told once, and of which nothing was heard for an hour. */
  const quietTask = async () => {
    const task_id = newTask();
    await push(task_id, 'Processing', Date.now() - 3_600_000);
    await passTime();
    return task_id;
  };
  const passTime = () =>
    test.database.query(
      `UPDATE batchtasks SET changed_at = changed_at - interval '1 hour', asked_at = asked_at - interval '1 hour', gone_at = gone_at - interval '1 hour',
         next_ask_at = next_ask_at - interval '1 hour'`,
    );
  const reconcile = async () => {
    const { status, body } = await reconcileBatchtasksWith(chains).run({}, context);
    return { status, ...body };
  };
  const runs = async () => (await listRuns(test.database)).total;

  it('are asked for, and a change whose push was lost starts its chain', async () => {
    await quietTask();
    cloud.advance(600_000);

    expect(await reconcile()).toMatchObject({ status: 200, asked: 1, changed: 1, started: 1 });
    expect(await runs()).toBe(1);
    expect(await reconcile()).toMatchObject({ asked: 0 });
  });

  it('start nothing again when the push comes late, whatever its time', async () => {
    const task_id = await quietTask();
    cloud.advance(600_000);
    await reconcile();

    for (const at of [Date.now() - 60_000, Date.now() + 60_000]) await push(task_id, 'Success', at);

    expect(await runs()).toBe(1);
  });

  it('start again after a retry that ends as the first time, though IoTDA says so in the very same words', async () => {
    const task_id = await quietTask();
    cloud.advance(600_000);
    await reconcile();
    await push(task_id, 'Processing', Date.now() + 1);
    await passTime();
    await test.database.query('UPDATE batchtasks SET event_time_ms = event_time_ms - 3600000');

    expect(await reconcile()).toMatchObject({ changed: 1, started: 1 });
    expect(await runs()).toBe(2);
  });

  it('start again after a retry that old pushes tell of, which have neither time nor id, and once only', async () => {
    let now = Date.now();
    const timing = { ...realTiming, now: () => ++now };
    const oldPush = async (status: string) => {
      const notify_data = { app_id, task_id: 'old-1', task_type, status, status_desc: '' };
      const push = { resource: 'batchtask.status', event: 'update', notify_data };
      await receiveIntoChains(new RecentPushes(10), chains).run(push, { ...context, timing });
    };

    for (const status of ['PartialSuccess', 'PartialSuccess', 'Processing', 'PartialSuccess']) await oldPush(status);

    expect(await runs()).toBe(2);
  });

  it('start nothing where a push told it first', async () => {
    const task_id = await quietTask();
    cloud.advance(600_000);
    await push(task_id, 'Success', Date.now());

    expect(await reconcile()).toMatchObject({ asked: 0, started: 0 });
    expect(await runs()).toBe(1);
  });

  it('that are still under way are asked for again, each time after a longer wait', async () => {
    const task_id = newTask();
    cloud.advance(3_000);
    await push(task_id, 'Processing', Date.now() - 3_600_000);
    await passTime();
    const waits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      await test.database.query("UPDATE batchtasks SET next_ask_at = NULL, status = 'Processing', terminal = false");
      await reconcile();
      const [row] = await test.database.query<{ wait: string }>(
        'SELECT extract(epoch FROM next_ask_at - asked_at)::text AS wait FROM batchtasks',
      );
      waits.push(Math.round(Number(row?.wait) / 60));
    }
    expect(waits).toEqual([10, 20, 40, 80]);
  });

  it('are not asked for before they are quiet, nor twice in a row', async () => {
    const task_id = newTask();
    await push(task_id, 'Processing', Date.now());
    expect(await reconcile()).toMatchObject({ asked: 0 });
    await passTime();
    expect(await reconcile()).toMatchObject({ asked: 1 });
    expect(await reconcile()).toMatchObject({ asked: 0 });
  });

  it('that IoTDA does not know any more are not asked for again, until a push tells of them', async () => {
    await push('gone-task', 'Processing', Date.now() - 3_600_000);
    await passTime();
    expect(await reconcile()).toMatchObject({ status: 200, asked: 1, gone: 1, failed: 0 });
    await passTime();
    expect(await reconcile()).toMatchObject({ asked: 0 });

    await push('gone-task', 'Processing', Date.now());
    await passTime();
    expect(await reconcile()).toMatchObject({ asked: 1 });
  });

  it('that cannot be read hold up no other', async () => {
    await quietTask();
    const second = newTask();
    await push(second, 'Processing', Date.now() - 3_600_000);
    await passTime();
    cloud.advance(600_000);
    const { send } = context.cloud;
    let calls = 0;
    context = {
      ...context,
      cloud: {
        projectId: context.cloud.projectId,
        send: async (call) => {
          if (call.service === 'iotda' && calls++ === 0) throw new Error('no way');
          return send(call);
        },
      },
    };

    expect(await reconcile()).toMatchObject({ status: 207, asked: 2, failed: 1, changed: 1, started: 1 });
    expect(warnings).toContainEqual(expect.objectContaining({ why: 'no way' }));
  });

  it('of which no push ever came are found by their type, while they are under way', async () => {
    settings = { RECONCILE_TASK_TYPES: 'firmwareUpgrade, softwareUpgrade' };
    const task_id = newTask();
    cloud.advance(1_500);

    const first = await reconcile();
    await passTime();
    cloud.advance(600_000);

    expect(first).toMatchObject({ found: 1, started: 0 });
    expect(await reconcile()).toMatchObject({ asked: 1, changed: 1, started: 1 });
    const [row] = await test.database.query<{ state: string }>('SELECT state FROM batchtasks WHERE task_id = $1', [
      task_id,
    ]);
    expect(row?.state).toBe('Success');
  });

  it('whose lists cannot be read are no items that were done', async () => {
    settings = { RECONCILE_TASK_TYPES: 'firmwareUpgrade' };
    const send = () => Promise.reject(new Error('no way'));
    context = { ...context, cloud: { projectId: context.cloud.projectId, send } };

    const { items } = await reconcileBatchtasksWith([]).run({}, context);

    expect(items).toEqual({ ok: 0, failed: 2 });
  });

  it('that ended before anybody heard of them start nothing', async () => {
    settings = { RECONCILE_TASK_TYPES: task_type };
    newTask();
    cloud.advance(600_000);
    expect(await reconcile()).toMatchObject({ found: 0, started: 0 });
  });

  it('are asked for once by two passes at the same time', async () => {
    await quietTask();
    cloud.advance(600_000);
    const passes = await Promise.all([reconcile(), reconcile()]);
    expect(passes.map(({ asked }) => asked).sort()).toEqual([0, 1]);
    expect(await runs()).toBe(1);
  });

  it.each([
    [{}, 89, 0],
    [{}, 91, 1],
    [{ BATCHTASKS_KEPT_DAYS: '7' }, 8, 1],
    [{ BATCHTASKS_KEPT_DAYS: '365' }, 91, 0],
  ])('that ended are forgotten with %j after days: %i', async (kept, days, pruned) => {
    settings = kept;
    await push('ended', 'Success', Date.now());
    await push('open', 'Processing', Date.now());
    await test.database.query(`UPDATE batchtasks SET changed_at = now() - make_interval(days => ${days})`);

    expect(await reconcile()).toMatchObject({ pruned });
    const [left] = await test.database.query('SELECT count(*)::int AS events FROM batchtask_events');
    expect(left).toEqual({ events: 2 - pruned });
  });

  it('are asked for also where what is old cannot be removed', async () => {
    await quietTask();
    cloud.advance(600_000);
    const query: Database['query'] = async (text, ...rest) => {
      if (text.includes('DELETE')) throw new DatabaseOutcomeUnknownError('a statement', 'no answer within 5000 ms');
      return await test.database.query(text, ...rest);
    };
    context = { ...context, database: { ...test.database, query } };

    expect(await reconcile()).toMatchObject({ status: 200, changed: 1, pruned: 0 });
    expect(warnings).toContainEqual({ why: expect.stringContaining('no answer within 5000 ms') });
  });

  it.each([
    ...['0', '1441', 'x', '1.5'].map((value) => ['RECONCILE_QUIET_MINUTES', value] as const),
    ...['6', '3651', 'x'].map((value) => ['BATCHTASKS_KEPT_DAYS', value] as const),
  ])('are left alone where %s is %j', async (setting, value) => {
    settings = { [setting]: value };
    await expect(reconcile()).rejects.toMatchObject({ name: 'InvalidSettingError', setting });
  });

  it('are nobody’s business without a database', async () => {
    context = { ...context, database: undefined };
    expect(await reconcile()).toMatchObject({ status: 200, asked: 0 });
  });
});
