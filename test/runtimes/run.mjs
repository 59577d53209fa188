/**
 * Every built bundle under every Node.js version that it has to run on, each once in a fresh process, against a cloud on
 * loopback: `node test/runtimes/run.mjs`, after `npm run build`.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
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
  const args = [fileOf('./probe.cjs'), bundle, fileOf(`../../events/${name}.apig.json`), cloudUrl];
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

let passed = 0;
let failed = 0;
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
} catch (error) {
  console.error(error.message);
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
