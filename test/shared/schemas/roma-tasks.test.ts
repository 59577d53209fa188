import { expect, test } from 'vitest';
import { checkInput } from '../../../shared/schemas/check-input.js';
import { operateTasksRequest, startStopInput } from '../../../shared/schemas/roma-tasks.js';

const tasks = (count: number) => Array.from({ length: count }, (_, index) => ({ task_id: `task-${index}` }));
const input = (more: object = {}) => ({ action_id: 'start', list: tasks(1), ...more });
const pathsOf = (raw: unknown) => {
  const checked = checkInput(startStopInput, raw);
  return checked.ok ? [] : checked.errors.map((error) => error.path);
};

test.each([
  input(),
  input({ action_id: 'stop', instance_id: 'roma-local-0001' }),
  input({ list: [{ task_id: 'a'.repeat(64) }] }),
  input({ instance_id: 'a..b' }),
])('%j is taken as it is', (raw) => {
  expect(checkInput(startStopInput, raw)).toEqual({ ok: true, value: raw });
});

test.each([
  ...['Start', 'restart', '', null, undefined].map((action_id) => ({
    raw: input({ action_id }),
    paths: ['action_id'],
  })),
  ...[undefined, [], null, 'a', new Set(['a'])].map((list) => ({ raw: input({ list }), paths: ['list'] })),
  { raw: input({ list: ['a', null] }), paths: ['list[0]', 'list[1]'] },
  {
    raw: input({ list: [{ task_id: '' }, {}, { task_id: 5 }, { task_id: 'a'.repeat(65) }] }),
    paths: [0, 1, 2, 3].map((at) => `list[${at}].task_id`),
  },
  { raw: input({ list: [{ task_id: 'a', name: 'x' }] }), paths: ['list[0].name'] },
  { raw: input({ project_id: 'x' }), paths: ['project_id'] },
  ...['.', '..', '...', 'a/b', '../x', 'a\\b', 'a b', 'a\u0000', '', 'a'.repeat(65), null].map((instance_id) => ({
    raw: input({ instance_id }),
    paths: ['instance_id'],
  })),
])('$raw is refused at $paths', ({ raw, paths }) => {
  expect(pathsOf(raw)).toEqual(paths);
});

test.each([
  { schema: startStopInput, most: 1_000 },
  { schema: operateTasksRequest, most: 10 },
])('at most $most tasks are taken', ({ schema, most }) => {
  expect(checkInput(schema, input({ list: tasks(most) })).ok).toBe(true);
  expect(checkInput(schema, input({ list: tasks(most + 1) })).ok).toBe(false);
});
