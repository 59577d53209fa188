/**
 * `npm run bench`: what a bundle weighs, what its cold start takes, what a warm call adds to the bare HTTP client, and how near
 * 10,000 ids come to the ideal. `npm run bench -- --samples 60` takes more cold starts. Figures depend on the machine: read
 * the ratios, and the line that measures the same bundle twice tells how much of a difference is noise.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { selfSigned } from '../test/build/self-signed.js';
import { type ColdStart, measureColdStarts } from './cold-start.js';
import { officialSdkHandlers } from './official-sdk.js';
import { bundleInto, runProbe } from './run-probe.js';
import { type StubCloud, startStubCloud } from './stub-cloud.js';
import { printTable, verdict } from './table.js';

const { values } = parseArgs({ options: { samples: { type: 'string', default: '30' } } });
const samples = Math.max(1, Math.floor(Number(values.samples)) || 30);

/** What is aimed at; each is printed beside the figure. */
const targets = {
  bundleBytes: 200_000,
  coldStartOverBare: 1.6,
  coldStartOverSdk: 0.35,
  warmOverBare: 1.6,
  manyIdsOverIdeal: 1.2,
  manyIdsRssMb: 128,
};

async function main(folder: string): Promise<void> {
  const cloud = await startStubCloud();
  try {
    await benchBytes(folder);
    await benchColdStart(folder, cloud);
    await benchWarmPath(folder, cloud);
    await benchManyIds(folder, cloud);
  } finally {
    cloud.close();
  }
}

async function benchBytes(folder: string): Promise<void> {
  const built = await build({
    outDir: join(folder, 'dist'),
    packageDir: join(folder, 'package'),
    types: false,
    quiet: true,
  });
  console.log('\nBundles');
  printTable(
    ['', 'bytes', 'zip bytes', ''],
    built.map(({ name, bytes, zipBytes }) => [name, bytes, zipBytes, verdict(bytes, targets.bundleBytes)]),
  );
}

async function benchColdStart(folder: string, cloud: StubCloud): Promise<void> {
  const ours = join(folder, 'dist', 'list-invocations', 'index.js');
  const sdk = await officialSdkHandlers(folder);
  const contestants = {
    bare: { name: 'bare node:https handler', handler: await bundleInto(folder, 'bench/probes/bare-handler.ts') },
    ours: { name: 'list-invocations', handler: ours },
    again: { name: 'list-invocations, again', handler: ours },
    sdk: { name: 'official SDK', handler: sdk.bundled },
    sdkAsOurs: { name: 'official SDK, built as ours', handler: sdk.builtAsOurs },
    undici: {
      name: 'slim undici alone',
      handler: await bundleInto(folder, 'bench/probes/slim-undici-alone.ts', false),
    },
    libraries: {
      name: 'undici, zod, middy and a signature',
      handler: await bundleInto(folder, 'bench/probes/given-libraries.ts', false),
    },
  };
  const probe = await bundleInto(folder, 'bench/probes/first-call.ts');
  const tls = selfSigned();
  const certificate = join(folder, 'certificate.pem');
  await writeFile(certificate, tls.cert);
  const tlsCloud = await startStubCloud(tls);
  try {
    const run = { probe, home: folder };
    const overTls = { ...run, cloudUrl: tlsCloud.url, certificate };
    printColdStarts('HTTPS', await measureColdStarts(contestants, samples, overTls));
    printColdStarts('HTTP', await measureColdStarts(contestants, samples, { ...run, cloudUrl: cloud.url }));
  } finally {
    tlsCloud.close();
  }
}

type Role = 'bare' | 'ours' | 'again' | 'sdk' | 'sdkAsOurs' | 'undici' | 'libraries';

function printColdStarts(protocol: string, found: Readonly<Record<Role, ColdStart>>): void {
  const { bare, ours, sdk, undici, libraries } = found;
  console.log(
    `\nCold start over loopback ${protocol}: medians of ${samples} fresh processes each, in random order, ms`,
  );
  printTable(
    ['', 'load', 'load + first call', 'with process start', 'processor time', '÷ bare', '÷ SDK'],
    Object.values(found).map(({ name, load, sum, process, cpu }) => [
      name,
      ...[load, sum, process, cpu, sum / bare.sum, sum / sdk.sum],
    ]),
  );
  console.log('  Ratios are of load + first call.');
  const overBare = ours.sum / bare.sum;
  const overSdk = ours.sum / sdk.sum;
  printTable(
    ['', '', ''],
    [
      ['list-invocations ÷ bare', overBare, verdict(overBare, targets.coldStartOverBare)],
      ['the same, with process start', ours.process / bare.process, ''],
      ['the same, processor time', ours.cpu / bare.cpu, ''],
      ['slim undici alone ÷ bare', undici.sum / bare.sum, ''],
      ['undici, zod, middy and a signature ÷ bare', libraries.sum / bare.sum, ''],
      ['list-invocations ÷ SDK', overSdk, verdict(overSdk, targets.coldStartOverSdk)],
    ],
  );
}

async function benchWarmPath(folder: string, cloud: StubCloud): Promise<void> {
  const probe = await bundleInto(folder, 'bench/probes/warm-path.ts');
  const handler = join(folder, 'dist', 'list-invocations', 'index.js');
  const slimAlone = await bundleInto(folder, 'bench/probes/slim-undici-alone.ts', false);
  const libraries = await bundleInto(folder, 'bench/probes/given-libraries.ts', false);
  const clientAlone = await bundleInto(folder, 'bench/probes/client-alone.ts', false);
  const found = await runProbe(probe, [slimAlone, libraries, clientAlone, handler], cloud.url, folder);
  const [bare = 0, bareAgain = 0, slim = 0, least = 0, client = 0, ours = 0] = Object.values(found);
  console.log('\nWarm call, one after the other in one process: medians of 2,000, µs');
  printTable(
    ['', 'µs', ''],
    [
      ['undici.request alone', bare, ''],
      ['undici.request alone, again', bareAgain, ''],
      ['slim undici alone', slim, ''],
      ['undici, zod, middy and a signature', least, ''],
      ['the signed client alone', client, ''],
      ['list-invocations', ours, ''],
      ['what the handler adds', ours - bare, ''],
      ['slim undici alone ÷ undici.request', slim / bare, ''],
      ['undici, zod, middy and a signature ÷ undici.request', least / bare, ''],
      ['the signed client alone ÷ undici.request', client / bare, ''],
      ['list-invocations ÷ undici.request', ours / bare, verdict(ours / bare, targets.warmOverBare)],
    ],
  );
}

async function benchManyIds(folder: string, cloud: StubCloud): Promise<void> {
  cloud.latencyMs = 50;
  cloud.calls = 0;
  cloud.mostAtOnce = 0;
  const probe = await bundleInto(folder, 'bench/probes/many-ids.ts');
  const handler = join(folder, 'dist', 'create-invocations', 'index.js');
  const { ms = 0, cpuMs = 0, peakRssMb = 0 } = await runProbe(probe, [handler], cloud.url, folder);
  const { calls, mostAtOnce, latencyMs } = cloud;
  const bareProbe = await bundleInto(folder, 'bench/probes/bare-many-calls.ts');
  const bare = await runProbe(bareProbe, [String(mostAtOnce)], cloud.url, folder);
  const { ms: bareMs = 0, aloneMs = 0 } = bare;
  const ideal = (calls / mostAtOnce) * latencyMs;
  // Calls go in whole rounds: the last one takes as long as a full one.
  const inRounds = Math.ceil(calls / mostAtOnce) * latencyMs;
  console.log(
    `\n10,000 ids: ${calls} calls, ${mostAtOnce} at once, each answered after ${latencyMs} ms; fresh processes`,
  );
  printTable(
    ['', '', ''],
    [
      ['ideal: calls ÷ at once × latency, ms', ideal, ''],
      ['the same in whole rounds, ms', inRounds, ''],
      ['one call on its own by undici.request, ms', aloneMs, ''],
      ['all calls by undici.request alone, ms', bareMs, ''],
      ['create-invocations, ms', ms, ''],
      ['of that processor time, ms', cpuMs, ''],
      ['undici.request alone ÷ ideal', bareMs / ideal, ''],
      ['create-invocations ÷ ideal', ms / ideal, verdict(ms / ideal, targets.manyIdsOverIdeal)],
      ['create-invocations ÷ ideal in whole rounds', ms / inRounds, ''],
      ['create-invocations ÷ undici.request alone', ms / bareMs, ''],
      ['peak memory (RSS), MB', peakRssMb, verdict(peakRssMb, targets.manyIdsRssMb)],
    ],
  );
}

const folder = await mkdtemp(join(tmpdir(), 'fleetbatch-bench-'));
try {
  await main(folder);
} catch (error) {
  console.error(error instanceof Error && error.name === 'BuildError' ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
