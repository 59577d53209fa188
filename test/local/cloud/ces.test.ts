import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { project, send, startTestCloud, type TestReply } from './cloud-under-test.js';

let cloud: Cloud;
let time: number;
beforeEach(async () => {
  time = Date.parse('2026-11-20T10:00:00Z');
  cloud = await startTestCloud({ clock: () => time });
});
afterEach(() => cloud.close());

function create(body: unknown): Promise<TestReply> {
  return send(cloud, { method: 'POST', target: `/v3/${project}/agent-invocations/batch-create`, body });
}

function list(query = ''): Promise<TestReply> {
  return send(cloud, { target: `/v3/${project}/agent-invocations${query}` });
}

function install(...instance_ids: string[]): Promise<TestReply> {
  return create({ instance_ids, invocation_type: 'INSTALL', invocation_target: 'telescope' });
}

/** Installs on one server and returns the task's id. */
async function installed(server: string): Promise<string> {
  return (await install(server)).json.invocations[0].invocation_id;
}

async function statusOf(invocation_id: string): Promise<string> {
  return (await list(`?invocation_id=${invocation_id}`)).json.invocations[0].invocation_status;
}

test('tasks are created, and a server that cannot take the Agent is told apart without a code, last', async () => {
  const reply = await install('ecs-old-0001', 'ecs-web-0001', 'anything-else');
  expect(reply.status).toBe(201);
  expect(reply.json.invocations).toEqual([
    { instance_id: 'ecs-web-0001', invocation_id: expect.any(String), ret_status: 'successful' },
    { instance_id: 'anything-else', invocation_id: expect.any(String), ret_status: 'successful' },
    { instance_id: 'ecs-old-0001', ret_status: 'error', error_msg: 'do not meet the installation conditions' },
  ]);
});

test.each([
  ['101 servers', { invocation_type: 'INSTALL', instance_ids: Array.from({ length: 101 }, (_, i) => `ecs-${i}`) }],
  ['no server', { invocation_type: 'INSTALL', instance_ids: [] }],
  ['no list', { invocation_type: 'UPDATE' }],
  ['the wrong list', { invocation_type: 'RETRY', instance_ids: ['ecs-web-0001'] }],
  ['an unknown type', { invocation_type: 'DANCE', instance_ids: ['ecs-web-0001'] }],
  ['an id with a slash', { invocation_type: 'INSTALL', instance_ids: ['a/b'] }],
  ['text that is not JSON', '{"invocation_type":'],
])('%s is refused with taskmgr.0005', async (_name, body) => {
  const reply = await create(body);
  expect(reply).toMatchObject({ status: 400, json: { error_code: 'taskmgr.0005' } });
});

test('a remote installation is known by the names of its hosts', async () => {
  const reply = await create({
    invocation_type: 'REMOTE_INSTALL',
    remote_install_meta: [{ instance_name: 'rack-7', password: 'p' }],
  });
  expect(reply.json.invocations[0]).toMatchObject({ instance_id: 'rack-7', ret_status: 'successful' });
});

test.each([
  ['ecs-web-0001', 'SUCCEEDED'],
  ['ecs-flaky-0001', 'FAILED'],
  ['ecs-slow-0001', 'TIMEOUT'],
])('the task of %s waits a second, runs two, and ends %s', async (server, end) => {
  const id = await installed(server);
  const seen = [await statusOf(id)];
  for (const ms of [1000, 1999, 1]) {
    time += ms;
    seen.push(await statusOf(id));
  }
  expect(seen).toEqual(['PENDING', 'RUNNING', 'RUNNING', end]);
});

test('a task is shown with times in milliseconds and the reason of a failure', async () => {
  const id = await installed('ecs-flaky-0001');
  const began = time;
  time += 5000;
  const reply = await list(`?invocation_id=${id}`);
  expect(reply.json).toEqual({
    count: 1,
    invocations: [
      {
        invocation_id: id,
        instance_id: 'ecs-flaky-0001',
        instance_name: 'ecs-flaky-0001',
        instance_type: 'ECS',
        intranet_ips: [expect.stringMatching(/^10\.\d+\.\d+\.\d+$/)],
        elastic_ips: [],
        invocation_type: 'INSTALL',
        invocation_status: 'FAILED',
        invocation_target: 'telescope',
        create_time: began,
        update_time: began + 3000,
        current_version: '2.5.1',
        target_version: '2.6.1',
        result_msg: expect.any(String),
      },
    ],
  });
});

test('a failed task is retried as a new task, which succeeds', async () => {
  const failed = await installed('ecs-flaky-0001');
  time += 3000;
  const item = (await create({ invocation_type: 'RETRY', invocation_ids: [failed] })).json.invocations[0];
  time += 3000;
  expect(item).toMatchObject({ instance_id: 'ecs-flaky-0001', ret_status: 'successful' });
  expect([item.invocation_id === failed, await statusOf(item.invocation_id), await statusOf(failed)]).toEqual([
    false,
    'SUCCEEDED',
    'FAILED',
  ]);
});

test('a task that succeeded is rolled back once the rollback is over', async () => {
  const id = await installed('ecs-web-0001');
  time += 3000;
  const item = (await create({ invocation_type: 'ROLLBACK', invocation_ids: [id] })).json.invocations[0];
  const before = await statusOf(id);
  time += 3000;
  expect([item.ret_status, before, await statusOf(id), await statusOf(item.invocation_id)]).toEqual([
    'successful',
    'SUCCEEDED',
    'ROLLBACKED',
    'SUCCEEDED',
  ]);
});

test.each(['RETRY', 'ROLLBACK'])(
  '%s of a running or an unknown task is an error of that item',
  async (invocation_type) => {
    const id = await installed('ecs-web-0001');
    const reply = await create({ invocation_type, invocation_ids: [id, 'unknown'] });
    expect(reply.json.invocations).toEqual([
      { instance_id: 'ecs-web-0001', invocation_id: id, ret_status: 'error', error_msg: expect.any(String) },
      { invocation_id: 'unknown', ret_status: 'error', error_msg: 'the task does not exist' },
    ]);
  },
);

test('a task is not rolled back twice', async () => {
  const id = await installed('ecs-web-0001');
  time += 3000;
  await create({ invocation_type: 'ROLLBACK', invocation_ids: [id] });
  const again = await create({ invocation_type: 'ROLLBACK', invocation_ids: [id] });
  expect(again.json.invocations[0].ret_status).toBe('error');
});

test('a rollback itself ends SUCCEEDED and its original keeps its place in the list', async () => {
  const id = await installed('ecs-web-0001');
  time += 3000;
  await create({ invocation_type: 'ROLLBACK', invocation_ids: [id] });
  time += 3000;
  const rows = (await list()).json.invocations.map((row: { invocation_type: string }) => row.invocation_type);
  expect(rows).toEqual(['ROLLBACK', 'INSTALL']);
});

test('the list is newest first, in pages, with the number of all', async () => {
  for (let i = 0; i < 3; i += 1) await install(...Array.from({ length: 50 }, (_, n) => `ecs-${i}-${n}`));
  const first = await list();
  const last = await list('?limit=100&offset=100');
  expect([first.json.count, first.json.invocations.length, first.json.invocations[0].instance_id]).toEqual([
    150,
    100,
    'ecs-2-49',
  ]);
  expect([last.json.count, last.json.invocations.length, last.json.invocations[49].instance_id]).toEqual([
    150,
    50,
    'ecs-0-0',
  ]);
});

test('filters take what fits; a status is no filter of the cloud', async () => {
  await install('ecs-web-0001', 'bms-db-0001');
  const counts = [];
  for (const query of [
    '?instance_type=BMS',
    '?instance_id=ecs-web-0001',
    '?invocation_type=UPDATE',
    '?invocation_status=FAILED',
  ]) {
    counts.push((await list(query)).json.count);
  }
  expect(counts).toEqual([1, 1, 0, 2]);
});

test.each(['?limit=0', '?limit=101', '?limit=x', '?offset=-1', '?instance_type=VM'])(
  'the query %s is refused',
  async (query) => {
    const reply = await list(query);
    expect(reply).toMatchObject({ status: 400, json: { error_code: 'taskmgr.0005' } });
  },
);

test('tasks of more than three months ago are not listed', async () => {
  await install('ecs-web-0001');
  time += 93 * 24 * 3600_000;
  expect((await list()).json).toEqual({ invocations: [], count: 0 });
});
