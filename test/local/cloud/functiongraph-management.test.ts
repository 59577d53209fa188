import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { send, startTestCloud, type TestReply } from './cloud-under-test.js';
import {
  create,
  creation,
  type FakePlatform,
  fakePlatform,
  functionsPath,
  urnOf,
  zipOf,
} from './functiongraph-under-test.js';

let cloud: Cloud;
let platform: FakePlatform;
beforeEach(async () => {
  platform = fakePlatform();
  cloud = await startTestCloud({ platform });
});
afterEach(() => cloud.close());

const echo = `${functionsPath}/${urnOf('echo')}:latest`;

function get(target: string): Promise<TestReply> {
  return send(cloud, { target });
}

function put(target: string, body: unknown): Promise<TestReply> {
  return send(cloud, { method: 'PUT', target, body });
}

function config(settings: object = {}): object {
  const { func_name, runtime, handler, memory_size, timeout } = creation();
  return { func_name, runtime, handler, memory_size, timeout, ...settings };
}

describe('creating a function', () => {
  it('answers with what it is and puts it on the platform', async () => {
    const variables = { user_data: '{"PLACE":"here"}', encrypted_user_data: '{"KEY":"sesame"}' };
    const reply = await create(cloud, { ...variables, app_xrole: 'fleet', description: 'says it again' });
    expect(reply).toMatchObject({
      status: 200,
      json: {
        func_urn: `${urnOf('echo')}:latest`,
        func_name: 'echo',
        package: 'default',
        version: 'latest',
        user_data: '{"PLACE":"here"}',
        last_modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
      },
    });
    expect(platform.functions.get('echo')).toMatchObject({
      handler: 'index.handler',
      memorySize: 128,
      agency: 'fleet',
      environment: { PLACE: 'here' },
      encryptedEnvironment: { KEY: 'sesame' },
    });
  });

  it('tells the code by size and SHA-512 of the zip', async () => {
    const zip = Buffer.from(zipOf({ 'index.js': '// code' }), 'base64');
    const { json } = await create(cloud, { func_code: { file: zip.toString('base64') } });
    expect([json.code_size, json.digest]).toEqual([zip.length, createHash('sha512').update(zip).digest('hex')]);
  });

  it('stops a function after 3 s unless it says otherwise', async () => {
    expect((await create(cloud, { timeout: undefined })).json.timeout).toBe(3);
  });

  it('takes source text as the file that the handler names', async () => {
    const file = Buffer.from('exports.main = 1;').toString('base64');
    await create(cloud, { code_type: 'inline', handler: 'app.main', func_code: { file } });
    expect(sourceIn(platform, 'app.js')).toBe('exports.main = 1;');
  });

  it('keeps settings that mean nothing here', async () => {
    await create(cloud, { func_vpc: { vpc_id: 'v', subnet_id: 's' }, made_up: 1 });
    const { json } = await get(`${echo}/config`);
    expect([json.func_vpc, json.made_up]).toEqual([{ vpc_id: 'v', subnet_id: 's' }, undefined]);
  });

  it('takes a zip beyond the 12 MB of other requests', async () => {
    const file = zipOf({ 'index.js': '', 'noise.txt': noise(10 * 1024 * 1024) });
    expect((await create(cloud, { func_code: { file } })).status).toBe(200);
  });

  it.each([
    ['a name with a space', { func_name: 'a b' }, 400, 'FSS.1002', 'func_name'],
    ['no name', { func_name: undefined }, 400, 'FSS.1002', 'func_name'],
    ['a handler without a dot', { handler: 'index' }, 400, 'FSS.1003', 'FILE.EXPORT'],
    ['an empty application', { package: '' }, 400, 'FSS.1004', 'package'],
    ['a runtime that does not exist', { runtime: 'Node.js20.x' }, 400, 'FSS.1005', 'Node.js20.15'],
    ['a runtime that is not here', { runtime: 'Python3.9' }, 400, 'FSS.1005', 'Node.js only'],
    ['code in OBS', { code_type: 'obs' }, 400, 'FSS.1006', 'zip and inline'],
    ['memory in between', { memory_size: 200 }, 400, 'FSS.1007', '128, 256'],
    ['memory as text', { memory_size: '128' }, 400, 'FSS.1007', 'memory_size'],
    ['a timeout below 3 s', { timeout: 2 }, 400, 'FSS.1008', '3 to 259,200'],
    ['variables that are no JSON', { user_data: 'A=1' }, 400, 'FSS.1009', 'JSON text'],
    ['a variable that is no text', { user_data: '{"A":1}' }, 400, 'FSS.1009', 'JSON text'],
    ['21 variables', { user_data: JSON.stringify(many(21)) }, 400, 'FSS.1017', '(20)'],
    ['21 encrypted variables', { encrypted_user_data: JSON.stringify(many(21)) }, 400, 'FSS.1017', '(20)'],
    [
      '4,097 characters of variables',
      { user_data: sized(2049), encrypted_user_data: sized(2048) },
      400,
      'FSS.1018',
      '4097',
    ],
    ['513 characters of description', { description: 'x'.repeat(513) }, 400, 'FSS.1019', '512'],
    ['an initializer elsewhere', { initializer_handler: 'other.init' }, 400, 'FSS.1404', 'index.EXPORT'],
    ['an initializer for 301 s', { initializer_timeout: 301 }, 400, 'FSS.1405', '300'],
    ['no code', { func_code: undefined }, 400, 'FSS.1012', 'func_code'],
    ['empty code', { func_code: { file: '' } }, 400, 'FSS.1012', 'func_code'],
    ['code that is no zip', { func_code: { file: 'bm90IGEgemlw' } }, 400, 'FSS.1011', 'not a zip'],
    [
      'a zip without the file',
      { func_code: { file: zipOf({ 'app.js': '' }) } },
      400,
      'FSS.1011',
      'index.js at the root',
    ],
    ['a zip of a folder', { func_code: { file: zipOf({ 'a/index.js': '' }) } }, 400, 'FSS.1011', 'not the folder'],
    ['a zip that leads out', { func_code: { file: zipOf({ 'index.js': '', '../x': '' }) } }, 400, 'FSS.1011', '../x'],
    ['a source over 10 KB', { code_type: 'inline', func_code: { file: base64(10_241) } }, 413, 'FSS.1072', '10241'],
    ['a zip over 50 MB', { func_code: { file: base64(50 * 1024 * 1024 + 1) } }, 413, 'FSS.1071', '50 MB'],
  ])('refuses %s and creates nothing', async (_what, settings, status, error_code, said) => {
    const reply = await create(cloud, settings);
    expect(reply).toMatchObject({ status, json: { error_code, error_msg: expect.stringContaining(said) } });
    expect([platform.functions.size, (await get(functionsPath)).json.count]).toEqual([0, 0]);
  });

  it('takes 4,096 characters of variables', async () => {
    expect((await create(cloud, { user_data: sized(2048), encrypted_user_data: sized(2048) })).status).toBe(200);
  });

  it('refuses a body that is no JSON', async () => {
    const reply = await send(cloud, { target: functionsPath, body: '{"func_name":' });
    expect(reply).toMatchObject({ status: 406, json: { error_code: 'FSS.0406' } });
  });

  it('refuses a name that is taken, and leaves that function alone', async () => {
    await create(cloud);
    const reply = await create(cloud, { timeout: 30 });
    expect([reply.status, reply.json.error_code, platform.functions.get('echo')?.timeout]).toEqual([
      409,
      'FSS.1061',
      3,
    ]);
  });

  it('lets one of two creations at once win', async () => {
    const replies = await Promise.all([create(cloud), create(cloud)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is found by its URN with encoded colons, too', async () => {
    await create(cloud);
    const encoded = `${functionsPath}/${encodeURIComponent(`${urnOf('echo')}:latest`)}/config`;
    expect((await get(encoded)).status).toBe(200);
  });

  it.each([
    ['under a name of its own for this machine', { host: 'page.example:3001' }],
    ['as itself', { origin: 'https://page.example' }],
  ])('does not run the code of a web page that calls %s, rightly signed or not', async (_how, headers) => {
    await create(cloud);
    const code = { code_type: 'zip', func_code: { file: zipOf({ 'index.js': '// theirs' }) } };
    const replies = [
      await send(cloud, { target: functionsPath, body: creation({ func_name: 'theirs' }), headers }),
      await send(cloud, { method: 'PUT', target: `${echo}/code`, body: code, headers }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([403, 403]);
    expect([[...platform.functions.keys()], sourceIn(platform).includes('theirs')]).toEqual([['echo'], false]);
  });

  it('asks for a signature', async () => {
    const reply = await send(cloud, { target: functionsPath, body: creation(), unsigned: true });
    expect([reply.status, platform.functions.size]).toEqual([401, 0]);
  });
});

describe('listing functions', () => {
  it('goes from page to page until the next marker is 0', async () => {
    for (const func_name of ['a', 'b', 'c']) await create(cloud, { func_name });
    const first = await get(`${functionsPath}?maxitems=2`);
    const last = await get(`${functionsPath}?maxitems=2&marker=${first.json.next_marker}`);
    expect([first, last].map(({ json }) => [json.functions.map(nameOf), json.next_marker, json.count])).toEqual([
      [['a', 'b'], 2, 3],
      [['c'], 0, 3],
    ]);
  });

  it('can be kept to an application and a part of the name', async () => {
    await create(cloud, { func_name: 'red-one', package: 'fleet' });
    await create(cloud, { func_name: 'red-two' });
    await create(cloud, { func_name: 'blue', package: 'fleet' });
    const { json } = await get(`${functionsPath}?package_name=fleet&func_name=red`);
    expect(json.functions.map(nameOf)).toEqual(['red-one']);
  });

  it.each(['maxitems=0', 'maxitems=401', 'marker=-1', 'marker=x'])('refuses %s', async (query) => {
    expect(await get(`${functionsPath}?${query}`)).toMatchObject({ status: 400, json: { error_code: 'FSS.1001' } });
  });
});

describe('encrypted variables', () => {
  it('are never shown, but for their names', async () => {
    const first = await create(cloud, { encrypted_user_data: '{"KEY":"sesame"}' });
    const looks = [
      first,
      await put(`${echo}/config`, config({ encrypted_user_data: '{"KEY":"sesame","OTHER":"sesame"}' })),
      ...(await Promise.all(['/config', '/code', '/versions'].map((of) => get(`${echo}${of}`)))),
      await get(functionsPath),
      await send(cloud, { target: '/_local/state', unsigned: true }),
      await send(cloud, { target: '/_local/requests', unsigned: true }),
    ];
    expect(looks.filter(({ text }) => text.includes('sesame'))).toEqual([]);
    expect(looks[1]?.json.encrypted_user_data).toBe('{"KEY":"***","OTHER":"***"}');
  });
});

describe('changing the settings', () => {
  beforeEach(() => create(cloud, { user_data: '{"A":"1"}', encrypted_user_data: '{"B":"2"}', description: 'old' }));

  it('holds for the platform and the next look', async () => {
    const reply = await put(`${echo}/config`, config({ timeout: 60, memory_size: 256, user_data: '{"C":"3"}' }));
    const shown = await get(`${echo}/config`);
    expect([reply.status, shown.json]).toEqual([200, reply.json]);
    expect(platform.functions.get('echo')).toMatchObject({ timeout: 60, memorySize: 256, environment: { C: '3' } });
  });

  it('leaves alone what it does not name', async () => {
    await put(`${echo}/config`, config());
    expect(platform.functions.get('echo')).toMatchObject({
      description: 'old',
      environment: { A: '1' },
      encryptedEnvironment: { B: '2' },
    });
  });

  it('takes away what it names as empty', async () => {
    await put(`${echo}/config`, config({ user_data: '', encrypted_user_data: '', description: '' }));
    expect(platform.functions.get('echo')).toMatchObject({
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
    const before = platform.functions.get('echo');
    const reply = await put(`${echo}/config`, config({ description: 'new', ...settings }));
    expect(reply).toMatchObject({ status: 400, json: { error_code, error_msg: expect.stringContaining(said) } });
    expect(platform.functions.get('echo')).toBe(before);
  });
});

describe('changing the code', () => {
  beforeEach(() => create(cloud));

  it('replaces it, and shows it', async () => {
    const file = zipOf({ 'index.js': '// new' });
    const reply = await put(`${echo}/code`, { code_type: 'zip', code_filename: 'new.zip', func_code: { file } });
    const shown = await get(`${echo}/code`);
    expect([reply.status, reply.json.digest, shown.json.func_code.file]).toEqual([200, shown.json.digest, file]);
    expect(sourceIn(platform)).toBe('// new');
  });

  it('refuses code without the file of the handler and keeps the old code', async () => {
    const reply = await put(`${echo}/code`, { code_type: 'zip', func_code: { file: zipOf({ 'app.js': '' }) } });
    expect([reply.status, reply.json.error_code, Object.keys(platform.code.get('echo') ?? {})]).toEqual([
      400,
      'FSS.1011',
      ['index.js'],
    ]);
  });
});

describe('deleting a function', () => {
  it.each(['', ':latest'])('takes it away by its URN with "%s"', async (version) => {
    await create(cloud);
    const reply = await send(cloud, { method: 'DELETE', target: `${functionsPath}/${urnOf('echo')}${version}` });
    expect([reply.status, reply.text, platform.functions.size, (await get(functionsPath)).json.count]).toEqual([
      204,
      '',
      0,
      0,
    ]);
  });
});

describe('a reset of the cloud', () => {
  it('leaves the functions deployed', async () => {
    await create(cloud);
    await send(cloud, { method: 'POST', target: '/_local/reset', unsigned: true });
    expect([(await get(`${echo}/config`)).status, platform.functions.has('echo')]).toEqual([200, true]);
  });
});

describe('versions and aliases', () => {
  beforeEach(() => create(cloud));

  it('are latest, and none', async () => {
    const versions = await get(`${echo}/versions`);
    const aliases = await get(`${echo}/aliases`);
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
    expect(await get(`${functionsPath}/${urn}/config`)).toMatchObject({ status: 404, json: { error_code } });
  });
});

describe('with a directory', () => {
  it('saved code that is not there is told with a remedy', async () => {
    const persistDir = await mkdtemp(join(tmpdir(), 'fleetbatch-cloud-'));
    onTestFinished(() => rm(persistDir, { recursive: true }));
    const first = await startTestCloud({ platform, persistDir });
    await create(first);
    await first.close();
    await rm(join(persistDir, 'function-code'), { recursive: true });
    await expect(startTestCloud({ platform, persistDir })).rejects.toThrow(
      /code of the function echo .* move the directory/,
    );
  });

  it('functions and their code are there after a restart, and dropped code is not', async () => {
    const persistDir = await mkdtemp(join(tmpdir(), 'fleetbatch-cloud-'));
    onTestFinished(() => rm(persistDir, { recursive: true }));
    await cloud.close();
    cloud = await startTestCloud({ platform, persistDir });
    await create(cloud, { encrypted_user_data: '{"KEY":"sesame"}' });
    const file = zipOf({ 'index.js': '// new' });
    await put(`${echo}/code`, { code_type: 'zip', func_code: { file } });
    await cloud.close();
    const restarted = fakePlatform();
    cloud = await startTestCloud({ platform: restarted, persistDir });
    const kept = await readdir(join(persistDir, 'function-code'));
    const shown = await get(`${echo}/code`);
    expect([kept.length, shown.json.func_code.file, sourceIn(restarted)]).toEqual([1, file, '// new']);
    expect(restarted.functions.get('echo')).toEqual(platform.functions.get('echo'));
  });
});

function sourceIn(of: FakePlatform, file = 'index.js'): string {
  return Buffer.from(of.code.get('echo')?.[file] ?? []).toString();
}

function nameOf({ func_name }: { func_name: string }): string {
  return func_name;
}

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, '']));
}

/** Variables whose JSON text has this length. */
function sized(length: number): string {
  const rest = length - JSON.stringify({ A: '' }).length;
  return JSON.stringify({ A: 'x'.repeat(rest) });
}

function base64(bytes: number): string {
  return Buffer.alloc(bytes, 'x').toString('base64');
}

/** Text that does not get smaller in a zip. */
function noise(length: number): string {
  let text = '';
  let seed = 'noise';
  while (text.length < length) {
    seed = createHash('sha512').update(seed).digest('base64');
    text += seed;
  }
  return text;
}
