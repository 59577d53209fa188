import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BuiltFunction, build } from '../../build.mjs';
import { functionNames, projectRoot } from './temp-project.js';

const dist = join(projectRoot, 'dist');

describe.each(functionNames)('the bundle of %s', (name) => {
  let code: Buffer;
  let zip: Uint8Array;
  beforeAll(async () => {
    code = await readFile(join(dist, name, 'index.js'));
    zip = await readFile(join(dist, `${name}.zip`));
  });

  test('is at most 200,000 bytes, 290,000 with the database client and 400,000 with JSONata beside it', () => {
    // Texts of their own errors tell what a bundle holds.
    const holdsJsonata = code.includes('Syntax error: {{token}}');
    const holdsDatabase = code.includes('DATABASE_OUTCOME_UNKNOWN');
    const most = holdsJsonata ? 400_000 : holdsDatabase ? 290_000 : 200_000;

    expect(code.length).toBeLessThanOrEqual(most);
  });

  test('is the only file of its zip', () => {
    const files = unzipSync(zip);

    expect(Object.keys(files)).toEqual(['index.js']);
    expect(Buffer.compare(files['index.js'] ?? new Uint8Array(), code)).toBe(0);
  });

  test('stands alone in its folder, with its map elsewhere', async () => {
    expect(await readdir(join(dist, name))).toEqual(['index.js']);
    expect(await readdir(join(dist, 'maps'))).toContain(`${name}.js.map`);
    expect(code.toString()).not.toContain('sourceMappingURL');
  });

  test('holds no path of the machine that built it', async () => {
    const map = await readFile(join(dist, 'maps', `${name}.js.map`), 'utf8');

    expect(code.toString()).not.toContain(dirname(projectRoot));
    expect(JSON.parse(map).sources.filter(isAbsolute)).toEqual([]);
  });

  test('requires nothing but modules of Node', () => {
    const required = [...code.toString().matchAll(/require\("([^"]+)"\)/g)].map(([, module]) => module);

    expect(required.filter((module) => !isBuiltin(module ?? ''))).toEqual([]);
  });

  test('exports a handler and an initializer of two parameters', async () => {
    const script = `const { handler, initializer } = require(${JSON.stringify(join(dist, name, 'index.js'))});
      console.log(handler.length, initializer.length)`;

    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);

    expect(stdout.trim()).toBe('2 2');
  });
});

describe('the build', () => {
  test('tells the bytes of each bundle', async () => {
    const built: BuiltFunction[] = await build({ quiet: true });

    expect(built.map(({ name }) => name)).toEqual(functionNames);
    expect(built.every(({ bytes, zipBytes }) => bytes > zipBytes && zipBytes > 1000)).toBe(true);
  });
});
