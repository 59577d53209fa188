import { expect, test } from 'vitest';
import { batchCreateRequest, createInvocationsInput } from '../../../shared/schemas/ces-create-invocations.js';
import { checkInput } from '../../../shared/schemas/check-input.js';

const pathsOf = (
  raw: unknown,
  schema: typeof createInvocationsInput | typeof batchCreateRequest = createInvocationsInput,
) => {
  const checked = checkInput(schema, raw);
  return checked.ok ? [] : checked.errors.map((error) => error.path);
};
const messagesOf = (raw: unknown) => {
  const checked = checkInput(createInvocationsInput, raw);
  return checked.ok ? '' : checked.errors.map((error) => error.message).join('\n');
};
const ids = (count: number) => Array.from({ length: count }, (_, index) => `ecs-${index}`);
const install = (more: object = {}) => ({ invocation_type: 'INSTALL', instance_ids: ['ecs-web-0001'], ...more });
const remote = (host: object) => ({ invocation_type: 'REMOTE_INSTALL', remote_install_meta: [host] });

test.each([
  { instance_ids: ['instancexxx001', 'instancexxx002'], invocation_type: 'INSTALL', invocation_target: 'telescope' },
  install(),
  install({ invocation_type: 'UPDATE', version_type: 'ADVANCE_VERSION', version: '2.6.1-a_b' }),
  install({ origin: 'APICOM_BMS', version_type: 'BASIC_VERSION' }),
  { invocation_type: 'ROLLBACK', invocation_ids: ['a-1', 'with_underscore'] },
  { invocation_type: 'RETRY', invocation_ids: ['a'.repeat(64)] },
  { invocation_type: 'SET_REMOTE_INSTALLER', instance_ids: ['a'] },
  { invocation_type: 'SET_REMOTE_INSTALL_HOST', instance_ids: ['a'] },
  { invocation_type: 'REMOTE_INSTALL', instance_ids: ['a'], remote_install_meta: [] },
  { invocation_type: 'REMOTE_INSTALL', instance_ids: ['a'], remote_install_meta: [{ remote_ip: '10.0.0.1' }] },
  remote({
    instance_name: 'a',
    remote_ip: '10.0.0.1',
    user_name: 'root',
    port: '22',
    password: 'x',
    remote_use_pem: true,
  }),
])('%j is taken as it is', (raw) => {
  expect(checkInput(createInvocationsInput, raw)).toEqual({ ok: true, value: raw });
});

test.each([
  { raw: install({ instance_ids: [] }), paths: ['instance_ids'] },
  { raw: install({ instance_ids: undefined }), paths: ['instance_ids'] },
  { raw: install({ invocation_type: 'UPDATE', instance_ids: undefined }), paths: ['instance_ids'] },
  {
    raw: install({ instance_ids: ['a', null, 5, ['b'], '', 'a_b', 'a'.repeat(65)] }),
    paths: [1, 2, 3, 4, 5, 6].map((at) => `instance_ids[${at}]`),
  },
  { raw: install({ instance_ids: 'a' }), paths: ['instance_ids'] },
  { raw: install({ invocation_ids: ['a'] }), paths: ['invocation_ids'] },
  { raw: install({ remote_install_meta: [] }), paths: ['remote_install_meta'] },
  { raw: { invocation_type: 'ROLLBACK' }, paths: ['invocation_ids'] },
  { raw: { invocation_type: 'RETRY', invocation_ids: [] }, paths: ['invocation_ids'] },
  { raw: { invocation_type: 'ROLLBACK', instance_ids: ['a'] }, paths: ['invocation_ids', 'instance_ids'] },
  {
    raw: { invocation_type: 'RETRY', invocation_ids: ['a/b', '..', 'a'.repeat(65)] },
    paths: [0, 1, 2].map((at) => `invocation_ids[${at}]`),
  },
  { raw: { invocation_type: 'REMOTE_INSTALL' }, paths: ['remote_install_meta'] },
  { raw: { invocation_type: 'SET_REMOTE_INSTALLER', remote_install_meta: [] }, paths: ['remote_install_meta'] },
  { raw: { invocation_type: 'REMOTE_INSTALL', invocation_ids: ['a'], instance_ids: ['b'] }, paths: ['invocation_ids'] },
  {
    raw: { invocation_type: 'REMOTE_INSTALL', instance_ids: ids(101), remote_install_meta: [{}] },
    paths: ['instance_ids'],
  },
  { raw: install({ invocation_type: undefined }), paths: ['invocation_type'] },
  { raw: install({ invocation_type: 'UNINSTALL' }), paths: ['invocation_type'] },
  { raw: install({ invocation_target: 'uniagent' }), paths: ['invocation_target'] },
  { raw: install({ version: '' }), paths: ['version'] },
  { raw: install({ version: 'a b' }), paths: ['version'] },
  { raw: install({ version: 'a'.repeat(65) }), paths: ['version'] },
  { raw: install({ origin: 'console' }), paths: ['origin'] },
  { raw: install({ limit: 5 }), paths: ['limit'] },
  { raw: remote({ remote_ip: '::1' }), paths: ['remote_install_meta[0].remote_ip'] },
  { raw: remote({ remote_ip: 'host' }), paths: ['remote_install_meta[0].remote_ip'] },
  { raw: remote({ port: 123456 }), paths: ['remote_install_meta[0].port'] },
  { raw: remote({ port: 2.5 }), paths: ['remote_install_meta[0].port'] },
  { raw: remote({ port: '' }), paths: ['remote_install_meta[0].port'] },
  { raw: remote({ user_name: 'a'.repeat(17) }), paths: ['remote_install_meta[0].user_name'] },
  { raw: remote({ passwd: 'x' }), paths: ['remote_install_meta[0].passwd'] },
])('$raw is refused at $paths', ({ raw, paths }) => {
  expect(pathsOf(raw)).toEqual(paths);
});

test.each([
  { raw: install({ invocation_type: 'install' }), says: 'did you mean INSTALL?' },
  { raw: install({ version_type: 'ADVANCED_VERSION' }), says: 'did you mean ADVANCE_VERSION?' },
  { raw: install({ instance_ids: undefined, instance_id: 'a' }), says: 'did you mean instance_ids?' },
  { raw: { invocation_type: 'ROLLBACK' }, says: 'is mandatory for ROLLBACK and RETRY' },
  { raw: install({ invocation_ids: ['a'] }), says: 'is not taken by INSTALL, which goes by instance_ids' },
])('$raw is refused with "$says"', ({ raw, says }) => {
  expect(messagesOf(raw)).toContain(says);
});

test('broken single fields do not hide a list that does not fit the type', () => {
  expect(pathsOf({ invocation_type: 'RETRY', instance_ids: ['a'], origin: 'x' })).toEqual([
    'origin',
    'invocation_ids',
    'instance_ids',
  ]);
});

test.each([
  { schema: createInvocationsInput, most: 10_000 },
  { schema: batchCreateRequest, most: 100 },
])('at most $most ids are taken', ({ schema, most }) => {
  expect(pathsOf(install({ instance_ids: ids(most) }), schema)).toEqual([]);
  expect(pathsOf(install({ instance_ids: ids(most + 1) }), schema)).toEqual(['instance_ids']);
});

test.each([0, 22, 65536])('port %i as a number becomes text', (port) => {
  const checked = checkInput(createInvocationsInput, remote({ port }));
  expect(checked.ok && checked.value.remote_install_meta).toEqual([{ port: String(port) }]);
});

test('the checked lists are copies', () => {
  const raw = install();
  const checked = checkInput(createInvocationsInput, raw);
  raw.instance_ids.push('later');
  expect(checked.ok && checked.value.instance_ids).toEqual(['ecs-web-0001']);
});
