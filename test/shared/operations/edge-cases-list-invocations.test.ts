import { afterEach, describe, expect, test } from 'vitest';
import { listInvocations } from '../../../shared/operations/list-invocations.js';
import { openWire, type WireReply, type WireStage } from './wire-stage.js';

let stage: WireStage | undefined;
afterEach(() => stage?.close());

async function list(input: object, ...replies: WireReply[]) {
  stage = await openWire(...replies);
  return (await listInvocations.run(listInvocations.parse(input), stage.context)).body;
}
const page = (json: unknown): WireReply => ({ status: 200, json });
const row = (more: object) => page({ invocations: [more], count: 1 });

test('B14 an unknown id is an empty list, not an error', async () => {
  expect(await list({ instance_id: 'nobody' }, page({ invocations: [], count: 0 }))).toEqual({
    invocations: [],
    count: 0,
  });
});

test('B16 a bare list is read, and its rows are the count', async () => {
  expect(await list({}, page([{ invocation_id: 'a' }]))).toEqual({ invocations: [{ invocation_id: 'a' }], count: 1 });
});

test.each([
  ['B25 ROLLBACKED', { invocation_status: 'ROLLBACKED' }],
  ['B26 CANCELED', { invocation_status: 'CANCELED' }],
  ['B26 CANCELLED', { invocation_status: 'CANCELLED' }],
  ['B26 ROLLED_BACK', { invocation_status: 'ROLLED_BACK' }],
  ['B28 a null status', { invocation_status: null }],
  ['B22 no id', { instance_id: 'i' }],
  ['B31 no message', { invocation_id: 'a' }],
  ['B31 an empty message', { result_msg: '' }],
  ['B31 5,000 characters', { result_msg: 'x'.repeat(5_000) }],
  ['B34 null addresses', { intranet_ips: null, elastic_ips: null }],
  ['B34 fifty IPv6 addresses', { intranet_ips: Array.from({ length: 50 }, () => 'fe80::1') }],
  ['B35 new types', { instance_type: 'DEDICATED', invocation_type: 'REMOTE_INSTALL' }],
])('%s passes through', async (_name, more) => {
  expect((await list({}, row(more))).invocations).toEqual([more]);
});

test.each([
  { given: 1678070008306, read: 1678070008306 },
  { given: '1678070008306', read: 1678070008306 },
  { given: 1678070008, read: 1678070008000 },
  { given: '1678070008', read: 1678070008000 },
  { given: 'soon', read: undefined },
  { given: null, read: null },
  { given: 0, read: 0 },
])('B32 create_time $given is answered in milliseconds or not at all', async ({ given, read }) => {
  const { invocations } = await list({}, row({ create_time: given, update_time: given }));
  expect(invocations[0]?.create_time).toBe(read);
  expect(invocations[0]?.update_time).toBe(read);
});

describe('B37 a page that cannot be read says with what it begins', () => {
  test.each([
    ['a login page', { status: 200, text: '<html>Sign in</html>' }, /beginning "<html>Sign in/],
    ['half a JSON', { status: 200, text: '{"invocations":[{' }, /not JSON.*request id req-0001/],
    ['an empty body', { status: 200, text: '' }, /empty body.*request id req-0001/],
  ])('%s', async (_name, reply, message) => {
    await expect(list({}, reply)).rejects.toThrow(message);
  });
  test('but a byte order mark is no obstacle', async () => {
    expect((await list({}, { status: 200, text: '\ufeff{"invocations":[]}' })).invocations).toEqual([]);
  });
});

test.each([
  ['B40 500 taskmgr.0001', { status: 500, json: { error_code: 'taskmgr.0001' } }],
  ['B41 a 502 page', { status: 502, text: '<html>' }],
  ['B41 a 503 page', { status: 503, text: '<html>' }],
  ['B41 an empty 504', { status: 504, text: '' }],
])('%s once is read again', async (_name, failure) => {
  expect((await list({}, failure, page([{ invocation_id: 'a' }]))).count).toBe(1);
  expect(stage?.received).toHaveLength(2);
});

test('B40 a failure that stays is told as the last one', async () => {
  await expect(list({}, { status: 500, json: { error_code: 'taskmgr.0001' } })).rejects.toMatchObject({
    name: 'CloudFailedError',
    upstream: { error_code: 'taskmgr.0001' },
  });
});

test('B38 refused credentials are not asked again', async () => {
  await expect(list({ all: true }, { status: 401, json: {} })).rejects.toMatchObject({ name: 'CloudAuthError' });
  expect(stage?.received).toHaveLength(1);
});

test('B44 two tasks of one server are two rows', async () => {
  const rows = [
    { invocation_id: 'new', instance_id: 'i' },
    { invocation_id: 'old', instance_id: 'i' },
  ];
  expect((await list({ all: true }, page({ invocations: rows }))).invocations).toEqual(rows);
});
