import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { CloudTimeoutError } from '../../../shared/client/errors.js';
import { createInvocations } from '../../../shared/operations/create-invocations.js';
import { stage } from './fake-cloud.js';

type SentBody = { readonly remote_install_meta?: { instance_name?: string }[]; readonly instance_ids?: string[] };
const hostsOf = (call: CloudCall) => (call.body as SentBody).remote_install_meta ?? [];
const host = (index: number) => ({ instance_name: `host-${index}`, remote_ip: '10.0.0.1', port: 22, password: 'hush' });
const hosts = (count: number) => Array.from({ length: count }, (_, index) => host(index));
const remote = (count: number, more = {}) =>
  createInvocations.parse({ invocation_type: 'REMOTE_INSTALL', remote_install_meta: hosts(count), ...more });
const rowsFor = (count: number) =>
  Array.from({ length: count }, () => ({ instance_id: 'x', ret_status: 'successful' }));

test('remote hosts go out in calls of at most 100, with the port as text', async () => {
  const { context, calls } = stage((call) => ({ invocations: rowsFor(hostsOf(call).length) }));

  const { status, body } = await createInvocations.run(remote(101), context);

  expect(calls.map((call) => hostsOf(call).length)).toEqual([100, 1]);
  expect(hostsOf(calls[0] as CloudCall)[0]).toEqual({ ...host(0), port: '22' });
  expect({ status, requested: body.summary.requested }).toEqual({ status: 201, requested: 101 });
});

test('fewer rows than hosts leave hosts unanswered without guessing which', async () => {
  const { context } = stage(() => ({ invocations: rowsFor(1) }));

  const { status, body } = await createInvocations.run(remote(3), context);

  expect(status).toBe(207);
  expect(body.summary).toEqual({ requested: 3, successful: 1, failed: 0, unanswered: 2 });
  expect(body.invocations[2]?.error_msg).toContain('1 rows for 3 hosts; which host has none is not known');
});

test('more rows than hosts stand at the end', async () => {
  const { context } = stage(() => ({ invocations: rowsFor(3) }));

  const { body } = await createInvocations.run(remote(2), context);

  expect(body.invocations).toHaveLength(3);
  expect(body.summary.requested).toBe(2);
});

test('hosts of a chunk that failed are named, without their password', async () => {
  const { context } = stage((_, index) => {
    if (index === 1) throw new CloudTimeoutError('late.', 'unknown', { service: 'ces' });
    return { invocations: rowsFor(100) };
  });
  const input = remote(0, { remote_install_meta: [...hosts(101), { remote_ip: '10.0.0.9' }, {}] });

  const { body } = await createInvocations.run(input, context);

  const messages = body.invocations.slice(100).map((row) => row.error_msg);
  expect(messages).toEqual([
    expect.stringMatching(/^Host host-100: late\. It may have created a task/),
    expect.stringMatching(/^Host 10\.0\.0\.9: /),
    expect.stringMatching(/^Host without a name: /),
  ]);
  expect(JSON.stringify(body)).not.toContain('hush');
});

test('hosts beside instance ids travel in the same call, joined by instance id', async () => {
  const { context, calls } = stage(() => ({ invocations: [{ instance_id: 'a', ret_status: 'successful' }] }));

  const { status, body } = await createInvocations.run(remote(1, { instance_ids: ['a'] }), context);

  expect(calls[0]?.body).toMatchObject({ instance_ids: ['a'], remote_install_meta: [{ instance_name: 'host-0' }] });
  expect({ status, rows: body.invocations.length }).toEqual({ status: 201, rows: 1 });
});

test.each([
  { beside: { instance_id: 'x', ret_status: 'successful' }, status: 201 },
  { beside: { instance_id: 'x', ret_status: 'error', error_msg: 'login failed' }, status: 207 },
  { beside: { ret_status: 'error' }, status: 207 },
  { beside: { instance_id: 'x' }, status: 207 },
])('a row beside those of the ids, which is that of a host, decides with them: $beside is $status', async (given) => {
  const rows = [{ instance_id: 'a', ret_status: 'successful' }, given.beside];
  const { context } = stage(() => ({ invocations: rows }));

  const { status, body, items } = await createInvocations.run(remote(1, { instance_ids: ['a'] }), context);

  expect({ status, items }).toEqual({ status: given.status, items: { ok: 1, failed: given.status === 207 ? 1 : 0 } });
  expect(body).toEqual({
    invocations: rows,
    summary: { requested: 1, successful: 1, failed: 0, unanswered: 0 },
  });
});

test('the old name of a remote type is sent as it was written', async () => {
  const { context, calls } = stage(() => ({ invocations: [{ instance_id: 'a', ret_status: 'successful' }] }));

  await createInvocations.run(
    createInvocations.parse({ invocation_type: 'SET_REMOTE_INSTALL_HOST', instance_ids: ['a'] }),
    context,
  );

  expect(calls[0]?.body).toEqual({ invocation_type: 'SET_REMOTE_INSTALL_HOST', instance_ids: ['a'] });
});
