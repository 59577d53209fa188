import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { CloudReplyError, CloudTimeoutError, UnsupportedRegionError } from '../../../shared/client/errors.js';
import { listInputFromQuery, listInvocations } from '../../../shared/operations/list-invocations.js';
import { stage, withoutCloud } from './fake-cloud.js';

const task = (index: number, invocation_status = 'SUCCEEDED') => ({
  invocation_id: `task-${index}`,
  invocation_status,
});
const tasks = (count: number) => Array.from({ length: count }, (_, index) => task(index));
const queryOf = (call: CloudCall) => Object.fromEntries((call.query ?? []).filter(([, value]) => value !== undefined));

/** A cloud that pages as the page says. */
const pages =
  (rows: readonly object[], count: unknown = rows.length) =>
  (call: CloudCall) => {
    const { offset = '0', limit = '100' } = queryOf(call);
    return { invocations: rows.slice(Number(offset), Number(offset) + Number(limit)), count };
  };
const list = (input: unknown) => listInvocations.parse(input);

test('limit, offset and filters pass through as one page with the count of the cloud', async () => {
  const { context, calls } = stage(pages(tasks(7)));

  const result = await listInvocations.run(list({ limit: 2, offset: 3, instance_type: 'ECS' }), context);

  expect(calls.map(queryOf)).toEqual([{ limit: '2', offset: '3', instance_type: 'ECS' }]);
  expect(result).toMatchObject({ status: 200, body: { invocations: [task(3), task(4)], count: 7 } });
});

test('without any input one page without any query is asked for', async () => {
  const { context, calls } = stage(pages([]));

  const { body } = await listInvocations.run(list({ instance_id: null, limit: null, all: null }), context);

  expect(calls.map(queryOf)).toEqual([{}]);
  expect(body).toEqual({ invocations: [], count: 0 });
});

test.each([undefined, null, 'many', -1])('where the count is %j the rows are counted', async (count) => {
  const { context } = stage(() => ({ invocations: tasks(3), count }));

  const { body } = await listInvocations.run(list({}), context);

  expect(body.count).toBe(3);
});

test.each([
  { total: 0, calls: 1 },
  { total: 99, calls: 1 },
  { total: 100, calls: 2 },
  { total: 250, calls: 3 },
])(
  'all=true over $total tasks gives each of them in $calls calls',
  async ({ total, calls: wanted }) => {
    const { context, calls } = stage(pages(tasks(total)));

    const { body } = await listInvocations.run(list({ all: true }), context);

    expect(calls).toHaveLength(wanted);
    expect(body).toEqual({ invocations: tasks(total), count: total });
  },
  10_000,
);

test('a walk starts at offset and reads pages of limit', async () => {
  const { context, calls } = stage(pages(tasks(7)));

  const { body } = await listInvocations.run(list({ all: true, limit: 3, offset: 2 }), context);

  expect(calls.map((call) => queryOf(call).offset)).toEqual(['2', '5']);
  expect(body.count).toBe(5);
});

test('invocation_status walks all pages and keeps only those states', async () => {
  const rows = [...tasks(100), task(100, 'FAILED'), task(101, 'TIMEOUT'), { invocation_id: 'x' }];
  const { context, calls } = stage(pages(rows));

  const { body } = await listInvocations.run(list({ invocation_status: 'FAILED,TIMEOUT' }), context);

  expect(calls[0] && queryOf(calls[0])).not.toHaveProperty('invocation_status');
  expect(body).toEqual({ invocations: [task(100, 'FAILED'), task(101, 'TIMEOUT')], count: 2 });
});

test('tasks that appear on two pages because rows moved are given once', async () => {
  const { context } = stage((_, index) =>
    index === 0 ? { invocations: tasks(100) } : { invocations: [task(99), task(100)] },
  );

  const { body } = await listInvocations.run(list({ all: true }), context);

  expect(body.invocations).toEqual(tasks(101));
});

test('an entry that is no task neither ends a walk nor shifts the pages after it', async () => {
  const { context, calls } = stage((_, index) => ({ invocations: index === 0 ? [null, task(0)] : [task(1)] }));

  const { body } = await listInvocations.run(list({ all: true, limit: 2 }), context);

  expect(calls.map((call) => queryOf(call).offset)).toEqual(['0', '2']);
  expect(body.invocations).toEqual([task(0), task(1)]);
});

test('rows without an id are kept and never taken for duplicates', async () => {
  const { context } = stage(pages([{ instance_id: 'a' }, { instance_id: 'a' }, task(1)]));

  const { body } = await listInvocations.run(list({ all: true, limit: 2 }), context);

  expect(body.count).toBe(3);
});

test('a cloud that gives the same full page for ever is noticed', async () => {
  const { context, calls } = stage(() => ({ invocations: tasks(100), count: 1_000 }));

  await expect(listInvocations.run(list({ all: true }), context)).rejects.toThrow(CloudReplyError);
  expect(calls.map((call) => queryOf(call).offset)).toEqual(['0', '100', '0']);
});

test('the same full page without any ids is noticed too', async () => {
  const { context, calls } = stage(() => ({ invocations: [{ instance_id: 'a' }] }));

  await expect(listInvocations.run(list({ all: true, limit: 1 }), context)).rejects.toThrow(CloudReplyError);
  expect(calls).toHaveLength(3);
});

test('a whole page of tasks created during the walk ends nothing and hides nothing', async () => {
  const created = Array.from({ length: 2 }, (_, index) => task(100 + index));
  const { context } = stage((call, index) => pages(index === 0 ? tasks(6) : [...created, ...tasks(6)])(call));

  const { body } = await listInvocations.run(list({ all: true, limit: 2 }), context);

  expect(body.invocations).toEqual(tasks(6));
});

test.each([
  { name: 'more than there is', count: 1_000, calls: 3, warnings: 1 },
  { name: 'less than there is', count: 1, calls: 2, warnings: 0 },
  { name: 'no number', count: '37 or so', calls: 2, warnings: 0 },
])('a count of $name loses no task, and too many are told', async ({ count, calls: wanted, warnings }) => {
  const { context, calls, logs } = stage(pages(tasks(3), count));

  const { body } = await listInvocations.run(list({ all: true, limit: 2 }), context);

  expect(body).toEqual({ invocations: tasks(3), count: 3 });
  expect({ calls: calls.length, warnings: logs.length }).toEqual({ calls: wanted, warnings });
});

test('a cloud that gives less than the limit on every page is read to its end where it counts more', async () => {
  const capped = (call: CloudCall) => {
    const offset = Number(queryOf(call).offset);
    return { invocations: tasks(120).slice(offset, offset + 50), count: 120 };
  };
  const { context, logs } = stage(capped);

  const { body } = await listInvocations.run(list({ all: true }), context);

  expect({ count: body.count, logs }).toEqual({ count: 120, logs: [] });
});

test('a page that tells no count takes back nothing of what an earlier one has promised', async () => {
  const row = (id: number) => ({ invocation_id: `t-${id}` });
  const pages = [{ invocations: [row(1), row(2)], count: 5 }, { invocations: [row(3)] }, { invocations: [row(4)] }, {}];
  const { context, calls, logs } = stage((_, index) => pages[index]);

  const { body } = await listInvocations.run(listInvocations.parse({ all: true, limit: 2 }), context);

  expect(body.count).toBe(4);
  expect(calls).toHaveLength(4);
  expect(logs).toMatchObject([{ level: 'WARN', fields: { count: 5, delivered: 4 } }]);
});

test('a short page that comes again and again under a large count ends the walk', async () => {
  const { context, calls } = stage(() => ({ invocations: tasks(3), count: 500 }));

  const { body } = await listInvocations.run(list({ all: true }), context);

  expect({ rows: body.count, calls: calls.length }).toEqual({ rows: 3, calls: 2 });
});

test('a cloud that gives new full pages for ever is left after a thousand', async () => {
  const { context, calls } = stage((_, index) => ({ invocations: [task(index)] }));

  await expect(listInvocations.run(list({ all: true, limit: 1 }), context)).rejects.toThrow(/after 1000 pages/);
  expect(calls).toHaveLength(1_000);
});

test('more rows than the limit are all taken', async () => {
  const { context } = stage((_, index) => ({ invocations: index === 0 ? tasks(5) : [] }));

  const { body } = await listInvocations.run(list({ all: true, limit: 2 }), context);

  expect(body.count).toBe(5);
});

test('a page that fails fails the walk', async () => {
  const { context } = stage((_, index) => {
    if (index === 1) throw new CloudTimeoutError('late', 'unknown', { service: 'ces' });
    return { invocations: tasks(100) };
  });

  await expect(listInvocations.run(list({ all: true }), context)).rejects.toThrow(CloudTimeoutError);
});

test('the regions without agent tasks are refused before the cloud is asked for', async () => {
  await expect(listInvocations.run(list({}), withoutCloud('sa-peru-1'))).rejects.toThrow(UnsupportedRegionError);
});

test.each([
  { query: { limit: '20', offset: '0', all: 'true' }, input: { limit: 20, offset: 0, all: true } },
  { query: { all: 'false' }, input: { all: false } },
  { query: { limit: '-1', offset: '1.5', all: 'yes' }, input: { limit: -1, offset: 1.5, all: 'yes' } },
  { query: { limit: '1e1', offset: '+1' }, input: { limit: '1e1', offset: '+1' } },
  { query: { limit: '' }, input: { limit: '' } },
  { query: { limit: ['1', '2'] }, input: { limit: ['1', '2'] } },
  {
    query: { instance_id: '123', invocation_status: 'FAILED' },
    input: { instance_id: '123', invocation_status: 'FAILED' },
  },
])('the query $query becomes the input $input', ({ query, input }) => {
  expect(listInputFromQuery(query)).toEqual(input);
});

test.each([
  { query: { limit: '-1' }, told: 'limit: must be at least 1.' },
  { query: { limit: '1.5' }, told: 'limit: must be a whole number, not one with a fraction.' },
  { query: { offset: '-1' }, told: 'offset: must be at least 0.' },
])('the number in $query is refused for what is wrong with it', ({ query, told }) => {
  expect(() => listInvocations.parse(listInputFromQuery(query))).toThrow(told);
});

test('a parameter given twice is refused with its name', () => {
  const input = listInputFromQuery({ instance_id: ['a', 'b'] });
  expect(() => listInvocations.parse(input)).toThrow(/^instance_id: must be a text, not a list/);
});

test('no query makes the translation throw', () => {
  const value = fc.oneof(fc.string(), fc.array(fc.string()));
  fc.assert(fc.property(fc.dictionary(fc.string(), value), (query) => void listInputFromQuery(query)));
});
