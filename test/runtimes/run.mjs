/**
 * Every built bundle under every Node.js version that it has to run on, each once in a fresh process, against a cloud on
 * loopback, and the build itself under each of them, which has to give the same bytes: `node test/runtimes/run.mjs`, after
 * `npm run build`.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tsImport } from 'tsx/esm/api';
import { installedRuntimes } from './runtimes.mjs';

const { readServiceFile } = await tsImport('../../serverless/service-file.ts', import.meta.url);
const { startLoopbackCloud } = await tsImport('../functions/loopback-cloud.ts', import.meta.url);
const fileOf = (path) => fileURLToPath(new URL(path, import.meta.url));

async function probe(runtime, name, cloudUrl) {
  const bundle = fileOf(`../../dist/${name}/index.js`);
  if (!existsSync(bundle)) return { problems: [`dist/${name}/index.js is missing: run \`npm run build\` first`] };
  // A function without a route is called by its timer.
  const [event] = ['apig', 'timer'].map((trigger) => fileOf(`../../events/${name}.${trigger}.json`)).filter(existsSync);
  const args = [fileOf('./probe.cjs'), bundle, event, cloudUrl];
  try {
    // Of the environment only what a system needs: no NODE_OPTIONS, no settings of the user.
    const { stdout } = await promisify(execFile)(runtime.path, args, {
      env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
      timeout: 30_000,
    });
    return JSON.parse(stdout);
  } catch (error) {
    return { problems: [error.message] };
  }
}

const filesOf = ({ functions }) => functions.flatMap(({ bundle, zip, map }) => [bundle, zip, map]);

/** Builds once more with another Node.js; what differs from `dist`. */
async function rebuild(runtime, folder) {
  const options = { outDir: join(folder, 'dist'), packageDir: join(folder, 'package'), types: false, quiet: true };
  const script = `const { build } = await import(${JSON.stringify(new URL('../../build.mjs', import.meta.url).href)});
    await build(${JSON.stringify(options)});`;
  try {
    await promisify(execFile)(runtime.path, ['--input-type=module', '-e', script], {
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: 120_000,
    });
    const wanted = filesOf(JSON.parse(readFileSync(fileOf('../../dist/manifest.json'), 'utf8')));
    const made = filesOf(JSON.parse(readFileSync(join(folder, 'dist', 'manifest.json'), 'utf8')));
    return wanted.filter(({ file, sha256 }) => !made.some((other) => other.file === file && other.sha256 === sha256));
  } catch (error) {
    return [{ file: error.message }];
  }
}

let passed = 0;
let failed = 0;
const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-runtimes-'));
try {
  const runtimes = installedRuntimes();
  const names = readServiceFile(fileOf('../../serverless.yml')).functions.map(({ name }) => name);
  const cloud = await startLoopbackCloud();
  for (const runtime of runtimes) {
    for (const name of names) {
      const { problems, statusCode, ms } = await probe(runtime, name, cloud.url);
      const isGood = problems.length === 0;
      if (isGood) passed += 1;
      else failed += 1;
      const found = isGood ? `answered ${statusCode}, ${ms} ms after its start` : problems.join('; ');
      console.log(`${isGood ? 'ok    ' : 'FAILED'}  Node.js ${runtime.version.padEnd(8)}  ${name.padEnd(24)}${found}`);
    }
  }
  await cloud.close();
  for (const runtime of runtimes) {
    const different = await rebuild(runtime, join(folder, runtime.version));
    const isGood = different.length === 0;
    if (isGood) passed += 1;
    else failed += 1;
    const found = isGood ? 'gives the same bytes' : `differs in ${different.map(({ file }) => file).join(', ')}`;
    console.log(
      `${isGood ? 'ok    ' : 'FAILED'}  Node.js ${runtime.version.padEnd(8)}  ${'the build'.padEnd(24)}${found}`,
    );
  }
} catch (error) {
  console.error(error.message);
  failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
