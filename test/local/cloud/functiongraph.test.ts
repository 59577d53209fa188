import { afterEach, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import type { After } from '../../../local/cloud/world.js';
import type { InvokeResult } from '../../../local/functiongraph/invoke-result.js';
import { send, startTestCloud, type TestReply } from './cloud-under-test.js';
import { create, fakePlatform, functionsPath, urnOf } from './functiongraph-under-test.js';

let cloud: Cloud;
afterEach(() => cloud.close());

const urn = `${urnOf('echo')}:latest`;

async function invoke(
  answer: Partial<InvokeResult>,
  headers: Record<string, string> = {},
  body: unknown = { a: 1 },
): Promise<TestReply> {
  cloud = await startTestCloud({ platform: fakePlatform(() => answer) });
  await create(cloud);
  return call(urn, headers, body);
}

function call(functionUrn: string, headers: Record<string, string> = {}, body: unknown = {}): Promise<TestReply> {
  return send(cloud, { target: `${functionsPath}/${functionUrn}/invocations`, headers, body });
}

test('a function gets the bytes of the event and its result is the reply', async () => {
  const reply = await invoke({});
  expect(reply).toMatchObject({
    status: 200,
    text: '{"a":1}',
    headers: { 'x-cff-request-id': 'run-1', 'x-is-func-err': 'false', 'x-cff-response-version': 'v0' },
  });
});

test('form v1 wraps the result as text', async () => {
  const reply = await invoke({ body: Buffer.from('{"b":2}') }, { 'x-cff-request-version': 'v1' });
  expect(reply.json).toEqual({ request_id: 'run-1', result: '{"b":2}', log: '', status: 200 });
});

test('a failed run is answered with 200 and told by the headers', async () => {
  const reply = await invoke(
    { ok: false, body: Buffer.from('{"errorMessage":"no"}') },
    { 'x-cff-request-version': 'v1' },
  );
  expect(reply).toMatchObject({
    status: 200,
    headers: { 'x-is-func-err': 'true', 'x-func-err-code': '500' },
    json: { status: 500 },
  });
});

test('a run is summed up in headers', async () => {
  const { headers } = await invoke({ durationMs: 12.3456, memoryMb: 41, cold: true, initMs: 80 });
  expect([headers['x-func-err-code'], headers['x-cff-billing-duration']]).toEqual(['0', '13']);
  expect(JSON.parse(String(headers['x-cff-invoke-summary']))).toMatchObject({
    duration: 12.346,
    billingDuration: 13,
    memorySize: 128,
    memoryUsed: 41,
    initDuration: 80,
  });
});

test('a call is cut after 90 s, though the function runs on', async () => {
  const platform = { ...fakePlatform(), invoke: () => new Promise<never>(() => undefined) };
  const after: After = (ms, run) => {
    if (ms === 90_000) run();
    return () => undefined;
  };
  cloud = await startTestCloud({ platform, after });
  await create(cloud, { timeout: 900 });
  expect(await call(urn)).toMatchObject({ status: 504, json: { error_code: 'FSS.0504' } });
});

test('the end of the log comes where it is asked for', async () => {
  const reply = await invoke({ log: [`${'x'.repeat(3000)}end`] }, { 'x-cff-log-type': 'tail' });
  const log = Buffer.from(String(reply.headers['x-cff-function-log']), 'base64').toString();
  expect([log.length, log.endsWith('end')]).toEqual([2000, true]);
});

test.each([
  ['another function', urn.replace('echo', 'nothing')],
  ['another region', urn.replace('cn-north-4', 'cn-east-3')],
  ['another application', urn.replace('default', 'other')],
  ['no urn', 'echo'],
])('%s is not found', async (_name, functionUrn) => {
  await invoke({});
  expect(await call(functionUrn)).toMatchObject({ status: 404, json: { error_code: 'FSS.1051' } });
});

test('without a platform nothing runs', async () => {
  cloud = await startTestCloud();
  await create(cloud);
  expect(await call(urn)).toMatchObject({ status: 503, json: { error_code: 'FSS.0503' } });
});

test.each(['no json', '"text"', 'null'])('the event %s is refused', async (body) => {
  expect((await invoke({}, {}, body)).status).toBe(400);
});

test('an event over 6 MB is refused', async () => {
  expect((await invoke({}, {}, { big: 'x'.repeat(6 * 1024 * 1024) })).status).toBe(413);
});
