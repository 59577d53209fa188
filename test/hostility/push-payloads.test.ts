import { describe, expect, test } from 'vitest';
import { changeIn, deliver, pushOf, signedHeaders, task } from './signed-push.js';

/** The cases D28 to D52 of a push receiver and their siblings, each through the built bundle. */

const time = Date.UTC(2015, 11, 12, 12, 12, 12);
const flat = (more: object = {}) => ({
  resource: 'batchtask.status',
  event: 'update',
  notify_data: { ...task, ...more },
});

/** What is left in the log of a push that was taken. */
async function changeOf(body: unknown) {
  const { status, body: answer, lines } = await deliver({ body });
  expect([status, answer.accepted]).toEqual([200, true]);
  return changeIn(lines);
}

describe('is taken', () => {
  const timed = (event_time: unknown, event_time_ms?: unknown) => pushOf({ event_time, event_time_ms });

  test.each<[string, unknown, object]>([
    ['D28: the flat shape of old', flat(), { ...task, state: 'Success', terminal: true }],
    ['the flat shape under the new name', pushOf({ notify_data: task }), { task_id: task.task_id }],
    ['D31: event_time alone', timed('20151212T121212Z'), { event_time_ms: time }],
    ['D31: event_time_ms alone', timed(undefined, '2015-12-12T12:12:12.345Z'), { event_time_ms: time + 345 }],
    ['D31: two times that contradict', timed('20160101T000000Z', '2015-12-12T12:12:12Z'), { event_time_ms: time }],
    ['D31: a broken finer time', timed('20151212T121212Z', 'soon'), { event_time_ms: time }],
    ['D32: with milliseconds', timed('20151212T121212.345Z'), { event_time_ms: time + 345 }],
    ['D32: an ISO time', timed('2015-12-12T12:12:12Z'), { event_time_ms: time }],
    ['D34: Waitting', pushOf({}, { status: 'Waitting' }), { status: 'Waitting', state: 'Waiting', terminal: false }],
    ['D34: Waiting', pushOf({}, { status: 'Waiting' }), { status: 'Waiting', state: 'Waiting', terminal: false }],
    ['D35: Initializing', pushOf({}, { status: 'Initializing' }), { state: 'Initializing', terminal: false }],
    ['D35: Stopping', pushOf({}, { status: 'Stopping' }), { state: 'Stopping', terminal: false }],
    ['PartialSuccess', pushOf({}, { status: 'PartialSuccess' }), { state: 'PartialSuccess', terminal: true }],
    ['Stopped', pushOf({}, { status: 'Stopped' }), { state: 'Stopped', terminal: true }],
    ['a status of tomorrow', pushOf({}, { status: 'Paused' }), { status: 'Paused', state: 'Unknown', terminal: false }],
    ['a status called constructor', pushOf({}, { status: 'constructor' }), { state: 'Unknown', terminal: false }],
    ['D38: the id of the example', pushOf({}, { task_id: task.task_id }), { task_id: task.task_id }],
    ['D38: an id as real ones are', pushOf({}, { task_id: '5c8ba99030344005c02316ad' }), { terminal: true }],
    ['D40: a task as JSON text', pushOf({ notify_data: { body: JSON.stringify(task) } }), { state: 'Success' }],
    ['D41: a header beside the body', pushOf({ notify_data: { header: { device_id: 'd' }, body: task } }), {}],
    [
      'D52: unknown fields',
      { ...pushOf({}, { progress: { done: 1 } }), rule_id: 'r', list: [[]] },
      { state: 'Success' },
    ],
  ])('%s', async (_case, body, expected) => {
    expect(await changeOf(body)).toMatchObject(expected);
  });

  test.each([
    'firmwareUpgrade',
    'moduleUpgrade',
    'createDevices',
    'changeGateway',
    'deviceJob',
    'sendEmails',
    'neverSeen',
    '',
  ])('D37: the task type %j', async (task_type) => {
    expect(await changeOf(pushOf({}, { task_type }))).toMatchObject({ task_type });
  });

  test('D31: neither time: then there is none, and not a wrong one', async () => {
    expect(await changeOf(pushOf({ event_time: undefined }))).not.toHaveProperty('event_time_ms');
  });

  test('D50: a description with markup and of any length, cut and as plain text in one line', async () => {
    const status_desc = `<script>alert(1)</script>\r\n\u001b[31m${'x'.repeat(100_000)}`;
    const change = await changeOf(pushOf({}, { status_desc }));
    expect(String(change?.status_desc)).toHaveLength(200);
    expect(JSON.stringify(change)).not.toMatch(/\p{Cc}/u);
  });

  test('D7: __proto__ and constructor as fields, and no prototype changes', async () => {
    const polluting = JSON.stringify(pushOf()).replace(
      '{"resource"',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"resource"',
    );
    await changeOf(polluting);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('is answered 200 with the reason and not taken', () => {
  const inTask = (more: object) => pushOf({}, more);

  test.each<[string, unknown, string]>([
    ['D29: another resource', { resource: 'device.message', event: 'report', notify_data: {} }, 'resource must be'],
    ['another event', pushOf({ event: 'create' }), 'event must be'],
    ['a custom select', { header: {}, body: task, id: '1' }, 'resource is missing'],
    ['a custom select of the task alone', task, 'resource is missing'],
    ['a probe', {}, 'resource is missing'],
    ['D32: month 13', pushOf({ event_time: '20151312T121212Z' }), 'event_time must be a UTC time that exists'],
    ['D32: 30 February', pushOf({ event_time: '20150230T121212Z' }), 'event_time must be a UTC time that exists'],
    ['D32: 24 o’clock', pushOf({ event_time: '20151212T240000Z' }), 'event_time must be'],
    ['D32: no zone', pushOf({ event_time: '20151212T121212' }), 'event_time must be'],
    ['D32: two impossible times', pushOf({ event_time: 'a', event_time_ms: {} }), 'event_time_ms must be'],
    ['D40: no notify_data', pushOf({ notify_data: undefined }), 'notify_data'],
    ['D40: notify_data null', pushOf({ notify_data: null }), 'notify_data'],
    ['D40: notify_data a list', pushOf({ notify_data: [] }), 'notify_data'],
    ['D40: notify_data a text', pushOf({ notify_data: 'x' }), 'notify_data'],
    ['D40: body a text that is no JSON', pushOf({ notify_data: { body: '{' } }), 'notify_data.body must be an object'],
    ['D40: body a list', pushOf({ notify_data: { body: [task] } }), 'notify_data.body must be an object'],
    ['D49: a list of pushes', [pushOf(), pushOf()], 'must be one JSON object'],
    ['D49: an empty list', [], 'must be one JSON object'],
    ['null', null, 'must be one JSON object'],
    ['a text', '"batchtask"', 'must be one JSON object'],
    ['a number', 5, 'must be one JSON object'],
    ['a number beyond all numbers', '1e999', 'must be one JSON object'],
    ['true', true, 'must be one JSON object'],
    ['a number as task_id', inTask({ task_id: 5 }), 'task_id must be a text'],
    ['an empty task_id', inTask({ task_id: '' }), 'task_id'],
    ['no status', inTask({ status: undefined }), 'status is missing'],
    ['a list as status', inTask({ status: ['Success'] }), 'status must be a text'],
    ['the fields on the prototype', '{"__proto__":{"resource":"batchtask","event":"update"}}', 'resource is missing'],
  ])('%s', async (_case, body, reason) => {
    const { status, body: answer, lines } = await deliver({ body: body === null ? 'null' : body });

    expect([status, answer]).toEqual([200, { accepted: false, reason: expect.stringContaining(reason) }]);
    expect(lines).toContainEqual(expect.objectContaining({ message: 'push ignored', reason: answer.reason }));
  });

  test('D40: a task as JSON text that is nested 10,000 deep', async () => {
    const body = pushOf({ notify_data: { body: '['.repeat(10_000) + ']'.repeat(10_000) } });
    expect((await deliver({ body })).body).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('nested deeper than 100 levels'),
    });
  });
});

describe('repetitions', () => {
  test('D43: the same message again is a duplicate, under new headers too', async () => {
    const body = pushOf();
    const first = await deliver({ body });
    const second = await deliver({ body });
    expect([first.body, second.body]).toEqual([{ accepted: true }, { accepted: true, duplicate: true }]);
    expect(changeIn(second.lines)).toMatchObject({ duplicate: true });
  });

  test('D44, D46: a task that fails, is retried and fails again is three changes', async () => {
    const { task_id } = pushOf().notify_data.body;
    for (const [status, second] of [
      ['Fail', '01'],
      ['Processing', '02'],
      ['Fail', '03'],
    ]) {
      const { body } = await deliver({ body: pushOf({ event_time: `20261121T0215${second}Z` }, { task_id, status }) });
      expect(body).toEqual({ accepted: true });
    }
  });

  test('D47: two changes within a second are both taken, in the order of their arrival', async () => {
    const { task_id } = pushOf().notify_data.body;
    const states = [];
    for (const status of ['Processing', 'Success']) {
      states.push(changeIn((await deliver({ body: pushOf({}, { task_id, status }) })).lines)?.state);
    }
    expect(states).toEqual(['Processing', 'Success']);
  });

  test('a message that comes twice at once is taken once', async () => {
    const body = pushOf();
    const answers = await Promise.all([deliver({ body }), deliver({ body })]);
    expect(answers.filter((answer) => answer.body.duplicate)).toHaveLength(1);
  });
});

describe('a burst and a broken surrounding', () => {
  test('D26: 800 pushes at once are all answered 200, far within 15 s', async () => {
    const before = process.cpuUsage();
    const answers = await Promise.all(Array.from({ length: 800 }, () => deliver({ body: pushOf() })));
    const { user, system } = process.cpuUsage(before);
    expect(answers.every(({ status, body }) => status === 200 && body.accepted === true)).toBe(true);
    expect((user + system) / 1000).toBeLessThan(8_000);
  });

  test.each<[string, Record<string, unknown>]>([
    [
      'a logger that throws',
      {
        getLogger: () => ({
          info: () => {
            throw new Error('disk full');
          },
        }),
      },
    ],
    ['no logger', { getLogger: undefined, getRequestID: () => 5 }],
    ['a clock that tells nonsense', { getRemainingTimeInMilliSeconds: () => Number.NaN }],
  ])('D22, D23: %s harms no answer', async (_case, context) => {
    expect(
      await deliver({ body: pushOf(), context, headers: signedHeaders(), settings: { LOG_LEVEL: 'ERROR' } }),
    ).toMatchObject({
      status: 200,
      body: { accepted: true },
    });
  });
});
