import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { CloudTimeoutError } from '../../../shared/client/errors.js';
import { createInvocations } from '../../../shared/operations/create-invocations.js';
import { stage } from './fake-cloud.js';
import { lost, noon, queryOf, task, timing } from './lost-calls.js';

/** Installs while every POST gets lost and every look is answered so. */
async function install(rows: (query: Record<string, unknown>) => unknown, ids: readonly string[] = ['a']) {
  const set = stage(
    (call) => {
      if (call.method === 'POST') throw lost();
      return { invocations: rows(queryOf(call)) };
    },
    { timing },
  );
  const input = createInvocations.parse({ instance_ids: ids, invocation_type: 'INSTALL', on_unknown: 'reconcile' });
  const run = createInvocations.run(input, set.context);
  return { ...(await run), ...set };
}

test('a found task is a success with its id, marked as reconciled', async () => {
  const { status, body, calls } = await install(() => [task('a')]);

  expect(status).toBe(201);
  expect(body.invocations).toEqual([
    { instance_id: 'a', invocation_id: 'task-a', ret_status: 'successful', reconciled: true },
  ]);
  expect(body.summary).toEqual({ requested: 1, successful: 1, failed: 0, unanswered: 0 });
  expect(calls.map((call) => call.method)).toEqual(['POST', 'GET']);
  expect(queryOf(calls[1] as CloudCall)).toEqual({ instance_id: 'a', invocation_type: 'INSTALL', limit: '100' });
});

test('a task that the list shows late is found by a later look', async () => {
  let looks = 0;
  const { status, calls } = await install(() => (++looks < 2 ? [] : [task('a')]));

  expect(status).toBe(201);
  expect(calls.map((call) => call.method)).toEqual(['POST', 'GET', 'GET']);
});

test('the POST holds nothing of on_unknown and leaves time to look', async () => {
  const { calls } = await install(() => [task('a')]);

  expect(calls[0]).toMatchObject({ body: { instance_ids: ['a'], invocation_type: 'INSTALL' }, leaveMs: 5_000 });
  expect(calls[0]?.body).not.toHaveProperty('on_unknown');
});

test('of several servers some are found: 207, and the others say what the look has shown', async () => {
  const { status, body } = await install(({ instance_id }) => (instance_id === 'a' ? [task('a')] : []), ['a', 'b']);

  expect(status).toBe(207);
  expect(body.invocations[1]).toMatchObject({
    instance_id: 'b',
    ret_status: 'unanswered',
    error_code: 'CLOUD_TIMEOUT',
  });
  expect(body.invocations[1]?.error_msg).toMatch(
    /look with GET \/agent-invocations\?instance_id=b before you call again\. Looked: there is not a task of this type newer than the call\.$/,
  );
});

test.each<[string, object[], RegExp]>([
  ['an older task', [task('a', { create_time: noon })], /not a task of this type newer/],
  ['a task without a time', [task('a', { create_time: null })], /not a task of this type newer/],
  ['a task of another type', [task('a', { invocation_type: 'UPDATE' })], /not a task of this type newer/],
  ['a task of another server', [task('b')], /not a task of this type newer/],
  ['a task of nobody', [task('a', { instance_id: null })], /not a task of this type newer/],
  ['a time in seconds before the call', [task('a', { create_time: noon / 1_000 })], /not a task of this type newer/],
  ['two new tasks', [task('a'), task('a', { invocation_id: 'x' })], /more than one is newer/],
  ['a task from long after the call', [task('a', { create_time: noon + 60_000 })], /clocks differ too much/],
])('%s is not taken for ours: the failure is thrown and tells of the look', async (_name, rows, says) => {
  const run = install(() => rows);
  await expect(run).rejects.toThrow(CloudTimeoutError);
  await expect(run).rejects.toThrow(/^late\. Check with GET \/agent-invocations\?instance_id=a\. Looked: /);
  await expect(run).rejects.toThrow(says);
});

test.each<[string, object]>([
  ['without a type', { invocation_type: undefined }],
  ['with its time as text', { create_time: String(noon + 50) }],
  ['with its time in seconds, after the call', { create_time: noon / 1_000 + 1 }],
])('a new task %s is ours', async (_name, more) => {
  expect((await install(() => [task('a', more)])).status).toBe(201);
});

test('a server about which the cloud said nothing is looked for, a refused one is not', async () => {
  const { context, calls } = stage(
    (call) => {
      if (call.method === 'GET') return { invocations: [task('a')] };
      return {
        invocations: [
          { instance_id: 'b', ret_status: 'error' },
          { instance_id: 'c', ret_status: 'STRANGE' },
        ],
      };
    },
    { timing },
  );

  const input = createInvocations.parse({
    instance_ids: ['a', 'b', 'c'],
    invocation_type: 'INSTALL',
    on_unknown: 'reconcile',
  });
  const { body } = await createInvocations.run(input, context);

  expect(body.invocations.map((row) => row.ret_status)).toEqual(['successful', 'error', 'STRANGE']);
  expect(calls.slice(1).map((call) => queryOf(call).instance_id)).toEqual(['a']);
});
