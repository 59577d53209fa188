import { afterEach, describe, expect, test } from 'vitest';
import { createInvocations } from '../../../shared/operations/create-invocations.js';
import { openWire, type WireReply, type WireStage } from './wire-stage.js';

let stage: WireStage | undefined;
afterEach(() => stage?.close());

const ok = (id: string, more: object = {}) => ({
  instance_id: id,
  invocation_id: `task-${id}`,
  ret_status: 'successful',
  ...more,
});
const bad = (id: string, more: object = {}) => ({ instance_id: id, ret_status: 'error', ...more });

/** Installs on servers a and b while the cloud answers so; the statuses of the rows in order. */
async function install(reply: WireReply, ids: readonly string[] = ['a', 'b']) {
  stage = await openWire(reply);
  const input = createInvocations.parse({ invocation_type: 'INSTALL', instance_ids: ids });
  const { status, body } = await createInvocations.run(input, stage.context);
  return { status, rows: body.invocations, states: body.invocations.map((row) => row.ret_status), ...body.summary };
}

describe('a 201 about two servers', () => {
  test.each<[string, unknown, string[], number]>([
    ['A28 a bare list', [ok('a'), ok('b')], ['successful', 'successful'], 201],
    ['A29 null instead of the list', { invocations: null }, ['unanswered', 'unanswered'], 207],
    ['A29 nothing in it', {}, ['unanswered', 'unanswered'], 207],
    ['A29 an empty bare list', [], ['unanswered', 'unanswered'], 207],
    ['A29 a text instead of the list', { invocations: 'none' }, ['unanswered', 'unanswered'], 207],
    ['A31 one success, one error', [ok('a'), bad('b', { error_msg: 'no' })], ['successful', 'error'], 207],
    ['A31 all errors', [bad('a'), bad('b')], ['error', 'error'], 207],
    ['A32 a success without a task', [ok('a', { invocation_id: null }), ok('b')], ['successful', 'successful'], 201],
    ['A34 one row too few', [ok('b')], ['unanswered', 'successful'], 207],
    ['A34 a stranger', [ok('a'), ok('b'), ok('c')], ['successful', 'successful', 'successful'], 201],
    ['A34 a stranger in the place of one', [ok('a'), ok('c')], ['successful', 'unanswered', 'successful'], 207],
    [
      'A34 a row without any id',
      [ok('a'), ok('b'), { ret_status: 'error' }],
      ['successful', 'successful', 'error'],
      201,
    ],
    ['A35 the other order', [ok('b'), ok('a')], ['successful', 'successful'], 201],
    ['A35 the same row twice', [ok('a'), ok('a'), ok('b')], ['successful', 'successful'], 201],
    ['A35 success, then error', [ok('a'), bad('a'), ok('b')], ['error', 'successful', 'successful'], 207],
    ['A35 error, then success', [bad('a'), ok('a'), ok('b')], ['error', 'successful', 'successful'], 207],
    [
      'A35 two tasks for one server',
      [ok('a'), ok('a', { invocation_id: 'x' }), ok('b')],
      ['successful', 'successful', 'successful'],
      201,
    ],
    ['A37 upper case', [ok('a', { ret_status: 'SUCCESSFUL' }), ok('b')], ['SUCCESSFUL', 'successful'], 207],
    ['A37 another word', [ok('a', { ret_status: 'success' }), ok('b')], ['success', 'successful'], 207],
    ['A37 failed', [ok('a', { ret_status: 'failed' }), ok('b')], ['failed', 'successful'], 207],
    ['A37 no status', [ok('a', { ret_status: undefined }), ok('b')], ['unanswered', 'successful'], 207],
    ['A37 a null status', [ok('a', { ret_status: null }), ok('b')], ['unanswered', 'successful'], 207],
    ['A37 a number', [ok('a', { ret_status: 0 }), ok('b')], ['0', 'successful'], 207],
  ])('%s', async (_name, json, states, status) => {
    expect(await install({ status: 201, json })).toMatchObject({ states, status, requested: 2 });
  });
});

test.each(['taskmgr.0005', 'invocationmgr.1', 'invocationmgr.0042', 'anything at all'])(
  'A38 the code %s of a row is kept as it is',
  async (error_code) => {
    const { rows } = await install({ status: 201, json: [bad('a', { error_code }), ok('b')] });
    expect(rows[0]).toEqual(bad('a', { error_code }));
  },
);

test.each([200, 201, 202])('A40 %i with the right body is a success', async (status) => {
  expect(await install({ status, json: { invocations: [ok('a'), ok('b')] } })).toMatchObject({ status: 201 });
});

test.each([
  { id: 12345, read: '12345' },
  { id: 2 ** 60, read: undefined },
])('A47 the task id $id as a number is read as $read', async ({ id, read }) => {
  const { rows } = await install({ status: 201, json: [ok('a', { invocation_id: id }), ok('b')] });
  expect(rows[0]).toMatchObject({ instance_id: 'a', ret_status: 'successful' });
  expect(rows[0]?.invocation_id).toBe(read);
});

test('A47 digits that JSON cannot hold give no id instead of a wrong one', async () => {
  const text = '[{"instance_id":"a","invocation_id":12345678901234567890,"ret_status":"successful"}]';
  const { rows } = await install({ status: 201, text }, ['a']);
  expect(rows).toEqual([{ instance_id: 'a', invocation_id: undefined, ret_status: 'successful' }]);
});

describe('a reply that refuses or cannot be read', () => {
  test.each<[string, WireReply, object]>([
    ['A29 an empty body', { status: 201, text: '' }, { name: 'CloudReplyError', outcome: 'unknown' }],
    ['A29 an empty text', { status: 201, text: '""' }, { name: 'CloudReplyError', outcome: 'unknown' }],
    ['A29 half a JSON', { status: 201, text: '{"invocations":[' }, { name: 'CloudReplyError', outcome: 'unknown' }],
    ['A29 HTML', { status: 200, text: '<html>' }, { name: 'CloudReplyError', outcome: 'unknown' }],
    [
      'A41 taskmgr.0005',
      { status: 400, json: { error_code: 'taskmgr.0005', error_msg: 'no' } },
      {
        name: 'CloudRejectedError',
        outcome: 'rejected',
        status: 400,
        upstream: { service: 'ces', status: 400, error_code: 'taskmgr.0005', error_msg: 'no', request_id: 'req-0001' },
      },
    ],
    [
      'A41 taskmgr.0003',
      { status: 401, json: { error_code: 'taskmgr.0003' } },
      { name: 'CloudAuthError', outcome: 'rejected' },
    ],
    [
      'A41 taskmgr.0007',
      { status: 403, json: { error_code: 'taskmgr.0007' } },
      { name: 'CloudAuthError', outcome: 'rejected' },
    ],
    [
      'A41 taskmgr.0001',
      { status: 500, json: { error_code: 'taskmgr.0001' } },
      { name: 'CloudFailedError', outcome: 'unknown' },
    ],
    [
      'A43 ces.0014 two levels down',
      {
        status: 400,
        json: { code: 400, element: 'Bad Request', message: 'm', details: { code: 'ces.0014', details: 'd' } },
      },
      { name: 'CloudRejectedError', upstream: { error_code: 'ces.0014', error_msg: 'm' } },
    ],
    [
      'A43 the v1 body',
      { status: 403, json: { http_code: '403', message: { details: "Policy doesn't allow", code: '403' } } },
      { name: 'CloudAuthError', upstream: { error_msg: "Policy doesn't allow" } },
    ],
  ])('%s', async (_name, reply, error) => {
    await expect(install(reply)).rejects.toMatchObject(error);
    expect(stage?.received).toHaveLength(1);
  });
});

test('A44 a failure of all servers names the exact command for the first and counts the others', async () => {
  await expect(install({ status: 500, json: {} })).rejects.toThrow(
    /Check with GET \/agent-invocations\?instance_id=a, and so for the other 1\.$/,
  );
});

describe('A46 RETRY of tasks o1 and o2', () => {
  const retry = async (rows: unknown) => {
    stage = await openWire({ status: 201, json: rows });
    const input = createInvocations.parse({ invocation_type: 'RETRY', invocation_ids: ['o1', 'o2'] });
    const { body } = await createInvocations.run(input, stage.context);
    return body.invocations.map((row) => [row.requested_invocation_id, row.invocation_id, row.ret_status]);
  };
  const task = (id: string, ret_status = 'successful') => ({ instance_id: 's', invocation_id: id, ret_status });

  test.each([
    {
      name: 'the same ids',
      rows: [task('o2'), task('o1')],
      joined: [
        ['o1', 'o1', 'successful'],
        ['o2', 'o2', 'successful'],
      ],
    },
    {
      name: 'new ids',
      rows: [task('n1'), task('n2')],
      joined: [
        ['o1', 'n1', 'successful'],
        ['o2', 'n2', 'successful'],
      ],
    },
    {
      name: 'a new id beside a refused old one',
      rows: [task('n2'), task('o1', 'error')],
      joined: [
        ['o1', 'o1', 'error'],
        ['o2', 'n2', 'successful'],
      ],
    },
    {
      name: 'one new id too few',
      rows: [task('n1')],
      joined: [
        ['o1', 'o1', 'unanswered'],
        ['o2', 'o2', 'unanswered'],
        [undefined, 'n1', 'successful'],
      ],
    },
    {
      name: 'a stranger beside a kept id',
      rows: [task('o1'), task('n9')],
      joined: [
        ['o1', 'o1', 'successful'],
        ['o2', 'o2', 'unanswered'],
        [undefined, 'n9', 'successful'],
      ],
    },
  ])('$name', async ({ rows, joined }) => {
    expect(await retry(rows)).toEqual(joined);
  });
});
