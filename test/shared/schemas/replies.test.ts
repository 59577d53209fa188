import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchCreateReply } from '../../../shared/schemas/ces-create-invocations.js';
import { listReply } from '../../../shared/schemas/ces-list-invocations.js';
import { batchJobReply } from '../../../shared/schemas/ief-jobs.js';
import { operateTasksReply } from '../../../shared/schemas/roma-tasks.js';

const row = { instance_id: 'a', ret_status: 'successful' };

test.each([{ body: [row] }, { body: { invocations: [row] } }])('rows are read out of $body', ({ body }) => {
  expect(batchCreateReply.parse(body)).toEqual({ invocations: [row], dropped: 0 });
});

test.each([{}, [], { invocations: null }, { invocations: [] }, { invocations: 'x' }, { other: 1 }])(
  '%j has no rows',
  (body) => {
    expect(batchCreateReply.parse(body)).toEqual({ invocations: [], dropped: 0 });
    expect(listReply.parse(body)).toEqual({ invocations: [], dropped: 0 });
  },
);

test.each(['', 'text', 5, null, undefined, true])('%j is no reply', (body) => {
  expect(batchCreateReply.safeParse(body).success).toBe(false);
  expect(listReply.safeParse(body).success).toBe(false);
  expect(operateTasksReply.safeParse(body).success).toBe(false);
  expect(batchJobReply.safeParse(body).success).toBe(false);
});

test('entries that are no objects are left out and counted', () => {
  const { invocations, dropped } = batchCreateReply.parse([row, null, 'a', 5, [row]]);
  expect({ rows: invocations.length, dropped }).toEqual({ rows: 1, dropped: 4 });
});

test.each([
  { value: 'a', read: 'a' },
  { value: '', read: '' },
  { value: null, read: null },
  { value: 5, read: '5' },
  { value: 1.5, read: '1.5' },
  { value: 2 ** 60, read: undefined },
  { value: true, read: 'true' },
  { value: {}, read: undefined },
  { value: ['a'], read: undefined },
])('a text field that holds $value reads $read', ({ value, read }) => {
  expect(batchCreateReply.parse([{ invocation_id: value, error_msg: 'kept' }]).invocations).toEqual([
    { invocation_id: read, error_msg: 'kept' },
  ]);
});

test.each([
  { value: 1678070008306, read: 1678070008306 },
  { value: '1678070008306', read: 1678070008306 },
  { value: 1678070008, read: 1678070008000 },
  { value: '1678070008', read: 1678070008000 },
  { value: '-5', read: -5 },
  { value: null, read: null },
  { value: Number.POSITIVE_INFINITY, read: undefined },
  { value: '12345678901234567890', read: undefined },
  { value: 'soon', read: undefined },
  { value: {}, read: undefined },
])('a time that holds $value reads $read', ({ value, read }) => {
  expect(listReply.parse([{ create_time: value, result_msg: 'kept' }]).invocations).toEqual([
    { create_time: read, result_msg: 'kept' },
  ]);
});

test.each([
  { value: ['10.0.0.1', 5, {}, null], read: ['10.0.0.1', '5'] },
  { value: null, read: null },
  { value: 'x', read: undefined },
  { value: Array.from({ length: 50 }, () => '::1'), read: Array.from({ length: 50 }, () => '::1') },
])('a list field that holds $value reads $read', ({ value, read }) => {
  expect(listReply.parse([{ elastic_ips: value }]).invocations).toEqual([{ elastic_ips: read }]);
});

test('unknown fields, unknown words and broken lengths stay as they are', () => {
  const odd = {
    invocation_status: 'ROLLED_BACK',
    instance_type: 'DEDICATED',
    result_msg: 'x'.repeat(9_000),
    new_field: [1],
  };
  expect(listReply.parse({ invocations: [odd] }).invocations).toEqual([odd]);
});

test.each([
  { count: 3, read: 3 },
  { count: '37', read: 37 },
  { count: -1, read: undefined },
  { count: 'many', read: undefined },
  { count: null, read: undefined },
])('the count $count reads $read', ({ count, read }) => {
  expect(listReply.parse({ count }).count).toBe(read);
});

test('a job reply keeps what it can of wrong types', () => {
  expect(batchJobReply.parse({ job_id: 5, job_name: [], created_at: '1667218308', more: 1 })).toEqual({
    job_id: '5',
    job_name: undefined,
    created_at: 1667218308,
    more: 1,
  });
});

test('a tasks reply keeps failures without an id, long messages and counts as text', () => {
  const failure = [{ task_name: 'a', error_msg: 'x'.repeat(68) }, 'junk'];
  expect(operateTasksReply.parse({ success_count: '0', failure_count: 1, success: null, failure })).toEqual({
    success: [],
    failure: [failure[0]],
    success_count: 0,
    failure_count: 1,
    dropped: 1,
  });
});

test('no JSON value makes reading a reply throw', () => {
  const replies = [batchCreateReply, listReply, operateTasksReply, batchJobReply];
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...replies), (body, schema) => {
      schema.safeParse(body);
      schema.safeParse({ invocations: body, success: body, failure: [body], count: body, success_count: body });
    }),
  );
});
