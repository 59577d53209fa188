import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { project, send, startTestCloud, type TestReply } from './cloud-under-test.js';

const path = `/v2/${project}/productmgr/jobs`;
const task_data = '{"deployment":{"replicas":1},"name_prex":"aaa"}';
let cloud: Cloud;
let time: number;
beforeEach(async () => {
  time = Date.parse('2026-11-20T10:00:00.900Z');
  cloud = await startTestCloud({ clock: () => time });
});
afterEach(() => cloud.close());

function create(
  targets: readonly string[],
  more: object = {},
  headers: Record<string, string> = {},
): Promise<TestReply> {
  const job_content = { target_type: 'node', targets: targets.map((target_id) => ({ target_id })), task_data };
  const body = { job_name: 'aaa', job_type: 'deployment_deploy', job_content, ...more };
  return send(cloud, { target: path, body, headers });
}

async function show(targets: readonly string[], after: number): Promise<TestReply['json']> {
  const { job_id } = (await create(targets)).json;
  time += after;
  return (await send(cloud, { target: `${path}/${job_id}` })).json;
}

test('a job is created, its time in whole seconds', async () => {
  const reply = await create(['72eb5df1-295b-41f6-baed-d1a56728b0e0']);
  expect(reply).toMatchObject({
    status: 201,
    json: { job_name: 'aaa', job_id: expect.stringMatching(/^[0-9a-f-]{36}$/), created_at: Math.floor(time / 1000) },
  });
});

test.each([
  ['a name with capitals', { job_name: 'AAA' }],
  ['an unknown type', { job_type: 'dance' }],
  ['a deployment without its data', { job_content: {} }],
  ['data as an object', { job_content: { task_data: { deployment: {} } } }],
])('%s is refused with a code of IEF', async (_name, more) => {
  const reply = await create([], more);
  expect(reply).toMatchObject({ status: 400, json: { error_code: expect.stringMatching(/^IEF\.\d{6}$/) } });
});

test.each([
  [['node-1', 'node-2'], 'Successful'],
  [['node-1', 'node-broken-0001'], 'Partially_successful'],
  [['node-broken-0001'], 'Failed'],
])('a job on %j ends %s', async (targets, end) => {
  const { job_id } = (await create(targets)).json;
  const seen = [];
  for (const ms of [0, 1000, 2000]) {
    time += ms;
    seen.push((await send(cloud, { target: `${path}/${job_id}` })).json.status);
  }
  expect(seen).toEqual(['Waiting', 'Running', end]);
});

test('the one job shows its tasks, its data unchanged, and the two counters the wrong way round', async () => {
  const job = await show(['node-1', 'node-2', 'node-broken-0001'], 3000);
  expect(job).toMatchObject({
    task_data,
    target_type: 'node',
    task_total_count: 3,
    task_success_count: 1,
    task_failed_count: 2,
  });
  expect(job.tasks.map((task: { status: string }) => task.status)).toEqual(['Successful', 'Successful', 'Failed']);
});

test('a failed task says why, a running one does not', async () => {
  const over = await show(['node-broken-0001'], 3000);
  const running = await show(['node-broken-0001'], 1500);
  expect([over.tasks[0].reason.length > 0, running.tasks[0].status, running.tasks[0].reason]).toEqual([
    true,
    'Running',
    '',
  ]);
});

test('the list has the counters right, newest job first', async () => {
  await create(['node-1', 'node-2', 'node-broken-0001'], { job_name: 'first' });
  time += 1000;
  await create(['node-1'], { job_name: 'second' });
  time += 3000;
  const { json } = await send(cloud, { target: path });
  expect(json).toMatchObject({
    job_count: 2,
    jobs: [
      { job_name: 'second', status: 'Successful' },
      { job_name: 'first', status: 'Partially_successful', task_success_count: 2, task_failed_count: 1 },
    ],
  });
});

test('the list is filtered, sorted and paged', async () => {
  for (const job_name of ['bbb', 'ccc', 'aaa']) await create(['node-1'], { job_name });
  await create(['node-1'], { job_name: 'ddd', job_type: 'node_upgrade', job_content: {} });
  const query = '?job_type=deployment_deploy&sort=job_name:asc&limit=2&offset=1';
  const { json } = await send(cloud, { target: `${path}${query}` });
  expect([json.job_count, json.jobs.map((job: { job_name: string }) => job.job_name)]).toEqual([3, ['bbb', 'ccc']]);
});

test.each(['?limit=0', '?sort=colour:asc', '?sort=created_at:sideways'])('the query %s is refused', async (query) => {
  const reply = await send(cloud, { target: `${path}${query}` });
  expect(reply.status).toBe(400);
});

test('a job of one edition is not seen from the other', async () => {
  const { job_id } = (await create(['node-1'], {}, { 'ief-instance-id': 'platinum-1' })).json;
  const from = (headers: Record<string, string>): Promise<TestReply> =>
    send(cloud, { target: `${path}/${job_id}`, headers });
  const replies = [await from({ 'ief-instance-id': 'platinum-1' }), await from({})];
  expect(replies.map((reply) => reply.status)).toEqual([200, 404]);
});
