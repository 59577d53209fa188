/**
 * How many pushes per second the built receiver commits into PostgreSQL, against a bare insert of one row; and what the database adds to
 * its cold start. Needs a server: TEST_DATABASE_URL, or the standard port of this machine; works in a schema of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../build.mjs';
import { testStores } from '../test/shared/store/test-databases.js';
import { median, shuffled } from './median.js';
import { bundleInto, runProbe } from './run-probe.js';
import { atLeast, printTable, verdict } from './table.js';

/** What is aimed at. IoTDA replays what it held back with 800 pushes per second (data forwarding page). */
const targets = { receiverOverBare: 0.5, pushesPerSecond: 800, slowestMs: 200, coldStartOverPlain: 1.6 };
const coldStarts = 20;

export async function benchReceiver(): Promise<void> {
  const server = (await testStores()).at(-1);
  if (!server || server.name === 'PGlite') throw new Error('No PostgreSQL answers: set TEST_DATABASE_URL.');
  const folder = await mkdtemp(join(tmpdir(), 'fleetbatch-bench-'));
  const stage = await server.create();
  try {
    await build({ outDir: join(folder, 'dist'), packageDir: join(folder, 'package'), types: false, quiet: true });
    const receiver = join(folder, 'dist', 'receive-batchtask', 'index.js');
    console.log(`\nPushes into the built receiver, ${server.name} on loopback, 4 connections, 32 at once`);
    printRates(
      await runProbe(await bundleInto(folder, 'bench/probes/pushes.ts'), [receiver], '', folder, undefined, stage.url),
    );
    printColdStart(await coldStart(folder, receiver, stage.url));
  } finally {
    await stage.drop();
    await rm(folder, { recursive: true, force: true });
  }
}

function printRates({
  bare = 0,
  bareAgain = 0,
  receiver = 0,
  bareAlone = 0,
  receiverAlone = 0,
  slowestMs = 0,
  notKept = 0,
  kept = 0,
}: Record<string, number>): void {
  printTable(
    ['', '', ''],
    [
      ['bare inserts of one row, per second', bare, ''],
      ['bare inserts of one row, again', bareAgain, ''],
      ['pushes committed and answered, per second', receiver, atLeast(receiver, targets.pushesPerSecond)],
      ['pushes ÷ bare inserts', receiver / bare, atLeast(receiver / bare, targets.receiverOverBare)],
      ['one at a time: bare inserts of one row, per second', bareAlone, ''],
      ['one at a time: pushes, per second', receiverAlone, ''],
      [
        'one at a time: pushes ÷ bare inserts',
        receiverAlone / bareAlone,
        atLeast(receiverAlone / bareAlone, targets.receiverOverBare),
      ],
      ['99th percentile at 500 pushes per second, ms', slowestMs, verdict(slowestMs, targets.slowestMs)],
      ['pushes answered 503', notKept, verdict(notKept, 0)],
      ['pushes in the history afterwards', kept, ''],
    ],
  );
}

/** Medians of fresh processes in random order: load and first push, and from the start of the process to the answer. */
async function coldStart(folder: string, receiver: string, url: string) {
  const probe = await bundleInto(folder, 'bench/probes/first-push.ts');
  const runs = [undefined, url].map((database) => ({ database, sums: [] as number[], processes: [] as number[] }));
  for (const run of shuffled(runs.flatMap((entry) => Array.from({ length: coldStarts }, () => entry)))) {
    const found = await runProbe(probe, [receiver], '', folder, undefined, run.database);
    run.sums.push(found.sum ?? Number.NaN);
    run.processes.push(found.answered ?? Number.NaN);
  }
  const [plain, withDatabase] = runs.map(({ sums, processes }) => ({ sum: median(sums), process: median(processes) }));
  return { plain, withDatabase };
}

type Medians = { sum: number; process: number } | undefined;

function printColdStart({ plain, withDatabase }: { plain: Medians; withDatabase: Medians }): void {
  if (!plain || !withDatabase) return;
  const ratio = withDatabase.process / plain.process;
  console.log(`\nCold start of the receiver: medians of ${coldStarts} fresh processes each, in random order, ms`);
  printTable(
    ['', 'load + first push', 'with process start', ''],
    [
      ['without a database', plain.sum, plain.process, ''],
      ['with one: connection, and the push committed', withDatabase.sum, withDatabase.process, ''],
      ['÷ without', withDatabase.sum / plain.sum, ratio, verdict(ratio, targets.coldStartOverPlain)],
    ],
  );
}
