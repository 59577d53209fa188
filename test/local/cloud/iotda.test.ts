import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Iotda, startIotda, upgrade } from './iotda-calls.js';

let iotda: Iotda;
beforeEach(async () => {
  iotda = await startIotda();
});
afterEach(() => iotda.close());

test.each([
  [['dev-0001', 'dev-0005'], 'Success'],
  [['dev-0001', 'dev-9999'], 'PartialSuccess'],
  [['dev-9999'], 'Fail'],
])('a task for %j ends %s', async (targets, end) => {
  const task = await iotda.newTask({ targets });
  const seen = [await iotda.statusOf(task)];
  for (const ms of [500, 1000, 2000]) {
    iotda.wait(ms);
    seen.push(await iotda.statusOf(task));
  }
  expect(seen).toEqual(['Initializing', 'Waitting', 'Processing', end]);
});

test('a task shows its progress and the error of each sub-task', async () => {
  const task = await iotda.newTask({ targets: ['dev-0001', 'dev-9999'] });
  iotda.wait(5000);
  const { json } = await iotda.call('GET', `/batchtasks/${task}?task_detail_status=Fail`);
  expect(json.batchtask.task_progress).toMatchObject({ total: 2, success: 1, fail: 1, waitting: 0 });
  expect(json.task_details).toEqual([
    {
      target: 'dev-9999',
      status: 'Fail',
      output: '',
      error: { error_code: 'IOTDA.014200', error_msg: expect.any(String) },
    },
  ]);
});

test('a running task is stopped as a whole, and that is pushed', async () => {
  await iotda.forward();
  const task = await iotda.newTask();
  await iotda.pushesAfter(1500);
  const reply = await iotda.call('POST', `/batchtasks/${task}/stop`, {});
  const pushed = await iotda.pushesAfter(5000);
  expect(reply.json.targets).toEqual(upgrade.targets.map((target) => ({ target, status: 'success' })));
  expect(pushed).toEqual(['Waitting', 'Processing', 'Stopped']);
});

test('stopping some sub-tasks leaves the others, and tells what could not be stopped', async () => {
  const task = await iotda.newTask();
  iotda.cloud.advance(1500);
  const reply = await iotda.call('POST', `/batchtasks/${task}/stop`, { targets: ['dev-0001', 'dev-0009'] });
  iotda.cloud.advance(2000);
  expect(reply).toMatchObject({
    status: 200,
    json: { targets: [{ status: 'success' }, { status: 'failure', error_code: 'IOTDA.014219' }] },
  });
  expect(await iotda.statusOf(task)).toBe('PartialSuccess');
});

test('a stopped task is retried to its success', async () => {
  await iotda.forward();
  const task = await iotda.newTask();
  await iotda.call('POST', `/batchtasks/${task}/stop`);
  await iotda.call('POST', `/batchtasks/${task}/retry`, {});
  const pushed = await iotda.pushesAfter(2000);
  expect(pushed).toEqual(['Stopped', 'Processing', 'Success']);
});

test('what is not over is not retried, and what is over is not stopped', async () => {
  const task = await iotda.newTask();
  const retried = await iotda.call('POST', `/batchtasks/${task}/retry`, {});
  iotda.cloud.advance(5000);
  const stopped = await iotda.call('POST', `/batchtasks/${task}/stop`, {});
  const again = await iotda.call('POST', `/batchtasks/${task}/retry`, {});
  expect([retried, stopped, again].map((reply) => reply.json.targets)).toEqual([[], [], []]);
});

test('only a finished task is deleted', async () => {
  const task = await iotda.newTask();
  const early = await iotda.call('DELETE', `/batchtasks/${task}`);
  iotda.cloud.advance(5000);
  const late = await iotda.call('DELETE', `/batchtasks/${task}`);
  const gone = await iotda.call('DELETE', `/batchtasks/${task}`);
  expect([early.json.error_code, late.status, gone.json.error_code]).toEqual(['IOTDA.014221', 204, 'IOTDA.014200']);
});

test('a scheduled task waits for its time', async () => {
  const task = await iotda.newTask({ task_policy: { schedule_time: '20261120T110000Z' } });
  iotda.wait(1800_000);
  const before = await iotda.statusOf(task);
  iotda.wait(1801_000);
  expect([before, await iotda.statusOf(task)]).toEqual(['Waitting', 'Processing']);
});

test.each([
  ['an unknown application', { app_id: 'nobody' }, 403, 'IOTDA.001000'],
  ['a hyphen in its name', { task_name: 'a-b' }, 400, 'IOTDA.000006'],
  ['no targets', { targets: [] }, 400, 'IOTDA.000006'],
  ['an unknown type', { task_type: 'dance' }, 400, 'IOTDA.000006'],
])('a task with %s is refused', async (_name, more, status, error_code) => {
  expect(await iotda.call('POST', '/batchtasks', { ...upgrade, ...more })).toMatchObject({
    status,
    json: { error_code },
  });
});

test('tasks are listed by their type, which is mandatory', async () => {
  await iotda.newTask();
  await iotda.newTask({ task_type: 'createCommands', document: { a: 1 } });
  const some = await iotda.call(
    'GET',
    '/batchtasks?task_type=createCommands&app_id=app-local-0001&status=Initializing',
  );
  const none = await iotda.call('GET', '/batchtasks');
  expect([some.json.page.count, some.json.batchtasks[0].document, none.status]).toEqual([1, { a: 1 }, 400]);
});

test('only upgrades are stopped, and an empty list of targets is refused', async () => {
  const commands = await iotda.newTask({ task_type: 'createCommands' });
  const task = await iotda.newTask();
  const replies = [
    await iotda.call('POST', `/batchtasks/${commands}/stop`, {}),
    await iotda.call('POST', `/batchtasks/${task}/stop`, { targets: [] }),
  ];
  expect(replies.map((reply) => reply.status)).toEqual([400, 400]);
});

test.each([
  '/batchtasks?task_type=x&limit=51',
  '/batchtasks?task_type=x&offset=501',
  '/routing-rule/rules?limit=0',
  '/routing-rule/actions?limit=0',
])('the page %s is refused', async (target) => {
  expect((await iotda.call('GET', target)).status).toBe(400);
});

test.each(['GET', 'POST'])('%s of an unknown task finds nothing', async (method) => {
  const reply = await iotda.call(method, method === 'GET' ? '/batchtasks/abc' : '/batchtasks/abc/stop');
  expect(reply).toMatchObject({ status: 404, json: { error_code: 'IOTDA.014200' } });
});
