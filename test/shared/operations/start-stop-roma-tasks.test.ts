import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import {
  CloudAuthError,
  CloudRejectedError,
  CloudTimeoutError,
  InvalidSettingError,
  MissingSettingError,
} from '../../../shared/client/errors.js';
import { startStopRomaTasks } from '../../../shared/operations/start-stop-roma-tasks.js';
import { type StageOptions, stage } from './fake-cloud.js';

type SentBody = { readonly list: { task_id: string }[] };
const idsOf = (call: CloudCall) => (call.body as SentBody).list.map((task) => task.task_id);
const done = (task_id: string) => ({ task_id, task_name: `name-${task_id}`, error_code: '', error_msg: '' });
const allDone = (call: CloudCall) => ({
  success_count: idsOf(call).length,
  failure_count: 0,
  success: idsOf(call).map(done),
  failure: [],
});
const start = (ids: readonly string[]) =>
  startStopRomaTasks.parse({
    instance_id: 'roma-local-0001',
    action_id: 'start',
    list: ids.map((task_id) => ({ task_id })),
  });
const manyIds = (count: number) => Array.from({ length: count }, (_, index) => `task-${index}`);

test('every task done is 200, and an empty error_code is no failure', async () => {
  const { context, calls } = stage(allDone);

  const result = await startStopRomaTasks.run(start(['a', 'b']), context);

  expect(calls[0]?.path).toEqual(['v2', 'project', 'fdi', 'instances', 'roma-local-0001', 'batch-operation', 'tasks']);
  expect(calls[0]?.body).toEqual({ action_id: 'start', list: [{ task_id: 'a' }, { task_id: 'b' }] });
  expect(result).toEqual({
    status: 200,
    body: { success_count: 2, failure_count: 0, success: [done('a'), done('b')], failure: [], unanswered: [] },
    items: { ok: 2, failed: 0 },
  });
});

test.each([
  { count: 10, sizes: [10] },
  { count: 11, sizes: [10, 1] },
  { count: 1_000, sizes: Array.from({ length: 100 }, () => 10) },
])('$count tasks go out in calls of at most 10', async ({ count, sizes }) => {
  const { context, calls } = stage(allDone);

  const { body } = await startStopRomaTasks.run(start(manyIds(count)), context);

  expect(calls.map((call) => idsOf(call).length)).toEqual(sizes);
  expect(body.success_count).toBe(count);
});

test('a task given twice, also beyond the first ten, is sent and reported once', async () => {
  const { context, calls } = stage(allDone);

  const { body } = await startStopRomaTasks.run(start([...manyIds(12), ...manyIds(12)]), context);

  expect(calls.flatMap(idsOf)).toEqual(manyIds(12));
  expect(body.success_count).toBe(12);
});

test('counts come from the lists, and counts that disagree are logged', async () => {
  const { context, logs } = stage(() => ({ success_count: 3, failure_count: 0, success: [], failure: [] }));

  const { status, body } = await startStopRomaTasks.run(start(['a']), context);

  expect(status).toBe(207);
  expect(body).toMatchObject({ success_count: 0, failure_count: 0 });
  expect(logs).toEqual([
    expect.objectContaining({ level: 'WARN', fields: expect.objectContaining({ success_count: 3 }) }),
  ]);
});

test('counts as text that agree are not logged', async () => {
  const { context, logs } = stage(() => ({ success_count: '1', success: [done('a')] }));

  await startStopRomaTasks.run(start(['a']), context);

  expect(logs).toEqual([]);
});

test.each([{}, { success: null, failure: null }, { success: 'x' }])(
  'the reply %j leaves every task unanswered',
  async (reply) => {
    const { context } = stage(() => reply);

    const { status, body } = await startStopRomaTasks.run(start(['a']), context);

    expect(status).toBe(207);
    expect(body.unanswered).toEqual([
      { task_id: 'a', reason: expect.stringMatching(/^NO_ANSWER: .* look at the state/) },
    ]);
  },
);

test('failures without an id and about unknown tasks are kept as they are', async () => {
  const failure = [
    { task_name: 'nameless', error_code: 'FDI.3016' },
    { task_id: 'stranger', error_msg: 'x'.repeat(68) },
  ];
  const { context } = stage(() => ({ success: [done('a')], failure }));

  const { status, body } = await startStopRomaTasks.run(start(['a']), context);

  expect(status).toBe(207);
  expect(body.failure).toEqual(failure);
});

test('a task in both lists is a failure', async () => {
  const { context } = stage(() => ({ success: [done('a')], failure: [{ task_id: 'a', error_code: 'FDI.3023' }] }));

  const { body } = await startStopRomaTasks.run(start(['a']), context);

  expect(body).toMatchObject({ success: [], failure: [{ task_id: 'a' }], unanswered: [] });
});

test.each([
  {
    error: new CloudTimeoutError('late.', 'unknown', { service: 'roma' }),
    reason: /^CLOUD_TIMEOUT: late\. .*look at the state/,
  },
  { error: new CloudRejectedError('no.', { service: 'roma' }), reason: /^CLOUD_REJECTED: no\. .*with this task alone/ },
  {
    error: new CloudTimeoutError('late.', 'not-sent', { service: 'roma' }),
    reason: /^CLOUD_TIMEOUT: late\. .*was not sent/,
  },
])('a call that fails leaves its own tasks unanswered: $reason', async ({ error, reason }) => {
  const { context } = stage((call) => {
    if (idsOf(call).includes('task-10')) throw error;
    return allDone(call);
  });

  const { status, body } = await startStopRomaTasks.run(start(manyIds(21)), context);

  expect({ status, done: body.success_count }).toEqual({ status: 207, done: 11 });
  expect(body.unanswered.map((task) => task.task_id)).toEqual(manyIds(20).slice(10));
  expect(body.unanswered[0]?.reason).toMatch(reason);
});

test('after refused credentials the remaining tasks are not sent', async () => {
  const { context, calls } = stage((call, index) => {
    if (index === 0) return allDone(call);
    throw new CloudAuthError('who.', { service: 'roma', status: 401 });
  });

  const { body } = await startStopRomaTasks.run(start(manyIds(1_000)), context);

  expect(calls.length).toBeLessThanOrEqual(11);
  expect(body.unanswered.at(-1)?.reason).toContain('was not sent');
});

test('a single refused call is thrown as the cloud put it', async () => {
  const refused = new CloudRejectedError('FDI.3083', { service: 'roma', status: 404, error_code: 'FDI.3083' });
  const { context } = stage(() => {
    throw refused;
  });

  await expect(startStopRomaTasks.run(start(['a']), context)).rejects.toBe(refused);
});

const noInstance = startStopRomaTasks.parse({ action_id: 'stop', list: [{ task_id: 'a' }] });
const withSetting = (value?: string): StageOptions =>
  value === undefined ? {} : { settings: { ROMA_INSTANCE_ID: value } };

test('the instance comes from the setting where the input names none', async () => {
  const { context, calls } = stage(allDone, withSetting('from-setting'));

  await startStopRomaTasks.run(noInstance, context);

  expect(calls[0]?.path[4]).toBe('from-setting');
});

test.each([
  { value: undefined, kind: MissingSettingError },
  { value: '../other', kind: InvalidSettingError },
])('the setting $value is refused before anything is sent', async ({ value, kind }) => {
  const { context, calls } = stage(allDone, withSetting(value));

  await expect(startStopRomaTasks.run(noInstance, context)).rejects.toThrow(kind);
  expect(calls).toEqual([]);
});

test('whatever the lists hold, each task given is in exactly one of the three, once', async () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-f]{1,3}$/), { minLength: 1, maxLength: 25 });
  const rows = fc.array(fc.record({ task_id: fc.stringMatching(/^[a-f]{1,3}$/) }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(ids, rows, rows, async (given, success, failure) => {
      const { context } = stage(() => ({ success, failure }));
      const { body } = await startStopRomaTasks.run(start(given), context);
      const reported = [...body.success, ...body.failure, ...body.unanswered].map((task) => task.task_id);
      for (const id of given) expect(reported.filter((task_id) => task_id === id)).toHaveLength(1);
    }),
    { numRuns: 60 },
  );
});

test('a task of a call that was refused is not done because the answer to another call says so', async () => {
  const { context, logs } = stage((call) => {
    if (idsOf(call).includes('task-10')) throw new CloudRejectedError('no', { service: 'roma', status: 400 });
    return { ...allDone(call), success: [...idsOf(call), 'task-10'].map(done) };
  });

  const { status, body } = await startStopRomaTasks.run(start(manyIds(11)), context);

  expect(status).toBe(207);
  expect(body).toMatchObject({ success_count: 10, failure_count: 0, contradicted: [done('task-10')] });
  expect(body.unanswered.map(({ task_id }) => task_id)).toEqual(['task-10']);
  expect(logs.map(({ message }) => message)).toContainEqual(expect.stringMatching(/in the answer to another call/));
});
