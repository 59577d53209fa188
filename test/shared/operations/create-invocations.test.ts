import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import {
  CloudAuthError,
  CloudConnectionError,
  CloudRejectedError,
  CloudTimeoutError,
  InvalidInputError,
  UnsupportedRegionError,
} from '../../../shared/client/errors.js';
import { createInvocations } from '../../../shared/operations/create-invocations.js';
import { stage, withoutCloud } from './fake-cloud.js';

interface SentBody {
  readonly instance_ids?: string[];
  readonly invocation_ids?: string[];
  readonly remote_install_meta?: { instance_name?: string }[];
}

const upstream = { service: 'ces' };
const bodyOf = (call: CloudCall) => call.body as SentBody;
const idsOf = (call: CloudCall) => bodyOf(call).instance_ids ?? [];
const success = (id: string) => ({ instance_id: id, invocation_id: `task-${id}`, ret_status: 'successful' });
const allSuccessful = (call: CloudCall) => ({ invocations: idsOf(call).map(success) });
const manyIds = (count: number) => Array.from({ length: count }, (_, index) => `ecs-${index}`);
const install = (ids: string[], more = {}) =>
  createInvocations.parse({ instance_ids: ids, invocation_type: 'INSTALL', ...more });

test('every server successful is 201 with the rows in the order of the request', async () => {
  const { context } = stage((call) => ({ invocations: idsOf(call).map(success).reverse() }));

  const result = await createInvocations.run(install(['b', 'a']), context);

  expect(result).toEqual({
    status: 201,
    body: {
      invocations: [success('b'), success('a')],
      summary: { requested: 2, successful: 2, failed: 0, unanswered: 0 },
    },
    items: { ok: 2, failed: 0 },
  });
});

test('the bare array of the page means the same as the object of its table', async () => {
  const { context } = stage(() => [
    { instance_id: 'instancexxx001', ret_status: 'successful' },
    { instance_id: 'instancexxx002', ret_status: 'error', error_msg: 'do not meet the installation conditions' },
  ]);

  const { status, body } = await createInvocations.run(install(['instancexxx001', 'instancexxx002']), context);

  expect(status).toBe(207);
  expect(body.summary).toEqual({ requested: 2, successful: 1, failed: 1, unanswered: 0 });
});

test('the request holds what the caller gave and nothing else', async () => {
  const { context, calls } = stage(allSuccessful);

  await createInvocations.run(
    install(['a'], { origin: 'CES', version_type: 'BASIC_VERSION', version: '2.6.1' }),
    context,
  );

  expect(calls[0]?.body).toEqual({
    instance_ids: ['a'],
    invocation_type: 'INSTALL',
    origin: 'CES',
    version_type: 'BASIC_VERSION',
    version: '2.6.1',
  });
});

test.each([
  { count: 1, sizes: [1] },
  { count: 100, sizes: [100] },
  { count: 101, sizes: [100, 1] },
  { count: 250, sizes: [100, 100, 50] },
])('$count ids go out in calls of $sizes', async ({ count, sizes }) => {
  const { context, calls } = stage(allSuccessful);

  const { status, body } = await createInvocations.run(install(manyIds(count)), context);

  expect(calls.map((call) => idsOf(call).length)).toEqual(sizes);
  expect({ status, successful: body.summary.successful }).toEqual({ status: 201, successful: count });
});

test('an id given twice is sent once and answered twice', async () => {
  const { context, calls } = stage(allSuccessful);

  const { body } = await createInvocations.run(install(['a', 'b', 'a']), context);

  expect(calls.flatMap(idsOf)).toEqual(['a', 'b']);
  expect(body.invocations).toEqual([success('a'), success('b'), success('a')]);
  expect(body.summary.requested).toBe(3);
});

test.each([{ invocations: null }, {}, [], { invocations: [] }, { invocations: ['a', null, 5] }])(
  'the reply %j answers nobody: every id is unanswered and says how to look',
  async (reply) => {
    const { context } = stage(() => reply);

    const { status, body } = await createInvocations.run(install(['a']), context);

    expect(status).toBe(207);
    expect(body.invocations).toEqual([
      {
        instance_id: 'a',
        ret_status: 'unanswered',
        error_code: 'NO_ANSWER',
        error_msg: expect.stringContaining('GET /agent-invocations?instance_id=a'),
      },
    ]);
  },
);

test.each(['SUCCESSFUL', 'success', 'failed'])('ret_status %s is kept as it is and is no success', async (word) => {
  const { context } = stage(() => ({ invocations: [{ instance_id: 'a', ret_status: word }] }));

  const { status, body } = await createInvocations.run(install(['a']), context);

  expect(status).toBe(207);
  expect(body.invocations[0]?.ret_status).toBe(word);
  expect(body.summary.unanswered).toBe(1);
});

test('rows about servers that nobody asked for stand at the end and are logged', async () => {
  const { context, logs } = stage(() => ({ invocations: [success('stranger'), success('a')] }));

  const { body } = await createInvocations.run(install(['a']), context);

  expect(body.invocations).toEqual([success('a'), success('stranger')]);
  expect(body.summary).toEqual({ requested: 1, successful: 1, failed: 0, unanswered: 0 });
  expect(logs).toEqual([expect.objectContaining({ level: 'WARN', fields: { rows: 1 } })]);
});

test.each([
  { error: new CloudTimeoutError('late.', 'unknown', upstream), code: 'CLOUD_TIMEOUT', says: 'may have created' },
  { error: new CloudConnectionError('off.', 'not-sent', upstream), code: 'CLOUD_CONNECTION', says: 'was not sent' },
  { error: new CloudRejectedError('no.', upstream), code: 'CLOUD_REJECTED', says: 'created no task' },
  { error: new TypeError('secret'), code: 'UNEXPECTED_FAILURE', says: 'may have created' },
])('a chunk that fails with $code marks its own ids only', async ({ error, code, says }) => {
  const { context, logs } = stage((call) => {
    if (idsOf(call).includes('ecs-100')) throw error;
    return allSuccessful(call);
  });

  const { status, body } = await createInvocations.run(install(manyIds(101)), context);

  expect(status).toBe(207);
  expect(body.summary).toEqual({ requested: 101, successful: 100, failed: 0, unanswered: 1 });
  expect(body.invocations[100]).toMatchObject({ instance_id: 'ecs-100', ret_status: 'unanswered', error_code: code });
  expect(body.invocations[100]?.error_msg).toContain(says);
  expect(JSON.stringify([body, logs])).not.toContain('secret');
});

test('ids behind a call whose credentials were refused are told not to have been sent', async () => {
  const { context, calls } = stage((call, index) => {
    if (index === 0) return allSuccessful(call);
    throw new CloudAuthError('who are you.', { ...upstream, status: 401 });
  });

  const { body } = await createInvocations.run(install(manyIds(1_150)), context);

  expect(calls.length).toBeLessThan(12);
  expect(body.invocations.at(-1)?.error_msg).toContain('was not sent');
});

test('where every call failed the gravest failure is thrown', async () => {
  const { context } = stage((_, index) => {
    if (index === 0) throw new CloudRejectedError('no', { ...upstream, status: 400 });
    throw new CloudTimeoutError('late', 'unknown', upstream);
  });

  await expect(createInvocations.run(install(manyIds(101)), context)).rejects.toThrow(CloudTimeoutError);
});

test('changing the input after the call has started changes nothing', async () => {
  const { context, calls } = stage(allSuccessful);
  const input = install(manyIds(101));

  const running = createInvocations.run(input, context);
  input.instance_ids?.splice(0, 101, 'other');
  const { body } = await running;

  expect(calls.flatMap(idsOf)).toEqual(manyIds(101));
  expect(body.summary.successful).toBe(101);
});

test('RETRY sends invocation ids and shows which old id each new task answers', async () => {
  const { context, calls, logs } = stage(() => ({
    invocations: [
      { instance_id: 'a', invocation_id: 'new-1', ret_status: 'successful' },
      { instance_id: 'b', invocation_id: 'new-2', ret_status: 'successful' },
    ],
  }));

  const input = createInvocations.parse({ invocation_type: 'RETRY', invocation_ids: ['old-1', 'old-2'] });
  const { status, body } = await createInvocations.run(input, context);

  expect(calls[0]?.body).toEqual({ invocation_type: 'RETRY', invocation_ids: ['old-1', 'old-2'] });
  expect(status).toBe(201);
  expect(body.invocations.map((row) => [row.requested_invocation_id, row.invocation_id])).toEqual([
    ['old-1', 'new-1'],
    ['old-2', 'new-2'],
  ]);
  expect(logs[0]?.message).toContain('by position');
});

test('ROLLBACK with the same ids in the reply joins by them', async () => {
  const { context } = stage(() => ({
    invocations: [
      { instance_id: 'b', invocation_id: 'two', ret_status: 'error' },
      { instance_id: 'a', invocation_id: 'one', ret_status: 'successful' },
    ],
  }));

  const input = createInvocations.parse({ invocation_type: 'ROLLBACK', invocation_ids: ['one', 'two', 'three'] });
  const { body } = await createInvocations.run(input, context);

  expect(body.invocations.map((row) => [row.invocation_id, row.ret_status])).toEqual([
    ['one', 'successful'],
    ['two', 'error'],
    ['three', 'unanswered'],
  ]);
  expect(body.invocations[2]?.error_msg).toContain('GET /agent-invocations?invocation_id=three');
});

test('the regions without agent tasks are refused before the cloud is asked for', async () => {
  for (const region of ['sa-argentina-1', 'sa-peru-1']) {
    const run = createInvocations.run(install(['a']), withoutCloud(region));
    await expect(run).rejects.toThrow(UnsupportedRegionError);
  }
});

test('input that breaks a rule is refused with the path of the field', () => {
  expect(() => createInvocations.parse({ invocation_type: 'INSTALL', instance_ids: ['a', ''] })).toThrow(
    InvalidInputError,
  );
});

test('ten thousand servers without an answer still fit into the 6 MB that a platform lets through', async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `${index}`.padStart(36, 'a'));
  const { context } = stage((call, index) => {
    if (index === 0) return allSuccessful(call);
    throw new CloudTimeoutError('no answer. '.repeat(200), 'unknown', upstream);
  });

  const { body } = await createInvocations.run(install(ids), context);

  const asHttpAnswer = JSON.stringify({ body: JSON.stringify(body) });
  expect(body.summary.unanswered).toBe(9_900);
  expect(Buffer.byteLength(asHttpAnswer)).toBeLessThan(6 * 1024 * 1024);
});
