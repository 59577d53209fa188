import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPushTime } from '../../../shared/schemas/batchtask-time.js';
import { normaliseBatchtaskPush } from '../../../shared/schemas/iotda-batchtask-push.js';

const task = {
  status_desc: 'd',
  task_id: '1a7ffc5c-d89c-44dd-8265',
  task_type: 'softwareUpgrade',
  app_id: 'app',
  status: 'Waitting',
};
const time = Date.UTC(2015, 11, 12, 12, 12, 12);
const push = (more: object = {}) => ({
  resource: 'batchtask',
  event: 'update',
  event_time: '20151212T121212Z',
  event_time_ms: '2015-12-12T12:12:12.000Z',
  request_id: '3fe58d5e',
  notify_data: { body: task },
  ...more,
});
const withTask = (more: object) => push({ notify_data: { body: { ...task, ...more } } });
const eventOf = (raw: unknown) => {
  const read = normaliseBatchtaskPush(raw);
  return read.ok ? read.event : undefined;
};
const reasonOf = (raw: unknown) => {
  const read = normaliseBatchtaskPush(raw);
  return read.ok ? undefined : read.reason;
};

test('the example of the page is read into one event', () => {
  const raw = push();
  expect(normaliseBatchtaskPush(raw)).toEqual({
    ok: true,
    event: { ...task, state: 'Waiting', terminal: false, event_time_ms: time, request_id: '3fe58d5e', raw },
  });
});

test.each([
  {
    shape: 'flat, with the oldest resource',
    raw: { resource: 'batchtask.status', event: 'update', notify_data: task },
    at: undefined,
  },
  { shape: 'body with event_time only', raw: push({ event_time_ms: undefined, request_id: undefined }), at: time },
  { shape: 'body as JSON text', raw: push({ notify_data: { body: JSON.stringify(task) } }), at: time },
  { shape: 'body null beside flat fields', raw: push({ notify_data: { body: null, ...task } }), at: time },
  { shape: 'header beside body', raw: push({ notify_data: { header: { device_id: 'x' }, body: task } }), at: time },
  { shape: 'unknown fields', raw: push({ extra: 1, notify_data: { body: { ...task, more: [] } } }), at: time },
])('the shape "$shape" gives the same event', ({ raw, at }) => {
  expect(eventOf(raw)).toMatchObject({ ...task, state: 'Waiting', event_time_ms: at, raw });
});

test.each([
  { status: 'Waitting', state: 'Waiting', terminal: false },
  { status: 'Waiting', state: 'Waiting', terminal: false },
  { status: 'Processing', state: 'Processing', terminal: false },
  { status: 'Initializing', state: 'Initializing', terminal: false },
  { status: 'Stopping', state: 'Stopping', terminal: false },
  { status: 'Success', state: 'Success', terminal: true },
  { status: 'PartialSuccess', state: 'PartialSuccess', terminal: true },
  { status: 'Fail', state: 'Fail', terminal: true },
  { status: 'Stopped', state: 'Stopped', terminal: true },
  { status: 'Exploded', state: 'Unknown', terminal: false },
  { status: 'constructor', state: 'Unknown', terminal: false },
])('status $status is state $state', ({ status, state, terminal }) => {
  expect(eventOf(withTask({ status }))).toMatchObject({ status, state, terminal });
});

test.each(['createDevices', 'changeGateway', 'deviceJob', 'neverSeen'])('task_type %s is taken', (task_type) => {
  expect(eventOf(withTask({ task_type }))?.task_type).toBe(task_type);
});

test('fields that are null or missing are left out', () => {
  const event = eventOf(
    push({
      request_id: null,
      event_time: null,
      event_time_ms: null,
      notify_data: { task_id: '1', status: 'Fail', app_id: null },
    }),
  );
  expect(event).toEqual({
    task_id: '1',
    status: 'Fail',
    state: 'Fail',
    terminal: true,
    event_time_ms: undefined,
    raw: expect.anything(),
  });
});

test('where both times are given and differ, event_time_ms counts', () => {
  expect(eventOf(push({ event_time_ms: 1_700_000_000_123 }))?.event_time_ms).toBe(1_700_000_000_123);
});

test.each([
  { name: 'a broken event_time_ms', more: { event_time_ms: 'yesterday' } },
  { name: 'a broken event_time', more: { event_time: '20150230T121212Z' } },
  { name: 'no event_time', more: { event_time: null } },
  {
    name: 'the two formats the other way round',
    more: { event_time: '2015-12-12T12:12:12Z', event_time_ms: '20151212T121212Z' },
  },
])('beside $name the other time is taken', ({ more }) => {
  expect(eventOf(push(more))?.event_time_ms).toBe(time);
});

test.each([
  { raw: push({ resource: 'device.message' }), reason: /^resource must be batchtask/ },
  { raw: push({ resource: undefined }), reason: /^resource is missing/ },
  { raw: push({ event: 'create' }), reason: /^event must be update/ },
  { raw: push({ notify_data: undefined }), reason: /^notify_data is missing; it must be an object/ },
  { raw: push({ notify_data: null }), reason: /^notify_data must be an object, not null/ },
  { raw: push({ notify_data: [] }), reason: /^notify_data / },
  { raw: push({ notify_data: 'x' }), reason: /^notify_data / },
  { raw: push({ notify_data: {} }), reason: /^notify_data\.task_id is missing/ },
  { raw: push({ notify_data: { body: 'no json' } }), reason: /^notify_data\.body must be an object, not a text/ },
  { raw: push({ notify_data: { body: '[]' } }), reason: /^notify_data\.body must be an object, not a list/ },
  { raw: push({ notify_data: { body: 5 } }), reason: /^notify_data\.body must be an object, not a number/ },
  { raw: withTask({ task_id: 5 }), reason: /^notify_data\.body\.task_id must be a text/ },
  { raw: withTask({ task_id: '' }), reason: /^notify_data\.body\.task_id must have/ },
  { raw: withTask({ status: null }), reason: /^notify_data\.body\.status must be/ },
  { raw: withTask({ app_id: {} }), reason: /^notify_data\.body\.app_id must be/ },
  { raw: push({ request_id: 5 }), reason: /^request_id must be a text/ },
  { raw: push({ event_time: 5.5, event_time_ms: null }), reason: /^event_time must be a UTC time/ },
  {
    raw: push({ event_time: '20150230T121212Z', event_time_ms: undefined }),
    reason: /^event_time must be a UTC time that exists/,
  },
  {
    raw: push({ event_time: 'never', event_time_ms: 'yesterday' }),
    reason: /^event_time_ms must be a UTC time that exists/,
  },
  { raw: push({ event_time: null, event_time_ms: {} }), reason: /^event_time_ms must be a UTC time that exists/ },
  { raw: [push()], reason: /^the push must be one JSON object/ },
  { raw: null, reason: /^the push must be one JSON object/ },
  { raw: '', reason: /^the push must be one JSON object/ },
  { raw: undefined, reason: /^the push must be one JSON object/ },
])('the push $raw is refused with $reason', ({ raw, reason }) => {
  expect(reasonOf(raw)).toMatch(reason);
});

test('__proto__ keys give no field a value', () => {
  const raw: unknown = JSON.parse(
    '{"__proto__":{"resource":"batchtask"},"event":"update","notify_data":{"__proto__":{"task_id":"1"},"status":"Fail"}}',
  );
  expect(reasonOf(raw)).toMatch(/^resource is missing/);
  expect(Reflect.get({}, 'resource')).toBeUndefined();
});

test('no value whatsoever makes it throw', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (some, other) => {
      normaliseBatchtaskPush(some);
      normaliseBatchtaskPush(push({ notify_data: some, event_time: other }));
      normaliseBatchtaskPush(push({ notify_data: { body: some }, event_time_ms: other }));
    }),
  );
});

const realTime = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

test('every second of ten thousand years is read from its compact form', () => {
  fc.assert(
    fc.property(realTime, (date) => {
      const compact = date.toISOString().replace(/[-:]|\.\d+/g, '');
      expect(readPushTime(compact)).toBe(Math.floor(date.getTime() / 1000) * 1000);
    }),
  );
});

test('every millisecond is read from its ISO form', () => {
  fc.assert(
    fc.property(realTime, (date) => {
      expect(readPushTime(date.toISOString())).toBe(date.getTime());
    }),
  );
});

test.each([
  '20151312T121212Z',
  '20150230T121212Z',
  '20150229T000000Z',
  '20151212T240000Z',
  '20151212T126012Z',
  '20151212T121260Z',
  '20150012T121212Z',
  '20151200T121212Z',
  '20151212T121212',
  '20151212 121212Z',
  ' 20151212T121212Z',
  '',
  '20151212T121212+0800',
  '2015-12-12T24:00:00Z',
  '144992233200',
  '14499223320000',
])('event_time %j is no time', (text) => {
  expect(readPushTime(text)).toBeUndefined();
});

test.each([
  { value: '2015-12-12T12:12:12Z', read: time },
  { value: '2015-12-12T12:12:12.5Z', read: time + 500 },
  { value: '2015-12-12T12:12:12.123456Z', read: time + 123 },
  { value: '2016-02-29T00:00:00.000Z', read: Date.UTC(2016, 1, 29) },
  { value: '2015-02-29T00:00:00.000Z', read: undefined },
  { value: '2015-12-12T12:12:12.000+08:00', read: undefined },
  { value: '2015-12-12', read: undefined },
  { value: '20151212T121212.5Z', read: time + 500 },
  { value: '20151212T121212123Z', read: time + 123 },
  { value: String(time), read: time },
  { value: null, read: undefined },
  { value: [time], read: undefined },
  { value: time, read: time },
  { value: 0, read: 0 },
  { value: -1, read: undefined },
  { value: 1.5, read: undefined },
  { value: 9e15, read: undefined },
  { value: Number.NaN, read: undefined },
])('event_time_ms $value reads $read', ({ value, read }) => {
  expect(readPushTime(value)).toBe(read);
});
