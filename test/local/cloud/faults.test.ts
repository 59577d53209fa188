import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { project, send, startTestCloud, type TestReply } from './cloud-under-test.js';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.close());

function local(method: string, target: string, body?: unknown): Promise<TestReply> {
  return send(cloud, { method, target, unsigned: true, ...(body === undefined ? {} : { body }) });
}

function fault(body: object): Promise<TestReply> {
  return local('POST', '/_local/faults', body);
}

function install(): Promise<TestReply> {
  const body = { instance_ids: ['ecs-web-0001'], invocation_type: 'INSTALL' };
  return send(cloud, { target: `/v3/${project}/agent-invocations/batch-create`, body });
}

function list(): Promise<TestReply> {
  return send(cloud, { target: `/v3/${project}/agent-invocations` });
}

const operation = 'ces.createInvocations';

test('a status stands in for the answer, once, with the text of the gateway', async () => {
  await fault({ operation, status: 503 });
  const replies = [await install(), await install()];
  expect(replies.map((reply) => [reply.status, reply.json.error_code])).toEqual([
    [503, 'APIGW.0613'],
    [201, undefined],
  ]);
});

test('a fault strikes as often as it says, and its effect is none', async () => {
  await fault({ operation, status: 500, times: 2 });
  const statuses = [(await install()).status, (await install()).status, (await install()).status];
  expect([statuses, (await list()).json.count]).toEqual([[500, 500, 201], 1]);
});

test('an unlimited fault for everything strikes until it is taken away', async () => {
  await fault({ operation: '*', status: 429, times: 'unlimited' });
  const struck = [(await install()).status, (await list()).status];
  await local('DELETE', '/_local/faults');
  expect([...struck, (await list()).status]).toEqual([429, 429, 200]);
});

test('body and headers are those of the fault', async () => {
  await fault({ operation, status: 201, body: [{ ret_status: 'successful' }], headers: { 'Retry-After': '7' } });
  expect(await install()).toMatchObject({
    status: 201,
    text: '[{"ret_status":"successful"}]',
    headers: { 'retry-after': '7' },
  });
});

test('headers alone are added to the real answer', async () => {
  await fault({ operation, headers: { 'x-request-id': 'mine' } });
  expect(await install()).toMatchObject({ status: 201, headers: { 'x-request-id': 'mine' } });
});

test('an HTML page comes as a proxy would send it', async () => {
  await fault({ operation, html: true });
  expect(await install()).toMatchObject({
    status: 502,
    headers: { 'content-type': 'text/html' },
    text: expect.stringContaining('<h1>502'),
  });
});

test.each([
  ['before', 0],
  ['after-effect', 1],
])('a reset %s the operation leaves %d tasks', async (reset, count) => {
  await fault({ operation, reset });
  await expect(install()).rejects.toThrow(/ECONNRESET|hang up/);
  expect((await list()).json.count).toBe(count);
});

test('a reset in the middle cuts the answer of an operation that was done', async () => {
  await fault({ operation, reset: 'mid-body' });
  await expect(install()).rejects.toThrow();
  expect((await list()).json.count).toBe(1);
});

test('a truncated answer is half of the JSON with a fitting length', async () => {
  await fault({ operation, truncate: true });
  const reply = await install();
  expect([reply.status, Number(reply.headers['content-length']), reply.json]).toEqual([201, reply.text.length, {}]);
  expect(reply.text).toMatch(/^\{"invocations":\[/);
});

test('an empty answer keeps its status', async () => {
  await fault({ operation, empty: true });
  expect(await install()).toMatchObject({ status: 201, text: '' });
});

test('a delay comes before the answer, and the call is in the log meanwhile', async () => {
  await fault({ operation, delay_ms: 600_000 });
  const waiting = install().catch((error: Error) => error.message);
  let log: TestReply | undefined;
  while (!log?.json.requests.some((one: { operation: string }) => one.operation === operation)) {
    log = await local('GET', '/_local/requests');
  }
  expect(log.json.requests.at(-1)).not.toHaveProperty('status');
  await cloud.close();
  await waiting;
  cloud = await startTestCloud();
});

test('waiting faults are listed with what is left of them', async () => {
  await fault({ operation, status: 500, times: 2 });
  await install();
  expect((await local('GET', '/_local/faults')).json.faults).toEqual([{ operation, status: 500, times: 1 }]);
});

test.each([
  [{ status: 500 }, 'operation'],
  [{ operation }, ''],
  [{ operation, stauts: 500 }, 'stauts'],
  [{ operation, status: 99 }, 'status'],
  [{ operation, reset: 'never' }, 'reset'],
  [{ operation, status: 500, times: 0 }, 'times'],
  [{ operation, headers: { 'bad name': 'x' } }, 'headers.bad name'],
  [{ operation, headers: { 'x-note': '✓' } }, 'headers.x-note'],
  ['no json', ''],
])('the fault %j is refused and its place named', async (body, path) => {
  const reply = await local('POST', '/_local/faults', body);
  expect([reply.status, reply.json.errors[0].path]).toEqual([400, path]);
});

test('an unknown key of a fault is named with the right one', async () => {
  const reply = await fault({ operation, stauts: 500 });
  expect(reply.json.errors[0].message).toMatch(/unknown field; known are .*did you mean status\?/);
});
