import { cp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundleFile } from '../../build/bundle-function.mjs';
import { deviations, pinned } from '../../build/slim-undici.mjs';
import { build } from '../../build.mjs';
import { functionNames, projectRoot, tempFolder, tinyProject } from './temp-project.js';

const require = createRequire(import.meta.url);
const undiciDir = join(projectRoot, 'node_modules/undici');

/** undici's pinned files in another folder, with what the test changes in them. */
async function undiciWith(changes: Record<string, string>): Promise<string> {
  const folder = join(await tempFolder(), 'undici');
  for (const file of ['package.json', ...Object.keys(pinned.files)])
    await cp(join(undiciDir, file), join(folder, file));
  for (const [file, text] of Object.entries(changes)) await writeFile(join(folder, file), text);
  return folder;
}

describe('the guard of the slim undici', () => {
  test('finds nothing in the installed package', () => {
    expect(deviations(undiciDir)).toEqual([]);
  });

  test('tells another version, and what to do', async () => {
    const folder = await undiciWith({ 'package.json': '{ "version": "6.30.0" }' });

    expect(deviations(folder)).toEqual([
      'undici is 6.30.0, and the slim build was checked against 6.29.1 only: install it again with `npm ci`, ' +
        'or build with --whole-undici until build/slim-undici has been reviewed.',
    ]);
  });

  test.each(Object.keys(pinned.files))('tells a change of %s', async (file) => {
    const folder = await undiciWith({ [file]: '// changed' });

    const found = deviations(folder);

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`undici's ${file} is not the file of 6.29.1 that the slim build was checked against: `);
  });

  test('fails the build with its sentence', async () => {
    const root = await tinyProject({ 'node_modules/undici/package.json': '{ "version": "7.0.0" }' });

    await expect(build({ root, quiet: true })).rejects.toThrow(
      /functions\/list-invocations\/handler\.ts cannot be built:\n {2}undici is 7\.0\.0, and the slim build was checked/,
    );
  });

  test('lets a build with the whole of undici pass', async () => {
    const root = await tinyProject({ 'node_modules/undici/package.json': '{ "version": "7.0.0" }' });

    await expect(build({ root, quiet: true, wholeUndici: true })).resolves.toHaveLength(functionNames.length);
  });
});

describe('the slim undici', () => {
  test('is a third of the whole one', async () => {
    const entry = 'test/build/probe/undici-probe.ts';

    const slim = await bundleFile(projectRoot, entry, { wholeUndici: false });
    const whole = await bundleFile(projectRoot, entry, { wholeUndici: true });

    expect(slim.code.length).toBeLessThan(0.4 * whole.code.length);
  });

  test('loads neither HTTP/2 nor fetch nor node:http', async () => {
    const { code, meta } = await bundleFile(projectRoot, 'test/build/probe/undici-probe.ts', { wholeUndici: false });

    const inputs = Object.keys(meta.inputs).filter((path) => /undici\/lib\/(web|mock|handler|api)\//.test(path));
    expect(inputs).toEqual(['node_modules/undici/lib/web/fetch/body.js']); // the stand-in, under the name of what it replaces
    expect(textOf(code)).not.toMatch(/require\("node:(http|http2|https|assert|diagnostics_channel|querystring)"\)/);
  });

  test('compiles the parser at once and not in the background', async () => {
    const { code } = await bundleFile(projectRoot, 'test/build/probe/undici-probe.ts', { wholeUndici: false });

    expect(textOf(code)).toMatch(/new WebAssembly\.Module\([\s\S]*new WebAssembly\.Instance\(/);
    expect(textOf(code)).not.toMatch(/WebAssembly\.(compile|instantiate)\(/);
  });

  test('holds the same parser', async () => {
    const { code } = await probe(`export { default as parser } from 'undici/lib/llhttp/llhttp_simd-wasm.js';`);

    const parser: Buffer = load(code).parser;

    expect(parser.equals(require('undici/lib/llhttp/llhttp-wasm.js'))).toBe(true);
  });

  test('knows the same errors of the parser', async () => {
    const { code } = await probe(`export { default as constants } from 'undici/lib/llhttp/constants.js';`);
    const real = require('undici/lib/llhttp/constants.js');

    const { constants } = load(code);

    expect(constants.ERROR).toEqual(real.ERROR);
    expect(constants.TYPE.RESPONSE).toBe(real.TYPE.RESPONSE);
  });

  test('asks for no channel that its stand-in lacks', async () => {
    const files = ['core/request.js', 'dispatcher/client.js', 'dispatcher/client-h1.js'];
    const sources = await Promise.all(files.map((file) => readFile(join(undiciDir, 'lib', file), 'utf8')));
    const asked = new Set(sources.flatMap((text) => [...text.matchAll(/channels\.(\w+)/g)].map(([, name]) => name)));
    const { code } = await probe(`export { default as diagnostics } from 'undici/lib/core/diagnostics.js';`);

    const { channels } = load(code).diagnostics;

    expect([...asked].filter((name) => channels[String(name)]?.hasSubscribers !== false)).toEqual([]);
  });

  test.each(['request', 'stream', 'pipeline', 'connect', 'upgrade'])(
    'says that pool.%s() is left out',
    async (method) => {
      const { code } = await probe(`export { Pool } from 'undici';`);
      const { Pool } = load(code);

      expect(() => new Pool('http://127.0.0.1:1')[method]({ path: '/', method: 'GET' })).toThrow(
        `undici's pool.${method}() is left out of this bundle: use pool.dispatch(), or build with --whole-undici`,
      );
    },
  );

  test('fails the build where the source asks for another name of undici', async () => {
    await expect(probe(`import { Agent } from 'undici'; export const agent = new Agent();`)).rejects.toThrow(
      /No matching export in ".*build\/slim-undici\/entry\.mjs" for import "Agent"/,
    );
  });

  test('refuses to follow redirects', async () => {
    const { code } = await probe(`export { Pool } from 'undici';`);
    const { Pool } = load(code);
    const handler = {
      onConnect: () => undefined,
      onHeaders: () => true,
      onData: () => true,
      onComplete: () => undefined,
    };
    const pool = new Pool('http://127.0.0.1:1');

    const error = await new Promise((onError) => {
      pool.dispatch({ path: '/', method: 'GET', maxRedirections: 1 }, { ...handler, onError });
    });

    expect(error).toMatchObject({ message: expect.stringContaining("undici's following of redirects is left out") });
    await pool.destroy();
  });
});

/** Bundles one line of source with the slim undici. */
async function probe(source: string): Promise<{ code: Uint8Array }> {
  return bundleFile(await tinyProject({ 'probe.ts': source }), 'probe.ts', { wholeUndici: false });
}

function load(code: Uint8Array) {
  const module = { exports: {} };
  new Function('module', 'require', Buffer.from(code).toString())(module, require);
  // biome-ignore lint/suspicious/noExplicitAny: what a probe exports is known to its test alone
  return module.exports as any;
}

function textOf(code: Uint8Array): string {
  return Buffer.from(code).toString();
}
