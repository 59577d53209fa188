import { execFile } from 'node:child_process';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { slimPg, withoutEarlyWork } from '../../build/slim-pg.mjs';
import { projectRoot, tempFolder } from './temp-project.js';

/** A file of node-postgres as the bundles have it. */
async function bundled(entry: string): Promise<string> {
  const outfile = join(await tempFolder(), 'bundle.cjs');
  const { outputFiles } = await build({
    ...{
      entryPoints: [entry],
      absWorkingDir: projectRoot,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
    },
    plugins: [slimPg],
  });
  await writeFile(outfile, outputFiles[0]?.contents ?? '');
  return outfile;
}

test("a client is made without Node's own undici, WebCrypto and DNS", async () => {
  const file = await bundled('./node_modules/pg/lib/index.js');
  const program = `const { Client } = require(${JSON.stringify(file)}); new Client({ host: '127.0.0.1', user: 'u', database: 'd' });
    process.stdout.write(process.moduleLoadList.join('\\n'));`;

  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program]);

  const dear = /internal\/deps\/undici\/undici$|internal\/crypto\/webcrypto$|NativeModule dns$/;
  expect(stdout.split('\n').filter((module) => dear.test(module))).toEqual([]);
});

interface Crypto {
  deriveKey(password: string, salt: Uint8Array, iterations: number): Promise<ArrayBuffer>;
  hmacSha256(key: Uint8Array, message: string): Promise<ArrayBuffer>;
  sha256(bytes: Uint8Array): Promise<ArrayBuffer>;
  md5(text: string): Promise<string>;
  randomBytes(length: number): Uint8Array;
}

test('a password is proved as before: what SCRAM is made of gives what node:crypto gives', async () => {
  const file = await bundled('./node_modules/pg/lib/crypto/utils.js');
  const found = createRequire(import.meta.url)(file) as Crypto;
  const salt = Buffer.from('salt of the server');

  const hex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex');
  expect([
    hex(await found.deriveKey('pässword', salt, 4_096)),
    hex(await found.hmacSha256(salt, 'Client Key')),
    hex(await found.sha256(salt)),
    await found.md5('text'),
    found.randomBytes(18).length,
    Buffer.from(found.randomBytes(18)).equals(found.randomBytes(18)),
  ]).toEqual([
    pbkdf2Sync('pässword', salt, 4_096, 32, 'sha256').toString('hex'),
    createHmac('sha256', salt).update('Client Key').digest('hex'),
    createHash('sha256').update(salt).digest('hex'),
    createHash('md5').update('text').digest('hex'),
    18,
    false,
  ]);
});

interface Types {
  getTypeParser(oid: number): (text: string) => unknown;
}

test.each([
  { type: 'boolean', oid: 16, text: 't' },
  { type: 'bigint', oid: 20, text: '9007199254740993' },
  { type: 'integer', oid: 23, text: '-7' },
  { type: 'text', oid: 25, text: 'words' },
  { type: 'json', oid: 114, text: '{"a":[1]}' },
  { type: 'double precision', oid: 701, text: '0.25' },
  { type: 'text[]', oid: 1009, text: '{a,"b,c",NULL}' },
  { type: 'timestamptz', oid: 1184, text: '2026-11-25 18:00:00.123+00' },
])('a value of type $type is read as by the whole client', async ({ oid, text }) => {
  const require = createRequire(import.meta.url);
  const slim = require(await bundled('./node_modules/pg-types/index.js')) as Types;
  const whole = require('pg-types') as Types;

  expect(slim.getTypeParser(oid)(text)).toEqual(whole.getTypeParser(oid)(text));
});

test('an interval, which no statement asks for, is refused in words', async () => {
  const slim = createRequire(import.meta.url)(await bundled('./node_modules/pg-types/index.js')) as Types;

  expect(() => slim.getTypeParser(1186)('01:00:00')).toThrow('postgres-interval is left out of this bundle');
});

test.each(['stream.js', 'crypto/utils.js', 'connection-parameters.js'])(
  '%s of another version, with other words there, ends the build',
  async (file) => {
    const text = await readFile(join(projectRoot, 'node_modules/pg/lib', file), 'utf8');

    expect(withoutEarlyWork(file, text)).not.toBe(text);
    expect(() => withoutEarlyWork(file, '// another version')).toThrow(
      `pg/lib/${file} is not as build/slim-pg.mjs knows it`,
    );
  },
);
