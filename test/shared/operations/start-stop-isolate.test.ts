import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import {
  CloudAuthError,
  CloudRejectedError,
  CloudThrottledError,
  CloudTimeoutError,
} from '../../../shared/client/errors.js';
import { startStopRomaTasks } from '../../../shared/operations/start-stop-roma-tasks.js';
import { stage } from './fake-cloud.js';

const idsOf = (call: CloudCall) => (call.body as { list: { task_id: string }[] }).list.map((task) => task.task_id);
const refusal = (error_code: string, status = 400) =>
  new CloudRejectedError(`${error_code}.`, { service: 'roma', status, error_code, error_msg: 'One or more tasks.' });

/** A cloud that refuses a whole call for each task whose name begins with `bad`. */
async function start(ids: readonly string[], refuse: (bad: string) => Error = () => refusal('FDI.3021')) {
  const set = stage((call) => {
    const culprit = idsOf(call).find((id) => id.startsWith('bad'));
    if (culprit) throw refuse(culprit);
    return { success: idsOf(call).map((task_id) => ({ task_id })) };
  });
  const list = ids.map((task_id) => ({ task_id }));
  const input = startStopRomaTasks.parse({ instance_id: 'r', action_id: 'start', list, isolate: true });
  return { ...(await startStopRomaTasks.run(input, set.context)), calls: set.calls };
}
const good = (count: number) => Array.from({ length: count }, (_, index) => `task-${index}`);

test.each([
  ['FDI.3021', 400],
  ['FDI.3022', 400],
  ['FDI.3023', 400],
  ['FDI.3081', 404],
  ['FDI.3083', 404],
  ['FDI.3149', 400],
  ['FDI.4711', 400],
])('%s: the culprit is a failure in the words of the cloud, the other nine start', async (code, status) => {
  const { body, calls, ...result } = await start(['bad', ...good(9)], () => refusal(code, status));

  expect(result.status).toBe(207);
  expect(body).toMatchObject({ success_count: 9, failure_count: 1, unanswered: [] });
  expect(body.failure).toEqual([{ task_id: 'bad', error_code: code, error_msg: 'One or more tasks.' }]);
  expect(calls.length).toBeLessThanOrEqual(9);
  expect(calls[0]?.body).toEqual({
    action_id: 'start',
    list: [{ task_id: 'bad' }, ...good(9).map((task_id) => ({ task_id }))],
  });
});

test('a single task that is refused is a failure too and not an error', async () => {
  const { status, body, calls } = await start(['bad'], () => refusal('FDI.3023'));

  expect({ status, calls: calls.length }).toEqual({ status: 207, calls: 1 });
  expect(body.failure[0]).toMatchObject({ task_id: 'bad', error_code: 'FDI.3023' });
});

test('the lists are cut as before where nothing is refused', async () => {
  const { calls } = await start(good(25));
  expect(calls.map((call) => idsOf(call).length)).toEqual([10, 10, 5]);
});

test.each<[string, Error]>([
  ['throttling', new CloudThrottledError('slow', { service: 'roma', status: 429 }, 5)],
  ['refused credentials', new CloudAuthError('who', { service: 'roma', status: 401, error_code: 'APIG.1002' })],
  ['an unknown outcome', new CloudTimeoutError('late', 'unknown', { service: 'roma' })],
  ['a wrong address', refusal('APIG.0101', 404)],
  ['a refusal without a code', new CloudRejectedError('no', { service: 'roma', status: 400 })],
  ['a foreign project', refusal('FDI.3039')],
  ['an empty list', refusal('FDI.3150')],
  ['a conflict', refusal('FDI.3023', 409)],
])('%s is about the whole call: it is not divided', async (_name, error) => {
  await expect(start(['bad', ...good(9)], () => error)).rejects.toBe(error);
});

test('refused credentials in the middle end it: what was accepted stays, the rest is told not to have been sent', async () => {
  let calls = 0;
  const { context } = stage((call) => {
    calls += 1;
    if (calls === 1) throw refusal('FDI.3021');
    if (calls === 3) throw new CloudAuthError('who', { service: 'roma', status: 401 });
    return { success: idsOf(call).map((task_id) => ({ task_id })) };
  });
  const list = good(10).map((task_id) => ({ task_id }));
  const input = startStopRomaTasks.parse({ instance_id: 'r', action_id: 'start', list, isolate: true });

  const { body } = await startStopRomaTasks.run(input, context);

  expect({ calls, done: body.success_count, unanswered: body.unanswered.length }).toEqual({
    calls: 3,
    done: 5,
    unanswered: 5,
  });
});

test('a thousand tasks that are all refused cost at most 400 calls more', async () => {
  const { body, calls } = await start(good(1_000).map((id) => `bad-${id}`));

  expect(calls.length).toBeLessThanOrEqual(500);
  expect(body.failure_count).toBeGreaterThan(100);
  expect(body.failure_count + body.unanswered.length).toBe(1_000);
});

test('whichever tasks are bad: each good one is accepted in exactly one call, each bad one is a failure', async () => {
  const names = fc.uniqueArray(fc.stringMatching(/^(bad|ok)[a-z]{1,3}$/), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(names, async (ids) => {
      const { body, calls } = await start(ids);
      const accepted = calls.filter((call) => !idsOf(call).some((id) => id.startsWith('bad'))).flatMap(idsOf);
      expect(accepted.sort()).toEqual(ids.filter((id) => id.startsWith('ok')).sort());
      expect(body.failure.map((task) => task.task_id).sort()).toEqual(ids.filter((id) => id.startsWith('bad')).sort());
    }),
    { numRuns: 60 },
  );
});
