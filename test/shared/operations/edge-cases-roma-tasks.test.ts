import { afterEach, expect, test } from 'vitest';
import { startStopRomaTasks } from '../../../shared/operations/start-stop-roma-tasks.js';
import { openWire, type WireReply, type WireStage } from './wire-stage.js';

let stage: WireStage | undefined;
afterEach(() => stage?.close());

async function start(reply: WireReply, ids: readonly string[] = ['a', 'b']) {
  stage = await openWire(reply);
  const list = ids.map((task_id) => ({ task_id }));
  const input = startStopRomaTasks.parse({ instance_id: 'roma-1', action_id: 'start', list });
  const { status, body } = await startStopRomaTasks.run(input, stage.context);
  const idsOf = (rows: readonly { task_id?: string | null | undefined }[]) => rows.map((row) => row.task_id);
  return {
    status,
    body,
    lists: [idsOf(body.success), idsOf(body.failure), idsOf(body.unanswered)],
    counts: [body.success_count, body.failure_count],
  };
}
const ok = (task_id: string) => ({ task_id, task_name: `name ${task_id}`, error_code: '', error_msg: '' });
const bad = (task_id: string, error_code = 'FDI.3016') => ({ task_id, error_code, error_msg: 'no' });
const all = [ok('a'), ok('b')];

test.each<[string, object, (string | undefined)[][], number]>([
  [
    'E14 success beside empty error fields',
    { success_count: 2, failure_count: 0, success: all, failure: [] },
    [['a', 'b'], [], []],
    200,
  ],
  [
    'E16 total failure',
    { success_count: 0, failure_count: 2, success: [], failure: [bad('a'), bad('b')] },
    [[], ['a', 'b'], []],
    207,
  ],
  [
    'E17 counts without lists',
    { success_count: 2, failure_count: 0, success: [], failure: [] },
    [[], [], ['a', 'b']],
    207,
  ],
  ['E19 nothing at all', {}, [[], [], ['a', 'b']], 207],
  ['E20 a task in neither list', { success: [ok('a')], failure: [] }, [['a'], [], ['b']], 207],
  ['E20 null lists', { success_count: 0, success: null, failure: null }, [[], [], ['a', 'b']], 207],
  ['E22 a stranger in failure', { success: all, failure: [bad('x')] }, [['a', 'b'], ['x'], []], 207],
  [
    'E23 a failure with a name only',
    { success: all, failure: [{ task_name: 'n' }] },
    [['a', 'b'], [undefined], []],
    207,
  ],
  [
    'E38 counts as text',
    { success_count: '2', failure_count: '0', success: all, failure: [] },
    [['a', 'b'], [], []],
    200,
  ],
  ['E38 a negative count', { success_count: -1, success: all }, [['a', 'b'], [], []], 200],
  ['E38 a huge count', { success_count: 1e9, success: all }, [['a', 'b'], [], []], 200],
  ['E43 both stopped, one of them before', { success: all }, [['a', 'b'], [], []], 200],
  ['E49 the other order', { success: [ok('b'), ok('a')] }, [['b', 'a'], [], []], 200],
  ['E49 ids as numbers', { success: [{ task_id: 1 }, { task_id: 2 }] }, [['1', '2'], [], ['a', 'b']], 207],
  ['a task in both lists', { success: all, failure: [bad('b')] }, [['a'], ['b'], []], 207],
  ['a task twice in success', { success: [...all, ok('a')] }, [['a', 'b'], [], []], 200],
  [
    'two reasons for one failure',
    { success: [ok('a')], failure: [bad('b', 'FDI.1'), bad('b', 'FDI.2')] },
    [['a'], ['b'], []],
    207,
  ],
])('%s', async (_name, json, lists, status) => {
  const answer = await start({ status: 200, json });
  expect({ lists: answer.lists, status: answer.status }).toEqual({ lists, status });
  expect(answer.counts).toEqual([lists[0]?.length, lists[1]?.length]);
});

test.each([
  { json: { success_count: 3, failure_count: 0, success: all, failure: [] }, says: /counts that differ/ },
  { json: { success: all, failure: [bad('a')] }, says: /more than one thing about a task/ },
])('what does not add up is logged: $says', async ({ json, says }) => {
  await start({ status: 200, json });
  expect(stage?.warnings).toEqual([expect.stringMatching(says)]);
});

test.each([
  { name: 'a success beside a failure', json: { success: all, failure: [bad('b')] }, kept: [ok('b')] },
  {
    name: 'a second reason',
    json: { success: [ok('a')], failure: [bad('b'), bad('b', 'FDI.2')] },
    kept: [bad('b', 'FDI.2')],
  },
  { name: 'the very same row', json: { success: [...all, ok('a')], failure: [] }, kept: undefined },
])('of rows that contradict each other the one that does not count is kept aside: $name', async ({ json, kept }) => {
  expect((await start({ status: 200, json })).body.contradicted).toEqual(kept);
});

test('E25 a message beyond the promised 64 characters is kept whole', async () => {
  const error_msg = 'One or more scheduled tasks are not configured with scheduled plans.';
  const { body } = await start({ status: 200, json: { success: [ok('a')], failure: [{ task_id: 'b', error_msg }] } });
  expect(body.failure).toEqual([{ task_id: 'b', error_msg }]);
});

test.each<[string, WireReply, object]>([
  [
    'E26 FDI.3150',
    { status: 400, json: { error_code: 'FDI.3150', error_msg: 'The task list is empty.' } },
    { status: 400, outcome: 'rejected' },
  ],
  [
    'E28 FDI.3081',
    { status: 404, json: { error_code: 'FDI.3081', error_msg: 'no' } },
    { status: 404, outcome: 'rejected' },
  ],
  [
    'E28 FDI.3021',
    { status: 400, json: { error_code: 'FDI.3021', error_msg: 'no' } },
    { status: 400, outcome: 'rejected' },
  ],
  [
    'E29 FDI.3023',
    { status: 400, json: { error_code: 'FDI.3023', error_msg: 'no' } },
    { upstream: { error_code: 'FDI.3023' } },
  ],
  [
    'E31 FDI.9999',
    { status: 500, json: { error_code: 'FDI.9999', error_msg: 'Network error.' } },
    { status: 502, outcome: 'unknown' },
  ],
  [
    'E32 APIG.1002',
    { status: 401, json: { error_code: 'APIG.1002', error_msg: 'Incorrect token' } },
    { name: 'CloudAuthError' },
  ],
  [
    'E32 APIG.1005',
    { status: 403, json: { error_code: 'APIG.1005', error_msg: 'No permissions' } },
    { name: 'CloudAuthError' },
  ],
  ['E37 HTML', { status: 200, text: '<html>' }, { name: 'CloudReplyError', outcome: 'unknown' }],
  ['E37 empty', { status: 200, text: '' }, { name: 'CloudReplyError', outcome: 'unknown' }],
  ['E37 half a JSON', { status: 200, text: '{"success":[' }, { name: 'CloudReplyError', outcome: 'unknown' }],
])('%s is told once, as it came', async (_name, reply, error) => {
  await expect(start(reply)).rejects.toMatchObject(error);
  expect(stage?.received).toHaveLength(1);
});

test('E31 an unknown outcome of all tasks names the exact command', async () => {
  await expect(start({ status: 500, json: { error_code: 'FDI.9999' } }, ['a/b', 'c'])).rejects.toThrow(
    /Check with GET \/v2\/0123456789abcdef0123456789abcdef\/fdi\/instances\/roma-1\/tasks\?task_id=a%2Fb of ROMA Connect, and so for the other 1\.$/,
  );
});
