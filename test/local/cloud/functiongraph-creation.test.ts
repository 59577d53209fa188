import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { send } from './cloud-under-test.js';
import {
  create,
  creation,
  echo,
  functionGraphTests,
  functionsPath,
  sized,
  sourceIn,
  urnOf,
  zipOf,
} from './functiongraph-under-test.js';

const on = functionGraphTests();

describe('creating a function', () => {
  it('answers with what it is and puts it on the platform', async () => {
    const variables = { user_data: '{"PLACE":"here"}', encrypted_user_data: '{"KEY":"sesame"}' };
    const reply = await create(on.cloud, { ...variables, app_xrole: 'fleet', description: 'says it again' });
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
    expect(on.platform.functions.get('echo')).toMatchObject({
      handler: 'index.handler',
      memorySize: 128,
      agency: 'fleet',
      environment: { PLACE: 'here' },
      encryptedEnvironment: { KEY: 'sesame' },
    });
  });

  it('tells the code by size and SHA-512 of the zip', async () => {
    const zip = Buffer.from(zipOf({ 'index.js': '// code' }), 'base64');
    const { json } = await create(on.cloud, { func_code: { file: zip.toString('base64') } });
    expect([json.code_size, json.digest]).toEqual([zip.length, createHash('sha512').update(zip).digest('hex')]);
  });

  it('stops a function after 3 s unless it says otherwise', async () => {
    expect((await create(on.cloud, { timeout: undefined })).json.timeout).toBe(3);
  });

  it('takes source text as the file that the handler names', async () => {
    const file = Buffer.from('exports.main = 1;').toString('base64');
    await create(on.cloud, { code_type: 'inline', handler: 'app.main', func_code: { file } });
    expect(sourceIn(on.platform, 'app.js')).toBe('exports.main = 1;');
  });

  it('keeps settings that mean nothing here', async () => {
    await create(on.cloud, { func_vpc: { vpc_id: 'v', subnet_id: 's' }, made_up: 1 });
    const { json } = await on.get(`${echo}/config`);
    expect([json.func_vpc, json.made_up]).toEqual([{ vpc_id: 'v', subnet_id: 's' }, undefined]);
  });

  it('takes a zip beyond the 12 MB of other requests', async () => {
    const file = zipOf({ 'index.js': '', 'noise.txt': noise(10 * 1024 * 1024) });
    expect((await create(on.cloud, { func_code: { file } })).status).toBe(200);
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
    [
      'a zip with a file in the place of a folder',
      { func_code: { file: zipOf({ 'index.js': '', 'index.js/x': '' }) } },
      400,
      'FSS.1011',
      'a file "index.js"',
    ],
    [
      'a zip with a name that no file can have',
      { func_code: { file: zipOf({ 'index.js': '', ['x'.repeat(256)]: '' }) } },
      400,
      'FSS.1011',
      'its name is too long',
    ],
    ['a zip that leads out', { func_code: { file: zipOf({ 'index.js': '', '../x': '' }) } }, 400, 'FSS.1011', '../x'],
    ['a source over 10 KB', { code_type: 'inline', func_code: { file: base64(10_241) } }, 413, 'FSS.1072', '10241'],
    ['a zip over 50 MB', { func_code: { file: base64(50 * 1024 * 1024 + 1) } }, 413, 'FSS.1071', '50 MB'],
  ])('refuses %s and creates nothing', async (_what, settings, status, error_code, said) => {
    const reply = await create(on.cloud, settings);
    expect(reply).toMatchObject({ status, json: { error_code, error_msg: expect.stringContaining(said) } });
    expect([on.platform.functions.size, (await on.get(functionsPath)).json.count]).toEqual([0, 0]);
  });

  it('takes 4,096 characters of variables', async () => {
    expect((await create(on.cloud, { user_data: sized(2048), encrypted_user_data: sized(2048) })).status).toBe(200);
  });

  it('refuses a body that is no JSON', async () => {
    const reply = await send(on.cloud, { target: functionsPath, body: '{"func_name":' });
    expect(reply).toMatchObject({ status: 406, json: { error_code: 'FSS.0406' } });
  });

  it('refuses a name that is taken, and leaves that function alone', async () => {
    await create(on.cloud);
    const reply = await create(on.cloud, { timeout: 30 });
    expect([reply.status, reply.json.error_code, on.platform.functions.get('echo')?.timeout]).toEqual([
      409,
      'FSS.1061',
      3,
    ]);
  });

  it('lets one of two creations at once win', async () => {
    const replies = await Promise.all([create(on.cloud), create(on.cloud)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is found by its URN with encoded colons, too', async () => {
    await create(on.cloud);
    const encoded = `${functionsPath}/${encodeURIComponent(`${urnOf('echo')}:latest`)}/config`;
    expect((await on.get(encoded)).status).toBe(200);
  });

  it.each([
    ['under a name of its own for this machine', { host: 'page.example:3001' }],
    ['as itself', { origin: 'https://page.example' }],
  ])('does not run the code of a web page that calls %s, rightly signed or not', async (_how, headers) => {
    await create(on.cloud);
    const code = { code_type: 'zip', func_code: { file: zipOf({ 'index.js': '// theirs' }) } };
    const replies = [
      await send(on.cloud, { target: functionsPath, body: creation({ func_name: 'theirs' }), headers }),
      await send(on.cloud, { method: 'PUT', target: `${echo}/code`, body: code, headers }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([403, 403]);
    expect([[...on.platform.functions.keys()], sourceIn(on.platform).includes('theirs')]).toEqual([['echo'], false]);
  });

  it('asks for a signature', async () => {
    const reply = await send(on.cloud, { target: functionsPath, body: creation(), unsigned: true });
    expect([reply.status, on.platform.functions.size]).toEqual([401, 0]);
  });
});

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, '']));
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
