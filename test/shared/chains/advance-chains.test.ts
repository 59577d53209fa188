import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { advanceChainsWith } from '../../../shared/chains/advance-chains.js';
import { receiveIntoChains } from '../../../shared/chains/receive-into-chains.js';
import { listRuns } from '../../../shared/chains/runs.js';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { realTiming } from '../../../shared/client/timing.js';
import type { OperationContext } from '../../../shared/operations/operation.js';
import { RecentPushes } from '../../../shared/operations/recent-pushes.js';
import type { Database } from '../../../shared/store/database.js';
import { DatabaseOutcomeUnknownError, DatabaseUnavailableError } from '../../../shared/store/database-errors.js';
import { stage } from '../operations/fake-cloud.js';
import { type TestDatabase, testStores } from '../store/test-databases.js';
import { chain, step } from './engine-stage.js';

const [store] = (await testStores()).slice(-1);
// The pass waits the second until the task is looked at.
const timing = realTiming;
const started = { success_count: 1, failure_count: 0, success: [{ task_id: 't-1' }], failure: [], unanswered: [] };
const running = { total: 1, entities: [{ task_id: 't-1', status: 1 }] };

/** Our function and ROMA Connect, as the client sees them. */
function answer({ operation }: CloudCall): unknown {
  if (operation === 'ListTasks') return running;
  const response = { statusCode: 200, headers: {}, body: JSON.stringify(started), isBase64Encoded: false };
  return { request_id: 'r', result: JSON.stringify(response), status: 200 };
}

const nightly = chain('nightly', [step({ name: 'start', until_finished: true })], {
  trigger: { type: 'timer', name: 'night' },
});
const onPush = chain('on-push', [step({ name: 'start' })], { trigger: { type: 'batchtask', status: ['Success'] } });
const advance = advanceChainsWith([nightly, onPush], { keysKept: false });
const push = (status: string) => ({
  resource: 'batchtask',
  event: 'update',
  event_time: '20261125T020000Z',
  notify_data: { body: { task_id: 'task-1', app_id: 'app-1', task_type: 'softwareUpgrade', status } },
});

describe('advance-chains', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    if (!store) throw new Error('there is no store');
    test = await store.create();
  }, 120_000);
  afterAll(() => test.drop());
  beforeEach(() => test.empty());
  const contextOf = (fields: Partial<OperationContext> = {}, settings: Record<string, string> = {}) => {
    const made = stage(answer, { region: 'cn-north-4', timing, settings });
    return { ...made, context: { ...made.context, database: test.database, ...fields } };
  };

  it('starts the chain of the timer that calls, once for each of its times, and brings it to its end', async () => {
    const timer = { name: 'night', time: '2026-11-25T02:00:00+08:00' };
    const first = contextOf({ timer });
    const { body } = await advance.run({}, first.context);
    const again = await advance.run({}, contextOf({ timer }).context);

    expect(body).toMatchObject({ started: 1, calls: 1, looks: 1, lost: 0 });
    expect(again.body).toMatchObject({ started: 0, claimed: 0 });
    expect(await listRuns(test.database)).toMatchObject({ total: 1, runs: [{ chain: 'nightly', state: 'finished' }] });
    expect(first.logs).toContainEqual(
      expect.objectContaining({
        message: 'chains advanced',
        fields: expect.objectContaining({ due: 1, claimed: expect.any(Number), oldest_waiting_s: expect.any(Number) }),
      }),
    );
  });

  it.each([
    ['was not made', false],
    ['was made', true],
  ])('starts the chain of its timer once where the first commit had no answer and %s', async (_what, isMade) => {
    let commits = 0;
    const transaction: Database['transaction'] = async (work) => {
      if (++commits > 1) return await test.database.transaction(work);
      if (isMade) await test.database.transaction(work);
      throw new DatabaseOutcomeUnknownError('a commit', 'no answer');
    };
    const database = { ...test.database, transaction };

    await advance.run({}, contextOf({ database, timer: { name: 'night', time: 'a' } }).context);

    expect(await listRuns(test.database)).toMatchObject({ total: 1, runs: [{ chain: 'nightly', state: 'finished' }] });
  });

  it('does nothing, and says so, without a database', async () => {
    const { context, logs } = contextOf({ database: undefined });
    expect((await advance.run({}, context)).body).toMatchObject({ due: 0, claimed: 0 });
    expect(logs[0]?.message).toContain('DATABASE_URL is not set');
  });

  it('removes runs that were over for as long as the setting says, and refuses one that is no number of days', async () => {
    await advance.run({}, contextOf({ timer: { name: 'night', time: 'a' } }).context);
    await test.database.query(`UPDATE chain_runs SET finished_at = finished_at - interval '2 days'`);

    expect((await advance.run({}, contextOf().context)).body.pruned).toBe(0);
    expect((await advance.run({}, contextOf({}, { CHAIN_RUNS_KEPT_DAYS: '1' }).context)).body.pruned).toBe(1);
    await expect(advance.run({}, contextOf({}, { CHAIN_RUNS_KEPT_DAYS: 'few' }).context)).rejects.toThrow(
      'CHAIN_RUNS_KEPT_DAYS',
    );
  });

  it('tells what it did also where runs that are over cannot be removed, as at the end of its time', async () => {
    const database: Database = {
      ...test.database,
      query: async (text, ...rest) => {
        if (text.startsWith('DELETE')) throw new DatabaseUnavailableError('a statement', 'no answer within 0 ms');
        return await test.database.query(text, ...rest);
      },
    };
    const { context, logs } = contextOf({ database, timer: { name: 'night', time: 'a' } });

    const { body } = await advance.run({}, context);

    expect(body).toMatchObject({ started: 1, pruned: 0 });
    expect(logs.map(({ message }) => message).slice(-2)).toEqual([
      'runs that are over could not be removed; the next pass tries again',
      'chains advanced',
    ]);
  });

  it('refuses an input that it does not know', () => {
    expect(() => advance.parse({ run: 'x' })).toThrow('unknown field');
  });

  describe('after a push', () => {
    it('is called at once where the push started a chain', async () => {
      const { context, calls, logs } = contextOf();
      const receive = receiveIntoChains(new RecentPushes(10), [nightly, onPush]);

      expect((await receive.run(push('Success'), context)).body).toEqual({ accepted: true });
      expect(await listRuns(test.database)).toMatchObject({ total: 1, runs: [{ chain: 'on-push', state: 'running' }] });
      expect(calls).toMatchObject([
        {
          operation: 'AsyncInvokeFunction',
          path: expect.arrayContaining(['urn:fss:cn-north-4:project:function:default:advance-chains:latest']),
        },
      ]);
      expect(logs.at(-1)).toMatchObject({
        message: 'chains started',
        fields: { runs: [{ chain: 'on-push', held: false }] },
      });
      expect((await receive.run(push('Success'), context)).body).toMatchObject({ duplicate: true });
      expect(calls).toHaveLength(1);
    });

    it('is not called where the push started none', async () => {
      const { context, calls } = contextOf();
      await receiveIntoChains(new RecentPushes(10), [nightly, onPush]).run(push('Processing'), context);
      expect(calls).toEqual([]);
    });

    it('is not called for runs that are gone with a commit that failed; the push is handed on', async () => {
      const { context, calls, logs } = contextOf({
        functionUrn: 'urn:fss:cn-north-4:project:function:default:receive-batchtask:latest',
      });
      const database: Database = {
        ...test.database,
        transaction: (work) =>
          test.database.transaction(async (tx) => {
            await work(tx);
            throw new DatabaseUnavailableError('a transaction', 'no answer');
          }),
      };
      const receive = receiveIntoChains(new RecentPushes(10), [onPush]);

      const { body } = await receive.run(push('Success'), { ...context, database });

      expect(body).toMatchObject({ accepted: true, reason: expect.stringContaining('asynchronous invocation keeps') });
      expect(calls).toMatchObject([{ operation: 'AsyncInvokeFunction', body: { deferred_push: {} } }]);
      expect(logs.map(({ message }) => message)).not.toContain('chains started');
      expect((await listRuns(test.database)).total).toBe(0);
    });

    it('is left to its timer where it cannot be called; the push is kept all the same', async () => {
      const made = stage(
        () => {
          throw new Error('not reached');
        },
        { region: 'cn-north-4', timing },
      );
      const context = { ...made.context, database: test.database };

      const { body } = await receiveIntoChains(new RecentPushes(10), [onPush]).run(push('Success'), context);

      expect(body).toEqual({ accepted: true });
      expect(made.logs.at(-1)).toMatchObject({ level: 'WARN', fields: { failure: 'not reached' } });
      expect((await listRuns(test.database)).total).toBe(1);
    });
  });
});
