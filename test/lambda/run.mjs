/**
 * `npm run test:lambda`, after `npm run build`: the zips of all functions under AWS's own runtime client on Node.js 20, 22 and 24,
 * against a cloud on loopback, and serverless.aws.yml packaged without a network. Not part of `npm test`: the runtime client
 * builds native code.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { installedRuntimes } from '../runtimes/runtimes.mjs';
import { packageForAws, sha256 } from './aws-package.mjs';
import * as cases from './cases.mjs';
import { installedTools } from './installed.mjs';
import { startInstance } from './instance.mjs';

const { readServiceFile } = await tsImport('../../serverless/service-file.ts', import.meta.url);
const { startLoopbackCloud, goodCloud } = await tsImport('../functions/loopback-cloud.ts', import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));

const secrets = ['local-secret-key-0000000000000000000001', 'the-session-token', 'localpushtoken'];
const variablesFor = (cloudUrl) => ({
  HUAWEICLOUD_REGION: 'cn-north-4',
  HUAWEICLOUD_SDK_AK: 'LOCALACCESSKEY000001',
  HUAWEICLOUD_SDK_SK: secrets[0],
  HUAWEICLOUD_SDK_SECURITY_TOKEN: secrets[1],
  HUAWEICLOUD_SDK_PROJECT_ID: '0123456789abcdef0123456789abcdef',
  CES_ENDPOINT: cloudUrl,
  IEF_ENDPOINT: cloudUrl,
  ROMA_ENDPOINT: cloudUrl,
  ROMA_INSTANCE_ID: 'roma-local-0001',
  IOTDA_PUSH_TOKEN: secrets[2],
});

const counts = { passed: 0, failed: 0 };

async function check(title, work) {
  try {
    await work();
    counts.passed += 1;
    console.log(`ok      ${title}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED  ${title}: ${error.message}`);
  }
}

/** By its route: the receiver of pushes answers whatever comes with 200, and knows a signature. */
const isReceiver = ({ routes }) => routes.some(({ path }) => path.startsWith('/notifications/'));
const isOverRuns = ({ routes }) => routes.some(({ path }) => path.startsWith('/chain-runs'));
/** Its samples are dry runs, which need neither a database nor a cloud. */
const isDryRun = ({ routes }) => routes.some(({ path }) => path.startsWith('/chains/'));

const ofTheCloud = [
  ['says what the cloud refuses', cases.refusedByTheCloud],
  ['answers before its deadline while the cloud is silent', cases.silentCloud],
  ['sends nothing twice over a broken connection', cases.brokenConnection],
];

/** The cases of a function, each with what they say. */
function casesOf(fn) {
  const end = ['lives on, and gives nothing away', cases.quietToTheEnd];
  if (fn.routes.length === 0) return [['answers a direct call', cases.directCall], end];
  if (isOverRuns(fn)) return [['says that it has no database', cases.withoutDatabase], end];
  const own = isReceiver(fn) ? [['keeps a push with a wrong signature outside', cases.wrongSignature]] : ofTheCloud;
  return [
    ['does the same for every trigger', cases.everyTrigger],
    ['refuses bad input', cases.badInput],
    ...(isDryRun(fn) ? [] : own),
    end,
  ];
}

async function checkFunction({ fn, runtime, runtimeClient, folder, cloud }) {
  const zip = join(root, 'dist', `${fn.name}.zip`);
  if (!existsSync(zip)) throw new Error(`dist/${fn.name}.zip is missing: run \`npm run build\` first`);
  const instance = await startInstance({
    node: runtime.path,
    runtimeClient,
    zip,
    folder: join(folder, runtime.version, fn.name),
    variables: variablesFor(cloud.url),
  });
  const isQuery = fn.routes[0]?.method === 'GET';
  const sample = (trigger) => JSON.parse(readFileSync(join(root, 'events', `${fn.name}.${trigger}.json`), 'utf8'));
  try {
    for (const [name, run] of casesOf(fn)) {
      cloud.script = goodCloud;
      const title = `Node.js ${runtime.version.padEnd(8)}  ${fn.name.padEnd(24)}${name}`;
      await check(title, () => run({ instance, sample, cloud, isQuery, isLenient: isReceiver(fn), secrets }));
    }
  } finally {
    await instance.stop();
  }
}

/** serverless.aws.yml: osls takes it without a network, and what it would deploy is what was tested here. */
async function checkPackage(osls, functions) {
  await check('serverless.aws.yml is packaged without a network', async () => {
    const { resources, artifactOf } = await packageForAws({ osls, root, folder: join(folder, 'package') });
    const all = Object.values(resources);
    const made = all.filter(({ Type }) => Type === 'AWS::Lambda::Function').map(({ Properties }) => Properties);
    const routes = all
      .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
      .map(({ Properties }) => Properties.RouteKey);
    const wanted = functions.flatMap((fn) => fn.routes.map(({ method, path }) => `${method} ${path}`));
    assert.deepEqual(
      made.map(({ FunctionName }) => FunctionName).sort(),
      functions.map(({ name }) => `fleetbatch-dev-${name}`).sort(),
    );
    assert.deepEqual(routes.sort(), wanted.sort());
    for (const { name } of functions) {
      assert.equal(sha256(artifactOf(name)), sha256(join(root, 'dist', `${name}.zip`)), `the zip of ${name}`);
    }
    // Lambda would repeat each failed event twice where nothing is said.
    const retries = all.filter(({ Type }) => Type === 'AWS::Lambda::EventInvokeConfig');
    assert.equal(retries.length, functions.length);
  });
}

const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-lambda-'));
const cloud = await startLoopbackCloud();
try {
  const { runtimeClient, osls } = installedTools();
  const { functions } = readServiceFile(join(root, 'serverless.yml'));
  await checkPackage(osls, functions);
  for (const runtime of installedRuntimes()) {
    for (const fn of functions) await checkFunction({ fn, runtime, runtimeClient, folder, cloud });
  }
} catch (error) {
  console.error(error.message);
  counts.failed += 1;
} finally {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
