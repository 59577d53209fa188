import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { plainError } from '../../../local/plain-errors.js';
import { send, startTestCloud } from './cloud-under-test.js';
import {
  create,
  creation,
  echo,
  fakePlatform,
  functionGraphTests,
  functionsPath,
  sized,
  sourceIn,
  urnOf,
  zipOf,
} from './functiongraph-under-test.js';

const on = functionGraphTests();

function config(settings: object = {}): object {
  const { func_name, runtime, handler, memory_size, timeout } = creation();
  return { func_name, runtime, handler, memory_size, timeout, ...settings };
}

describe('listing functions', () => {
  it('goes from page to page until the next marker is 0', async () => {
    for (const func_name of ['a', 'b', 'c']) await create(on.cloud, { func_name });
    const first = await on.get(`${functionsPath}?maxitems=2`);
    const last = await on.get(`${functionsPath}?maxitems=2&marker=${first.json.next_marker}`);
    expect([first, last].map(({ json }) => [json.functions.map(nameOf), json.next_marker, json.count])).toEqual([
      [['a', 'b'], 2, 3],
      [['c'], 0, 3],
    ]);
  });

  it('can be kept to an application and a part of the name', async () => {
    await create(on.cloud, { func_name: 'red-one', package: 'fleet' });
    await create(on.cloud, { func_name: 'red-two' });
    await create(on.cloud, { func_name: 'blue', package: 'fleet' });
    const { json } = await on.get(`${functionsPath}?package_name=fleet&func_name=red`);
    expect(json.functions.map(nameOf)).toEqual(['red-one']);
  });

  it.each(['maxitems=0', 'maxitems=401', 'marker=-1', 'marker=x'])('refuses %s', async (query) => {
    expect(await on.get(`${functionsPath}?${query}`)).toMatchObject({ status: 400, json: { error_code: 'FSS.1001' } });
  });
});

describe('encrypted variables', () => {
  it('are never shown, but for their names', async () => {
    const first = await create(on.cloud, { encrypted_user_data: '{"KEY":"sesame"}' });
    const looks = [
      first,
      await on.put(`${echo}/config`, config({ encrypted_user_data: '{"KEY":"sesame","OTHER":"sesame"}' })),
      ...(await Promise.all(['/config', '/code', '/versions'].map((of) => on.get(`${echo}${of}`)))),
      await on.get(functionsPath),
      await send(on.cloud, { target: '/_local/state', unsigned: true }),
      await send(on.cloud, { target: '/_local/requests', unsigned: true }),
    ];
    expect(looks.filter(({ text }) => text.includes('sesame'))).toEqual([]);
    expect(looks[1]?.json.encrypted_user_data).toBe('{"KEY":"***","OTHER":"***"}');
  });
});

describe('changing the settings', () => {
  beforeEach(() => create(on.cloud, { user_data: '{"A":"1"}', encrypted_user_data: '{"B":"2"}', description: 'old' }));

  it('holds for the platform and the next look', async () => {
    const reply = await on.put(`${echo}/config`, config({ timeout: 60, memory_size: 256, user_data: '{"C":"3"}' }));
    const shown = await on.get(`${echo}/config`);
    expect([reply.status, shown.json]).toEqual([200, reply.json]);
    expect(on.platform.functions.get('echo')).toMatchObject({ timeout: 60, memorySize: 256, environment: { C: '3' } });
  });

  it('leaves alone what it does not name', async () => {
    await on.put(`${echo}/config`, config());
    expect(on.platform.functions.get('echo')).toMatchObject({
      description: 'old',
      environment: { A: '1' },
      encryptedEnvironment: { B: '2' },
    });
  });

  it('takes away what it names as empty', async () => {
    await on.put(`${echo}/config`, config({ user_data: '', encrypted_user_data: '', description: '' }));
    expect(on.platform.functions.get('echo')).toMatchObject({
      description: '',
      environment: {},
      encryptedEnvironment: {},
    });
  });

  it.each([
    ['another runtime', { runtime: 'Node.js18.15' }, 'FSS.1005', 'cannot be changed'],
    ['another name', { func_name: 'other' }, 'FSS.1002', 'cannot be changed'],
    ['a handler whose file is not there', { handler: 'app.handler' }, 'FSS.1003', 'app.js'],
    ['no timeout', { timeout: undefined }, 'FSS.1008', 'timeout'],
    ['too many variables together', { user_data: sized(4096) }, 'FSS.1018', 'All variables'],
  ])('refuses %s and changes nothing', async (_what, settings, error_code, said) => {
    const before = on.platform.functions.get('echo');
    const reply = await on.put(`${echo}/config`, config({ description: 'new', ...settings }));
    expect(reply).toMatchObject({ status: 400, json: { error_code, error_msg: expect.stringContaining(said) } });
    expect(on.platform.functions.get('echo')).toBe(before);
  });
});

describe('changing the code', () => {
  beforeEach(() => create(on.cloud));

  it('replaces it, and shows it', async () => {
    const file = zipOf({ 'index.js': '// new' });
    const reply = await on.put(`${echo}/code`, { code_type: 'zip', code_filename: 'new.zip', func_code: { file } });
    const shown = await on.get(`${echo}/code`);
    expect([reply.status, reply.json.digest, shown.json.func_code.file]).toEqual([200, shown.json.digest, file]);
    expect(sourceIn(on.platform)).toBe('// new');
  });

  it('refuses code without the file of the handler and keeps the old code', async () => {
    const reply = await on.put(`${echo}/code`, { code_type: 'zip', func_code: { file: zipOf({ 'app.js': '' }) } });
    expect([reply.status, reply.json.error_code, Object.keys(on.platform.code.get('echo') ?? {})]).toEqual([
      400,
      'FSS.1011',
      ['index.js'],
    ]);
  });
});

describe('deleting a function', () => {
  it.each(['', ':latest'])('takes it away by its URN with "%s"', async (version) => {
    await create(on.cloud);
    const reply = await send(on.cloud, { method: 'DELETE', target: `${functionsPath}/${urnOf('echo')}${version}` });
    expect([reply.status, reply.text, on.platform.functions.size, (await on.get(functionsPath)).json.count]).toEqual([
      204,
      '',
      0,
      0,
    ]);
  });
});

describe('a reset of the cloud', () => {
  it('leaves the functions deployed', async () => {
    await create(on.cloud);
    await send(on.cloud, { method: 'POST', target: '/_local/reset', unsigned: true });
    expect([(await on.get(`${echo}/config`)).status, on.platform.functions.has('echo')]).toEqual([200, true]);
  });
});

describe('versions and aliases', () => {
  beforeEach(() => create(on.cloud));

  it('are latest, and none', async () => {
    const versions = await on.get(`${echo}/versions`);
    const aliases = await on.get(`${echo}/aliases`);
    expect([versions.json.versions.map((one: { version: string }) => one.version), aliases.json]).toEqual([
      ['latest'],
      [],
    ]);
  });

  it.each([
    [`${urnOf('echo')}:v1`, 'FSS.1052'],
    [`${urnOf('echo')}:!live`, 'FSS.1053'],
    [`${urnOf('nothing')}:latest`, 'FSS.1051'],
  ])('of %s are not there', async (urn, error_code) => {
    expect(await on.get(`${functionsPath}/${urn}/config`)).toMatchObject({ status: 404, json: { error_code } });
  });
});

describe('with a directory', () => {
  it('saved code that is not there is told with a remedy', async () => {
    const persistDir = await mkdtemp(join(tmpdir(), 'fleetbatch-cloud-'));
    onTestFinished(() => rm(persistDir, { recursive: true }));
    const first = await startTestCloud({ platform: on.platform, persistDir });
    await create(first);
    await first.close();
    await rm(join(persistDir, 'function-code'), { recursive: true });
    const error: unknown = await startTestCloud({ platform: on.platform, persistDir }).catch((reason) => reason);
    expect(plainError(error)).toMatch(/^The saved code of the function echo .* move the directory/);
  });

  it('functions and their code are there after a restart, and dropped code is not', async () => {
    const persistDir = await mkdtemp(join(tmpdir(), 'fleetbatch-cloud-'));
    onTestFinished(() => rm(persistDir, { recursive: true }));
    await on.cloud.close();
    on.cloud = await startTestCloud({ platform: on.platform, persistDir });
    await create(on.cloud, { encrypted_user_data: '{"KEY":"sesame"}' });
    const file = zipOf({ 'index.js': '// new' });
    await on.put(`${echo}/code`, { code_type: 'zip', func_code: { file } });
    await on.cloud.close();
    const restarted = fakePlatform();
    on.cloud = await startTestCloud({ platform: restarted, persistDir });
    const kept = await readdir(join(persistDir, 'function-code'));
    const shown = await on.get(`${echo}/code`);
    expect([kept.length, shown.json.func_code.file, sourceIn(restarted)]).toEqual([1, file, '// new']);
    expect(restarted.functions.get('echo')).toEqual(on.platform.functions.get('echo'));
  });
});

function nameOf({ func_name }: { func_name: string }): string {
  return func_name;
}
