import { expect, test } from 'vitest';
import { checkInput } from '../../../shared/schemas/check-input.js';
import { batchJobRequest, createIefJobInput } from '../../../shared/schemas/ief-jobs.js';

const task_data = '{"deployment":{"replicas":1},"source":"userdefined","name_prex":"aaa","tags":[],"description":""}';
const targets = [{ target_id: 'b1c0e722', extension_info: [{ key: 'node_name', value: 'test1' }] }];
const deploy = (content: object = {}, more: object = {}) => ({
  job_name: 'aaa',
  job_type: 'deployment_deploy',
  job_content: { target_type: 'node', targets, task_data, ...content },
  ...more,
});
const upgrade = (content: object = {}) => ({
  job_name: 'aaa',
  job_type: 'node_upgrade',
  job_content: { target_type: 'node', targets, ...content },
});
const check = (raw: unknown) => checkInput(createIefJobInput, raw);
const pathsOf = (raw: unknown) => {
  const checked = check(raw);
  return checked.ok ? [] : checked.errors.map((error) => error.path);
};
const cycle: Record<string, unknown> = { deployment: {} };
cycle.deployment = { cycle };
const deep = (depth: number): unknown => (depth === 0 ? {} : { a: deep(depth - 1) });

test.each([
  deploy(),
  deploy({}, { tags: [], description: '' }),
  deploy({}, { tags: [{ key: 'a-b_C', value: 'x' }, {}], description: 'x'.repeat(10_000), ief_instance_id: 'abc' }),
  deploy({}, { ief_instance_id: '' }),
  deploy({ task_data: { deployment: {}, note: '\u2028 ünï' } }),
  deploy({ target_type: 'node_group' }),
  deploy({ targets: [{ target_id: 'a', extension_info: null }] }),
  deploy({ targets: [{ target_id: 'a', extension_info: [{ key: 'k' }, { key: 'k', value: 'v' }, {}] }] }),
  deploy({ target_type: 'deployment' }, { job_type: 'deployment_upgrade' }),
  upgrade(),
])('%j is taken as it is', (raw) => {
  expect(check(raw)).toEqual({ ok: true, value: raw });
});

test.each(['a', '123', 'a--b', 'a'.repeat(26)])('the job name %s is taken', (job_name) => {
  expect(pathsOf(deploy({}, { job_name }))).toEqual([]);
});

test.each(['', 'Abc', 'a_b', 'a.b', '中文', 'a b', '-a', 'a-', '-', 'a'.repeat(27), 'a\n', null, 5, undefined])(
  'the job name %j is refused',
  (job_name) => {
    expect(pathsOf(deploy({}, { job_name }))).toEqual(['job_name']);
  },
);

test.each([
  { raw: deploy({}, { job_type: 'deploy' }), paths: ['job_type'] },
  { raw: deploy({}, { job_content: undefined }), paths: ['job_content', 'job_content.task_data'] },
  { raw: deploy({ targets: [] }), paths: ['job_content.targets'] },
  { raw: deploy({ targets: undefined }), paths: ['job_content.targets'] },
  { raw: deploy({ targets: [targets[0], {}] }), paths: ['job_content.targets[1].target_id'] },
  {
    raw: deploy({ targets: [{ target_id: '' }, { target_id: null }, null] }),
    paths: ['job_content.targets[0].target_id', 'job_content.targets[1].target_id', 'job_content.targets[2]'],
  },
  { raw: deploy({ targets: [{ target_id: 'a', name: 'x' }] }), paths: ['job_content.targets[0].name'] },
  { raw: deploy({ target_type: 'group' }), paths: ['job_content.target_type'] },
  { raw: deploy({ target_type: undefined }), paths: ['job_content.target_type'] },
  { raw: deploy({}, { tags: [{ key: 'a b' }] }), paths: ['tags[0].key'] },
  {
    raw: deploy({}, { tags: [{ key: 'a'.repeat(129), value: 'a'.repeat(257) }] }),
    paths: ['tags[0].key', 'tags[0].value'],
  },
  { raw: deploy({}, { tags: [{ key: '', value: '' }] }), paths: ['tags[0].key', 'tags[0].value'] },
  { raw: deploy({}, { description: null }), paths: ['description'] },
  { raw: deploy({}, { ief_instance_id: 'a\r\nb' }), paths: ['ief_instance_id'] },
  { raw: deploy({}, { instance_id: 'a' }), paths: ['instance_id'] },
])('$raw is refused at $paths', ({ raw, paths }) => {
  expect(pathsOf(raw)).toEqual(paths);
});

test.each([
  {
    name: 'missing',
    content: { task_data: undefined },
    says: 'is mandatory for deployment_deploy or deployment_upgrade',
  },
  { name: 'text that is not JSON', content: { task_data: '{deployment' }, says: 'must be JSON text' },
  { name: 'a JSON number', content: { task_data: '5' }, says: 'it holds a number' },
  { name: 'a JSON list', content: { task_data: '[]' }, says: 'it holds a list' },
  { name: 'JSON null', content: { task_data: 'null' }, says: 'it holds null' },
  { name: 'serialised twice', content: { task_data: JSON.stringify(task_data) }, says: 'serialised twice' },
  { name: 'the inner object', content: { task_data: '{"replicas":1}' }, says: 'wrap it: {"deployment": …}' },
  { name: 'the inner object, as object', content: { task_data: { replicas: 1 } }, says: 'wrap it: {"deployment": …}' },
  {
    name: 'a deployment that is text',
    content: { task_data: { deployment: 'x' } },
    says: 'that is a text, not an object',
  },
  { name: 'a number', content: { task_data: 5 }, says: 'it holds a number' },
  { name: 'null', content: { task_data: null }, says: 'it holds null' },
  { name: 'an inherited deployment', content: { task_data: '{"__proto__":{"deployment":{}}}' }, says: 'no top-level' },
])('task_data that is $name is refused', ({ content, says }) => {
  const checked = check(deploy(content));
  expect(checked.ok || checked.errors).toEqual([
    { path: 'job_content.task_data', message: expect.stringContaining(says) },
  ]);
});

test.each([
  { name: 'undefined', value: { a: undefined }, at: '.a' },
  { name: 'a function', value: { a: () => 1 }, at: '.a' },
  { name: 'a symbol', value: { a: Symbol('x') }, at: '.a' },
  { name: 'a BigInt', value: { a: [1, 2n] }, at: '.a[1]' },
  { name: 'NaN', value: { a: Number.NaN }, at: '.a' },
  { name: 'a Date', value: { a: new Date(0) }, at: '.a' },
  { name: 'a Map', value: { a: new Map() }, at: '.a' },
  { name: 'toJSON', value: { toJSON: () => ({}) }, at: '' },
  { name: 'a hole', value: { a: new Array(1) }, at: '.a[0]' },
])('task_data that holds $name is refused where it stands', ({ value, at }) => {
  expect(pathsOf(deploy({ task_data: { deployment: value } }))).toEqual([`job_content.task_data.deployment${at}`]);
});

test('task_data with a cycle is refused where it closes', () => {
  expect(pathsOf(deploy({ task_data: cycle }))).toEqual(['job_content.task_data.deployment.cycle']);
});

test.each([deep(600), deep(5_000)])('task_data of absurd depth is refused, not crashed on', (deployment) => {
  expect(pathsOf(deploy({ task_data: { deployment } }))).toEqual(['job_content.task_data']);
});

test('the same object in two places is no cycle', () => {
  const shared = { a: 1 };
  expect(
    pathsOf(deploy({ task_data: { deployment: { one: shared, two: shared, nothing: Object.create(null) } } })),
  ).toEqual([]);
});

test('task_data of a node upgrade is refused', () => {
  expect(pathsOf(upgrade({ task_data }))).toEqual(['job_content.task_data']);
});

test.each([
  { raw: { job_name: 'a', job_type: 'node_upgrade' }, ok: true },
  { raw: { job_name: 'a', job_type: 'node_upgrade', job_content: {} }, ok: true },
  { raw: { job_name: 'a', job_type: 'deployment_deploy' }, ok: false },
  { raw: deploy(), ok: true },
  { raw: deploy({ task_data: { deployment: {} } }), ok: false },
  { raw: deploy({}, { ief_instance_id: 'a' }), ok: false },
])('as a request of the cloud, $raw is taken: $ok', ({ raw, ok }) => {
  expect(checkInput(batchJobRequest, raw).ok).toBe(ok);
});
