import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { receiveIntoChains } from '../../../shared/chains/receive-into-chains.js';
import { reconcileBatchtasksWith } from '../../../shared/chains/reconcile-batchtasks.js';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import type { OperationContext } from '../../../shared/operations/operation.js';
import { RecentPushes } from '../../../shared/operations/recent-pushes.js';
import { stage } from '../operations/fake-cloud.js';
import { type TestDatabase, testStores } from '../store/test-databases.js';
import { chain, step } from './engine-stage.js';

const [store] = (await testStores()).slice(-1);
const chains = [
  chain('after', [step({ name: 'one' })], { trigger: { type: 'batchtask', status: ['Success', 'Fail'] } }),
];
const task_id = 'task-1';
const task_type = 'softwareUpgrade';

describe('a quiet batch task', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    if (!store) throw new Error('there is no store');
    test = await store.create();
  }, 120_000);
  afterAll(() => test.drop());
  beforeEach(() => test.empty());

  /** IoTDA as it answers here; every other call is taken as it is. */
  const room = (answer: (call: CloudCall) => unknown, settings: Record<string, string> = {}) => {
    const made = stage((call) => (call.service === 'iotda' ? answer(call) : { request_id: 'queued' }), {
      region: 'cn-north-4',
      settings,
    });
    return { ...made, context: { ...made.context, database: test.database } };
  };
  const push = (status: string, ageMs: number, context: OperationContext) =>
    receiveIntoChains(new RecentPushes(10), chains).run(
      {
        resource: 'batchtask',
        event: 'update',
        event_time_ms: new Date(Date.now() - ageMs).toISOString(),
        notify_data: { body: { task_id, task_type, status } },
      },
      context,
    );
  const quiet = async (context: OperationContext) => {
    await push('Processing', 3_600_000, context);
    await test.database.query(
      `UPDATE batchtasks SET changed_at = changed_at - interval '1 hour', next_ask_at = next_ask_at - interval '1 hour'`,
    );
  };
  const reconcile = async (context: OperationContext) => (await reconcileBatchtasksWith(chains).run({}, context)).body;

  it('is left to the next time where no time is left to ask', async () => {
    const { context, calls } = room(() => ({}));
    await quiet(context);

    expect(await reconcile({ ...context, remainingMs: () => 100 })).toMatchObject({ asked: 0, failed: 0 });
    expect(calls).toEqual([]);
  });

  it('starts nothing more where its push comes between the question and the answer', async () => {
    const { context, calls } = room(async () => {
      await push('Fail', 0, context);
      return { batchtask: { task_id, task_type, status: 'Success' } };
    });
    await quiet(context);

    expect(await reconcile(context)).toMatchObject({ asked: 1, changed: 0, started: 0 });
    // Only the push has woken the engine.
    expect(calls.filter(({ operation }) => operation === 'AsyncInvokeFunction')).toMatchObject([
      { body: { reason: 'push' } },
    ]);
  });

  it.each([
    ['leaves them out', {}],
    ['has nothing in them', { app_id: null, task_type: null }],
  ])('starts the chain of its app and type also where the answer %s', async (_what, fields) => {
    const { context } = room(({ operation }) => {
      const batchtask = { ...fields, task_id, status: operation === 'ListBatchTasks' ? 'Processing' : 'Success' };
      return { batchtask, batchtasks: [{ ...batchtask, task_id: 'task-2' }] };
    });
    const settings: Record<string, string> = { RECONCILE_TASK_TYPES: task_type };
    const trigger = { type: 'batchtask', status: ['Success', 'Processing'], app_id: ['app-1'] } as const;
    const ofApp = chain('of-app', [step({ name: 'one' })], { trigger: { ...trigger, task_type: [task_type] } });
    const ofType = chain('of-type', [step({ name: 'one' })], {
      trigger: { type: 'batchtask', status: ['Processing'], task_type: [task_type] },
    });
    await quiet(context);
    await test.database.query(`UPDATE batchtasks SET app_id = 'app-1'`);

    const pass = reconcileBatchtasksWith([ofApp, ofType]).run({}, { ...context, setting: (name) => settings[name] });

    expect((await pass).body).toMatchObject({ changed: 1, found: 1, failed: 0, started: 2 });
  });

  it('is not recorded with a state that the history has no place for', async () => {
    const { context } = room(() => ({ batchtask: { task_id, task_type, status: 'x'.repeat(100) } }));
    await quiet(context);

    expect(await reconcile(context)).toMatchObject({ asked: 1, changed: 0, failed: 0 });
  });

  it('counts as failed, with its kind in the log, where what is thrown is no error', async () => {
    const { context, logs } = room(() => {
      throw 'a text';
    });
    await quiet(context);

    expect(await reconcile(context)).toMatchObject({ asked: 1, failed: 1 });
    expect(logs).toContainEqual(expect.objectContaining({ level: 'WARN', fields: { task_id, why: 'string' } }));
  });

  it('that is listed is passed over without an id, and found with it', async () => {
    const row = { task_type, status: 'Processing' };
    const { context } = room(() => ({ batchtasks: [row, { ...row, task_id: 'task-2' }] }), {
      RECONCILE_TASK_TYPES: task_type,
    });

    expect(await reconcile(context)).toMatchObject({ found: 1, failed: 0 });
  });
});
