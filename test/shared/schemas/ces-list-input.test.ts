import { expect, test } from 'vitest';
import { listInvocationsInput } from '../../../shared/schemas/ces-list-invocations.js';
import { checkInput } from '../../../shared/schemas/check-input.js';

const pathsOf = (raw: unknown) => {
  const checked = checkInput(listInvocationsInput, raw);
  return checked.ok ? [] : checked.errors.map((error) => error.path);
};

test.each([
  {},
  { limit: 1, offset: 0 },
  { limit: 100, offset: 9_999_999_999_999 },
  { instance_id: 'a'.repeat(64), instance_type: 'BMS', invocation_target: 'telescope', all: true },
  { invocation_id: 'a_b-c', invocation_type: 'REMOTE_INSTALL' },
  { instance_id: null, limit: undefined, all: null, invocation_status: null },
  { invocation_status: ['FAILED', 'ROLLBACKED'] },
])('%j is taken as it is', (raw) => {
  expect(checkInput(listInvocationsInput, raw)).toEqual({ ok: true, value: raw });
});

test.each([
  ...[0, -1, 101, 1.5, Number.NaN, '10', Number.POSITIVE_INFINITY].map((limit) => ({ raw: { limit }, path: 'limit' })),
  ...[-1, 1.5, 1e14, '0'].map((offset) => ({ raw: { offset }, path: 'offset' })),
  ...['-abc', '', 'a b', 'a%2Fb', '_a'].map((invocation_id) => ({ raw: { invocation_id }, path: 'invocation_id' })),
  ...['a'.repeat(65), '_', '', ['a', 'b']].map((instance_id) => ({ raw: { instance_id }, path: 'instance_id' })),
  { raw: { instance_type: 'ecs' }, path: 'instance_type' },
  { raw: { all: 'true' }, path: 'all' },
  { raw: { status: 'FAILED' }, path: 'status' },
  { raw: { invocation_status: 'FAILED,CANCELLED' }, path: 'invocation_status[1]' },
  { raw: { invocation_status: 'FAILED,,TIMEOUT' }, path: 'invocation_status[1]' },
  { raw: { invocation_status: '' }, path: 'invocation_status[0]' },
  { raw: { invocation_status: [] }, path: 'invocation_status' },
  { raw: { invocation_status: 5 }, path: 'invocation_status' },
])('$raw is refused at $path', ({ raw, path }) => {
  expect(pathsOf(raw)).toEqual([path]);
});

test('states as comma text are the same as a list, blanks forgiven', () => {
  const checked = checkInput(listInvocationsInput, { invocation_status: 'FAILED, TIMEOUT' });
  expect(checked).toEqual({ ok: true, value: { invocation_status: ['FAILED', 'TIMEOUT'] } });
});
