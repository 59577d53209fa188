import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { destroyPools } from '../../shared/client/pools.js';
import { createInvocations } from '../../shared/operations/create-invocations.js';
import { startStopRomaTasks } from '../../shared/operations/start-stop-roma-tasks.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
  await destroyPools();
});
beforeEach(() => stage.reset());

const servers = Array.from({ length: 250 }, (_, index) => `ecs-batch-${index}`);
const install = (on_unknown: string) =>
  createInvocations.parse({ instance_ids: servers, invocation_type: 'INSTALL', on_unknown });
const tasks = Array.from({ length: 25 }, (_, index) => index.toString(16).padStart(32, 'a'));
const start = (task_ids: readonly string[], more: object = {}) =>
  startStopRomaTasks.parse({
    instance_id: 'roma-local-0001',
    action_id: 'start',
    list: task_ids.map((task_id) => ({ task_id })),
    ...more,
  });
const postsOf = async (operation: string) =>
  (await stage.asked()).filter((call) => call.operation === operation).length;
const running = async () => {
  const { fdi_tasks } = await stage.state();
  return fdi_tasks.filter(({ status, task_id }) => status === 'running' && tasks.includes(task_id)).length;
};

test.each([
  { reset: 'after-effect', status: 201 },
  { reset: 'before', status: 207 },
])('of 250 servers one call breaks off with a reset $reset: every server is told the truth', async (point) => {
  await stage.fault({ operation: 'ces.createInvocations', reset: point.reset });

  const { status, body } = await createInvocations.run(install('reconcile'), stage.context());

  const made = new Map((await stage.state()).invocations.map((task) => [task.instance_id, task.invocation_id]));
  const lost = 250 - made.size;
  expect(await postsOf('ces.createInvocations')).toBe(3);
  expect(body.invocations.map((row) => row.instance_id)).toEqual(servers);
  for (const row of body.invocations) {
    expect([row.ret_status, row.invocation_id]).toEqual(
      made.has(row.instance_id ?? '') ? ['successful', made.get(row.instance_id ?? '')] : ['unanswered', undefined],
    );
  }
  expect({ status, unanswered: body.summary.unanswered }).toEqual({ status: point.status, unanswered: lost });
});

test('with report the same servers are unanswered and nothing is read', async () => {
  await stage.fault({ operation: 'ces.createInvocations', reset: 'after-effect' });

  const { status, body } = await createInvocations.run(install('report'), stage.context());

  expect(status).toBe(207);
  expect(body.summary.unanswered).toBeGreaterThan(0);
  expect(await postsOf('ces.listInvocations')).toBe(0);
});

test('of 25 tasks one call breaks off after its effect: all are started, some were looked at', async () => {
  await stage.fault({ operation: 'roma.batchOperation', reset: 'after-effect' });

  const input = start(tasks, { on_unknown: 'reconcile' });
  const { status, body } = await startStopRomaTasks.run(input, stage.context());

  expect({ status, done: body.success_count, running: await running() }).toEqual({
    status: 200,
    done: 25,
    running: 25,
  });
  expect(await postsOf('roma.batchOperation')).toBe(3);
  expect(body.success.filter((task) => task.reconciled).length).toBeGreaterThanOrEqual(5);
});

const withoutPlan = '2'.repeat(32);
const alreadyRunning = '1'.repeat(32);
const unreachable = '3'.repeat(32);

test('isolate: tasks that would refuse the whole call stand in failure, the others start, each once', async () => {
  const culprits = ['no-such-task', withoutPlan, alreadyRunning];
  const given = [...tasks.slice(0, 8), ...culprits, ...tasks.slice(8), unreachable];

  const { status, body } = await startStopRomaTasks.run(start(given, { isolate: true }), stage.context());

  expect(status).toBe(207);
  expect(body.success.map((task) => task.task_id)).toEqual(tasks);
  expect(body.failure.map((task) => [task.task_id, task.error_code]).sort()).toEqual([
    [alreadyRunning, 'FDI.3023'],
    [withoutPlan, 'FDI.3083'],
    [unreachable, 'FDI.3016'],
    ['no-such-task', 'FDI.3021'],
  ]);
  expect(body.unanswered).toEqual([]);
  expect(await running()).toBe(25);
});

test('without isolate one bad task still stops the nine beside it', async () => {
  const { body } = await startStopRomaTasks.run(start([...tasks.slice(0, 19), withoutPlan]), stage.context());

  expect({ done: body.success_count, unanswered: body.unanswered.length }).toEqual({ done: 10, unanswered: 10 });
  expect(body.unanswered[0]?.reason).toContain('"isolate": true');
});

test('isolate and reconcile together: a half that breaks off after its effect is found, and not sent again', async () => {
  await stage.fault({
    operation: 'roma.batchOperation',
    status: 404,
    body: { error_code: 'FDI.3081', error_msg: 'no' },
  });
  await stage.fault({ operation: 'roma.batchOperation', reset: 'after-effect' });

  const input = start(tasks.slice(0, 10), { isolate: true, on_unknown: 'reconcile' });
  const { status, body } = await startStopRomaTasks.run(input, stage.context());

  expect({ status, done: body.success_count }).toEqual({ status: 200, done: 10 });
  expect(body.success.filter((task) => task.reconciled)).toHaveLength(5);
  expect(await postsOf('roma.batchOperation')).toBe(3);
});
