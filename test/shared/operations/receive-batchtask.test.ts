import fc from 'fast-check';
import { expect, test } from 'vitest';
import { receiveBatchtaskWith } from '../../../shared/operations/receive-batchtask.js';
import { RecentPushes } from '../../../shared/operations/recent-pushes.js';
import { stage } from './fake-cloud.js';

const task = {
  app_id: 'app',
  task_id: '5c8ba99030344005c02316ad',
  task_type: 'softwareUpgrade',
  status: 'Success',
  status_desc: 'done',
};
const push = (more: object = {}, body: object = {}) => ({
  resource: 'batchtask',
  event: 'update',
  event_time: '20261121T021500Z',
  notify_data: { body: { ...task, ...body } },
  ...more,
});
const fresh = (capacity = 10) => {
  const operation = receiveBatchtaskWith(new RecentPushes(capacity));
  const { context, logs } = stage(() => ({}));
  return { logs, receive: async (raw: unknown) => (await operation.run(operation.parse(raw), context)).body };
};

test('a push is accepted and logged in one line without its payload', async () => {
  const { receive, logs } = fresh();

  expect(await receive(push())).toEqual({ accepted: true });
  expect(logs).toEqual([
    {
      level: 'INFO',
      message: 'batch task changed',
      fields: {
        ...task,
        state: 'Success',
        terminal: true,
        event_time_ms: Date.UTC(2026, 10, 21, 2, 15),
        duplicate: false,
      },
    },
  ]);
});

test('a push of another rule is answered 200 and ignored with the reason', async () => {
  const operation = receiveBatchtaskWith(new RecentPushes(1));
  const { context, logs } = stage(() => ({}));

  const result = await operation.run(push({ resource: 'device.message' }), context);

  expect(result).toEqual({
    status: 200,
    body: { accepted: false, reason: expect.stringContaining('resource must be batchtask') },
    items: { ok: 0, failed: 0 },
  });
  expect(logs).toHaveLength(1);
});

test('the same push a second time is accepted as a duplicate', async () => {
  const { receive } = fresh();
  await receive(push());

  expect(await receive(push({ request_id: 'another' }))).toEqual({ accepted: true, duplicate: true });
});

test.each([
  { name: 'time', second: push({ event_time: '20261121T021501Z' }) },
  { name: 'status', second: push({}, { status: 'Fail' }) },
  { name: 'task', second: push({}, { task_id: 'other' }) },
])('a push with another $name is no duplicate', async ({ second }) => {
  const { receive } = fresh();
  await receive(push());

  expect(await receive(second)).toEqual({ accepted: true });
});

test('without a time the request id tells repetitions apart', async () => {
  const { receive } = fresh();
  const timeless = push({ event_time: undefined, request_id: 'one' });
  await receive(timeless);

  expect(await receive(timeless)).toEqual({ accepted: true, duplicate: true });
});

test('with neither time nor request id nothing is called a duplicate', async () => {
  const { receive } = fresh();
  const bare = push({ event_time: undefined });
  await receive(bare);

  expect(await receive(bare)).toEqual({ accepted: true });
});

test('the memory forgets the oldest push first', async () => {
  const { receive } = fresh(2);
  const first = push({}, { task_id: '1' });
  const third = push({}, { task_id: '3' });
  for (const raw of [first, push({}, { task_id: '2' }), third]) await receive(raw);

  expect(await receive(third)).toHaveProperty('duplicate', true);
  expect(await receive(first)).not.toHaveProperty('duplicate');
});

test('a push with giant fields fills neither the memory nor the log', async () => {
  const { receive, logs } = fresh();
  const giant = push({}, { task_id: 'x'.repeat(100_000) });
  await receive(giant);

  expect(await receive(giant)).toEqual({ accepted: true });
  expect(JSON.stringify(logs).length).toBeLessThan(3_000);
});

test('no payload whatsoever makes it throw', async () => {
  const { context } = stage(() => ({}));
  const receiveBatchtask = receiveBatchtaskWith(new RecentPushes(10));
  await fc.assert(
    fc.asyncProperty(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      async (raw) => {
        const { status } = await receiveBatchtask.run(receiveBatchtask.parse(raw), context);
        expect(status).toBe(200);
      },
    ),
  );
});
