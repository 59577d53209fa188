import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyOfProject, functionNames, projectRoot } from './temp-project.js';

const run = promisify(execFile);
/** Each builds the whole project, some of them at once. Milliseconds. */
const slow = 120_000;

interface Surroundings {
  readonly TZ: string;
  /** Of the C library and of ICU. */
  readonly LC_ALL: string;
  readonly LANG: string;
  /** Where the process runs. */
  readonly cwd: string;
  /** Whether the package's types are wanted, which takes the compiler. */
  readonly types?: boolean;
}

/** Builds in a process of its own, in other surroundings, and gives the hash of everything that was written. */
async function hashesOf(
  root: string,
  { cwd, types = false, ...variables }: Surroundings,
): Promise<Record<string, string>> {
  const script = `const { build } = await import(${JSON.stringify(pathToFileURL(join(projectRoot, 'build.mjs')).href)});
    await build(${JSON.stringify({ root, types, quiet: true })});`;
  await run(process.execPath, ['--input-type=module', '-e', script], { cwd, env: { ...process.env, ...variables } });
  const outDir = join(root, 'dist');
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes = files.map(async (file) => [relative(outDir, file), hashOf(await readFile(file))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test(
  'builds in other folders, time zones and languages give the same bytes, maps and documents included',
  async () => {
    const one = await copyOfProject();
    const other = await copyOfProject(one);

    const [here, there] = await Promise.all([
      hashesOf(one, { TZ: 'Pacific/Kiritimati', LC_ALL: 'C', LANG: 'C', cwd: one }),
      hashesOf(other, { TZ: 'America/Los_Angeles', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', cwd: tmpdir() }),
    ]);

    expect(there).toEqual(here);
    expect(await hashesOf(one, { TZ: 'Asia/Kathmandu', LC_ALL: 'C', LANG: 'C', cwd: one })).toEqual(here);
    const kinds = functionNames.flatMap((name) => [
      `${name}.zip`,
      join(name, 'index.js'),
      join('maps', `${name}.js.map`),
    ]);
    expect(Object.keys(here)).toEqual(expect.arrayContaining([...kinds, 'manifest.json', 'openapi.json']));
  },
  slow,
);

test(
  'the package can be imported and required by its name, and its types compile',
  async () => {
    const elsewhere = await copyOfProject();
    await hashesOf(elsewhere, { TZ: 'UTC', LC_ALL: 'C', LANG: 'C', cwd: elsewhere, types: true });
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

    expect(imported.trim()).toBe('function function');
    expect(required.trim()).toBe('function function');
    await compilesStrictly(elsewhere, ['consumer.mts', 'consumer.cts']);
  },
  slow,
);

/** A program that uses the package, compiled as ES module or CommonJS under the strictest rules and without passing over the package's own types. */
async function compilesStrictly(root: string, files: readonly string[]): Promise<void> {
  const folder = join(root, 'shared');
  const program = `import { sign, type CloudClient } from '@fleetbatch/shared/client';
    import { checkInput, startStopInput } from '@fleetbatch/shared/schemas';
    const { headers } = sign({ method: 'GET', url: 'https://example.com/' }, { ak: 'a', sk: 's' });
    export const authorization: string = headers.Authorization;
    export const projectOf = (cloud: CloudClient): string => cloud.projectId;
    export const checked = checkInput(startStopInput, {});`;
  await Promise.all(files.map((file) => writeFile(join(folder, file), program)));
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
  const kind = [
    '--ignoreConfig',
    '--module',
    'node16',
    '--target',
    'es2022',
    '--types',
    'node',
    '--noEmit',
    '--pretty',
    'false',
  ];
  const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');

  const compiled = run(process.execPath, [compiler, ...strict, ...kind, ...files], { cwd: folder });
  const { stdout } = await compiled.catch((failed: { stdout: string }) => failed);

  expect(stdout).toBe('');
}
