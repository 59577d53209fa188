import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { CloudAuthError, CloudConnectionError, CloudFailedError } from '../../../shared/client/errors.js';
import { startStopRomaTasks } from '../../../shared/operations/start-stop-roma-tasks.js';
import { stage } from './fake-cloud.js';

const lost = () => new CloudFailedError('broken.', { service: 'roma', status: 500 });
const taskOf = (call: CloudCall) => Object.fromEntries(call.query ?? []).task_id ?? '';
const idsOf = (call: CloudCall) => (call.body as { list: { task_id: string }[] }).list.map((task) => task.task_id);

async function operate(action_id: string, ids: readonly string[], list: (task_id: string) => unknown) {
  const slept: number[] = [];
  const timing = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const answer = (call: CloudCall) => {
    if (call.method === 'GET') return list(taskOf(call));
    if (idsOf(call).some((id) => id.startsWith('lost'))) throw lost();
    return { success: idsOf(call).map((task_id) => ({ task_id })) };
  };
  const set = stage(answer, { timing });
  const input = startStopRomaTasks.parse({
    instance_id: 'roma-1',
    action_id,
    list: ids.map((task_id) => ({ task_id })),
    on_unknown: 'reconcile',
  });
  return { ...(await startStopRomaTasks.run(input, set.context)), calls: set.calls, slept };
}
const listed = (status: unknown) => (task_id: string) => ({
  total: 2,
  entities: [
    { task_id: 'other', status: 1 },
    { task_id, task_name: 'n', status, execute_status: 'SUCCESS' },
  ],
});

test.each([
  { action: 'start', status: 1 },
  { action: 'start', status: 'running' },
  { action: 'start', status: 'RUNNING' },
  { action: 'stop', status: 0 },
  { action: 'stop', status: 'stop' },
])('$action: a task in status $status is done, whatever its last run came to', async ({ action, status }) => {
  const { status: http, body, calls } = await operate(action, ['lost-1'], listed(status));

  expect(http).toBe(200);
  expect(body).toEqual({
    success_count: 1,
    failure_count: 0,
    success: [{ task_id: 'lost-1', task_name: 'n', error_code: '', error_msg: '', reconciled: true }],
    failure: [],
    unanswered: [],
  });
  expect(calls.map((call) => call.method)).toEqual(['POST', 'GET']);
  expect(calls[0]).toMatchObject({ leaveMs: 5_000 });
  expect(calls[1]?.path).toEqual(['v2', 'project', 'fdi', 'instances', 'roma-1', 'tasks']);
});

test.each<[string, string, (task_id: string) => unknown, string]>([
  ['start', 'still stopped', listed(0), 'Looked: the task is not running yet.'],
  ['stop', 'still running', listed(1), 'Looked: the task is not stopped yet.'],
  ['start', 'in no known state', listed(null), 'Looked: the task is not running yet.'],
  [
    'start',
    'not listed',
    () => ({ entities: [{ task_id: 'other', status: 1 }] }),
    'Looked: the task is not in the list.',
  ],
  ['start', 'nowhere', () => ({ entities: null }), 'Looked: the task is not in the list.'],
  ['start', 'behind an error', () => ({ error_code: 'FDI.9999' }), 'Looking for it failed (CLOUD_REPLY_UNREADABLE).'],
])('%s: a task that is %s leaves the failure as it was, with what was seen', async (action, _name, list, seen) => {
  const run = operate(action, ['lost-1'], list);
  await expect(run).rejects.toThrow(CloudFailedError);
  await expect(run).rejects.toThrow(
    `broken. Check with GET /v2/project/fdi/instances/roma-1/tasks?task_id=lost-1 of ROMA Connect. ${seen}`,
  );
});

test('what is not found of a list stays unanswered with the command, what was answered is not looked at', async () => {
  const ids = [...Array.from({ length: 10 }, (_, index) => `fine-${index}`), 'lost-1', 'lost-2'];
  const { status, body, calls } = await operate('start', ids, (id) => listed(id === 'lost-1' ? 1 : 0)(id));

  expect(status).toBe(207);
  expect(body).toMatchObject({ success_count: 11, failure_count: 0 });
  expect(body.unanswered).toEqual([
    {
      task_id: 'lost-2',
      reason: expect.stringMatching(/GET \/v2\/project\/.*task_id=lost-2 .*Looked: the task is not running yet\.$/),
    },
  ]);
  expect(
    calls
      .filter((call) => call.method === 'GET')
      .map(taskOf)
      .sort(),
  ).toEqual(['lost-1', 'lost-2', 'lost-2', 'lost-2', 'lost-2']);
});

test('a task that is running at the third look only is done; the POST is not repeated', async () => {
  let looks = 0;
  const { status, calls, slept } = await operate('start', ['lost-1'], (id) => listed(++looks < 3 ? 0 : 1)(id));

  expect(status).toBe(200);
  expect(calls.map((call) => call.method)).toEqual(['POST', 'GET', 'GET', 'GET']);
  expect(slept).toEqual([500, 1_000]);
});

test('a found task without a name has none in its row', async () => {
  const { body } = await operate('start', ['lost-1'], (task_id) => ({ entities: [{ task_id, status: 1 }] }));
  expect(body.success).toEqual([{ task_id: 'lost-1', error_code: '', error_msg: '', reconciled: true }]);
});

test.each([
  { name: 'was not sent', error: new CloudConnectionError('off', 'not-sent', { service: 'roma' }) },
  { name: 'had its credentials refused', error: new CloudAuthError('who', { service: 'roma', status: 401 }) },
])('a call that $name is not looked after', async ({ error }) => {
  const { context, calls } = stage(() => {
    throw error;
  });
  const input = startStopRomaTasks.parse({
    instance_id: 'r',
    action_id: 'stop',
    list: [{ task_id: 'a' }],
    on_unknown: 'reconcile',
  });

  await expect(startStopRomaTasks.run(input, context)).rejects.toBe(error);
  expect(calls).toHaveLength(1);
});
