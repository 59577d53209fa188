import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyOfProject, functionNames, projectRoot } from './temp-project.js';

const run = promisify(execFile);

/** Builds in a process of its own, with its own time zone, and gives the hash of every zip and every bundle. */
async function hashesOf(root: string, TZ: string): Promise<Record<string, string>> {
  const outDir = join(root, 'dist');
  const options = { root, quiet: true };
  const script = `const { build } = await import(${JSON.stringify(pathToFileURL(join(projectRoot, 'build.mjs')).href)});
    await build(${JSON.stringify(options)});`;
  await run(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, TZ } });
  const hashes: Record<string, string> = {};
  for (const name of functionNames) {
    for (const file of [`${name}.zip`, `${name}/index.js`]) hashes[file] = hashOf(await readFile(join(outDir, file)));
  }
  return hashes;
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('two builds in two folders and two time zones give the same bytes', async () => {
  const one = await copyOfProject();
  const other = await copyOfProject(one);

  const [here, there] = await Promise.all([
    hashesOf(one, 'Pacific/Kiritimati'),
    hashesOf(other, 'America/Los_Angeles'),
  ]);

  expect(there).toEqual(here);
});

test('the package can be imported and required by its name, and its types compile', async () => {
  const elsewhere = await copyOfProject();
  await hashesOf(elsewhere, 'UTC');
  const byName = async (args: string[]) =>
    (await run(process.execPath, args, { cwd: join(elsewhere, 'shared') })).stdout;

  const imported = await byName([
    '--input-type=module',
    '-e',
    `import { sign } from '@fleetbatch/shared/client'; import { checkInput } from '@fleetbatch/shared/schemas';
     console.log(typeof sign, typeof checkInput)`,
  ]);
  const required = await byName([
    '-e',
    `console.log(typeof require('@fleetbatch/shared/client').sign, typeof require('@fleetbatch/shared/schemas').checkInput)`,
  ]);
  const types = await readdir(join(elsewhere, 'shared', 'dist', 'types'));

  expect(imported.trim()).toBe('function function');
  expect(required.trim()).toBe('function function');
  expect(types).toEqual(expect.arrayContaining(['client.d.ts', 'schemas.d.ts']));
});
