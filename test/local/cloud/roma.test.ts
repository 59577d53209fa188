import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { project, send, startTestCloud, type TestReply } from './cloud-under-test.js';

const instance = `/v2/${project}/fdi/instances/roma-local-0001`;
const timing = '49460e99d597464d885f871dd6acc894';
const stopped = '0a1b2c3d4e5f60718293a4b5c6d7e8f0';
const running = '11111111111111111111111111111111';
const unplanned = '22222222222222222222222222222222';
const unreachable = '33333333333333333333333333333333';
const onDemand = 'abcdefabcdefabcdefabcdefabcdefab';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.close());

function operate(action_id: string, ...ids: string[]): Promise<TestReply> {
  return post({ action_id, list: ids.map((task_id) => ({ task_id })) });
}

function post(body: unknown): Promise<TestReply> {
  return send(cloud, { method: 'POST', target: `${instance}/batch-operation/tasks`, body });
}

async function show(id: string): Promise<TestReply['json']> {
  return (await send(cloud, { target: `${instance}/tasks/${id}` })).json;
}

test('tasks start, each with empty error fields; one without a reachable source fails alone', async () => {
  const reply = await operate('start', timing, unreachable, onDemand);
  expect(reply).toMatchObject({ status: 200, json: { success_count: 2, failure_count: 1 } });
  expect(reply.json.success[0]).toEqual({
    task_id: timing,
    task_name: 'nightly-orders',
    error_code: '',
    error_msg: '',
  });
  expect(reply.json.failure).toEqual([
    {
      task_id: unreachable,
      task_name: 'lost-source',
      error_code: 'FDI.3016',
      error_msg: 'Failed to test the connectivity.',
    },
  ]);
});

test('a started schedule waits for its time, a started realtime task runs', async () => {
  await operate('start', timing, stopped);
  expect([await show(timing), await show(stopped)]).toMatchObject([
    { status: 'running', execute_status: 'WAITING', task_type: 'timing' },
    { status: 'running', execute_status: 'RUNNING', task_type: 'realtime' },
  ]);
});

test('running tasks stop, and stopping a stopped one is no error', async () => {
  const reply = await operate('stop', running, stopped);
  expect([
    reply.json.success_count,
    (await show(running)).execute_status,
    (await show(stopped)).execute_status,
  ]).toEqual([2, 'CANCELLED', 'UNSTARTED']);
});

test.each([
  ['a running task', running, 400, 'FDI.3023'],
  ['a schedule without a plan', unplanned, 404, 'FDI.3083'],
  ['an unknown task', 'no-such-task', 400, 'FDI.3021'],
  ['an empty id', '', 400, 'FDI.3022'],
])('a start with %s among others refuses them all', async (_name, id, status, error_code) => {
  const reply = await operate('start', stopped, id);
  expect(reply).toMatchObject({ status, json: { error_code } });
  expect((await show(stopped)).status).toBe('stop');
});

test('a schedule without a plan may be stopped', async () => {
  expect((await operate('stop', unplanned)).status).toBe(200);
});

test.each([
  ['no list', { action_id: 'start' }, 'FDI.3150'],
  ['an empty list', { action_id: 'start', list: [] }, 'FDI.3150'],
  ['a single empty id', { action_id: 'start', list: [{ task_id: '' }] }, 'FDI.3149'],
  ['a single item without an id', { action_id: 'start', list: [{}] }, 'FDI.3149'],
  ['an unknown action', { action_id: 'dance', list: [{ task_id: onDemand }] }, 'FDI.3002'],
  ['eleven ids', { action_id: 'stop', list: Array.from({ length: 11 }, () => ({ task_id: onDemand })) }, 'FDI.3002'],
  ['a list that is none', { action_id: 'stop', list: 'all' }, 'FDI.3002'],
  ['text that is not JSON', '{', 'FDI.3002'],
])('%s is refused with its code', async (_name, body, error_code) => {
  expect(await post(body)).toMatchObject({ status: 400, json: { error_code } });
});

test('the list has numbers and capitals where the one task has words', async () => {
  const { json } = await send(cloud, { target: `${instance}/tasks?task_id=${running}` });
  const one = await show(running);
  expect(json).toMatchObject({
    total: 1,
    size: 1,
    entities: [{ status: 1, task_type: 'REALTIME', created_date: expect.any(String) }],
  });
  expect(one).toMatchObject({ status: 'running', task_type: 'realtime', created_date: expect.any(Number) });
});

test.each([
  ['?status=0', 4],
  ['?task_type=timing', 2],
  ['?name=live', 2],
  ['?execute_status=RUNNING', 1],
  ['?limit=5000&offset=-3', 5],
])('the list with %s has %d tasks', async (query, size) => {
  const { json } = await send(cloud, { target: `${instance}/tasks${query}` });
  expect(json.size).toBe(size);
});

test('pages of the list follow each other', async () => {
  const { json } = await send(cloud, { target: `${instance}/tasks?limit=2&offset=4` });
  expect([json.total, json.size]).toEqual([5, 1]);
});

test('a limit that is no number is refused', async () => {
  expect((await send(cloud, { target: `${instance}/tasks?limit=x` })).json.error_code).toBe('FDI.3033');
});

test('an unknown task is not shown', async () => {
  expect(await send(cloud, { target: `${instance}/tasks/nothing` })).toMatchObject({
    status: 404,
    json: { error_code: 'FDI.3081' },
  });
});

test('a task on demand is shown before and after it was started', async () => {
  const before = await show(onDemand);
  await operate('start', onDemand);
  expect([before.status, (await show(onDemand)).status]).toEqual(['stop', 'running']);
});

test('each instance has tasks of its own', async () => {
  await operate('start', stopped);
  const other = await send(cloud, { target: `/v2/${project}/fdi/instances/another/tasks/${stopped}` });
  expect(other.json.status).toBe('stop');
});
