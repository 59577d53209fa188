/**
 * Runs whose work in the cloud is under way, half of them Agent tasks and half IEF jobs, followed by one pass of the built engine: how long it
 * takes, how many calls of the cloud, and whether the memory depends on how many runs there are. Needs a server, as receiver.ts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../build.mjs';
import { type TestDatabase, type TestStore, testStores } from '../test/shared/store/test-databases.js';
import { bundleInto, runProbe } from './run-probe.js';
import { startStubCloud } from './stub-cloud.js';
import { printTable, verdict } from './table.js';

/**
 * Flat: each further run costs half a kilobyte at most. A step as it is read takes about 2 kB and a task of the list 1 kB, so that a pass that
 * read them all would cost 3 kB for each; what it may keep is the state of what the cloud's lists have shown. Counted is what is held after
 * collections; the peak beside it has the garbage of a longer pass in it, too.
 */
const targets = { kbForEach: 0.5, rssMb: 256 };
const counts = { few: 1_000, many: 10_000 };

export async function benchWaitingRuns(): Promise<void> {
  const server = (await testStores()).at(-1);
  if (!server || server.name === 'PGlite') throw new Error('No PostgreSQL answers: set TEST_DATABASE_URL.');
  const folder = await mkdtemp(join(tmpdir(), 'fleetbatch-bench-'));
  try {
    await build({ outDir: join(folder, 'dist'), packageDir: join(folder, 'package'), types: false, quiet: true });
    const probe = await bundleInto(folder, 'bench/probes/engine-pass.ts');
    const engine = join(folder, 'dist', 'advance-chains', 'index.js');
    const few = await passOver(counts.few, server, { folder, probe, engine });
    const many = await passOver(counts.many, server, { folder, probe, engine });
    const kbForEach = ((many.heldMb - few.heldMb) * 1024) / (counts.many - counts.few);
    console.log(
      `\nOne pass of the built engine over waiting runs, ${server.name} on loopback, a cloud that answers at once`,
    );
    printTable(
      ['waiting runs', 'seconds', 'cloud calls', 'looked at', 'lost', 'peak MB', 'held MB', ''],
      [
        ...[few, many].map(({ runs, seconds, calls, settled, lost, rssMb, heldMb }) => [
          ...[String(runs), seconds, calls, settled, lost, rssMb, heldMb, verdict(rssMb, targets.rssMb)],
        ]),
        ['kB held for each further run', '', '', '', '', '', kbForEach, verdict(kbForEach, targets.kbForEach)],
      ],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Pass {
  readonly runs: number;
  readonly seconds: number;
  readonly calls: number;
  readonly settled: number;
  readonly lost: number;
  readonly rssMb: number;
  readonly heldMb: number;
}

interface Files {
  readonly folder: string;
  readonly probe: string;
  readonly engine: string;
}

async function passOver(runs: number, server: TestStore, { folder, probe, engine }: Files): Promise<Pass> {
  const stage = await server.create();
  const cloud = await startStubCloud();
  cloud.waiting = runs / 2;
  try {
    await insertWaiting(stage, runs);
    const found = await runProbe(probe, [engine], cloud.url, folder, undefined, stage.url);
    const { claimed = 0, settled = 0, lost = 0, ms = 0, rssMb = 0, heldMb = 0 } = found;
    if (claimed < runs) throw new Error(`The pass took only ${claimed} of ${runs} waiting steps.`);
    return { runs, settled, lost, seconds: ms / 1000, rssMb, heldMb, calls: cloud.calls };
  } finally {
    cloud.close();
    await stage.drop();
  }
}

/** Steps that have been followed for an hour, and are due again a minute after each look. */
async function insertWaiting({ database }: TestDatabase, runs: number): Promise<void> {
  const step = (name: string, work: string) => ({
    ...{
      name,
      function: work,
      input: {},
      until_finished: true,
      retry_failed: 0,
      timeout_s: 86_400,
      on_failure: 'stop',
    },
  });
  const chain = (name: string, work: string) =>
    JSON.stringify({
      ...{ name, description: 'a chain of one long step', trigger: { type: 'manual' }, max_runs_per_hour: 1_000_000 },
      steps: [step('work', work)],
    });
  await database.query(
    `INSERT INTO chain_runs (id, chain, event_key, state, definition, trigger, event, created_at)
     SELECT 'run-' || n, CASE n % 2 WHEN 0 THEN 'upgrade' ELSE 'job' END, n::text, 'running',
       CASE n % 2 WHEN 0 THEN $2::json ELSE $3::json END, 'manual', '{}', now() - interval '1 hour'
     FROM generate_series(1, $1::int) AS n`,
    [runs, chain('upgrade', 'create-invocations'), chain('job', 'create-ief-job')],
  );
  await database.query(
    `INSERT INTO chain_steps (run_id, position, name, function, state, input, attempt, called_at, follow, deadline_at, next_at)
     SELECT 'run-' || n, 0, 'work', CASE n % 2 WHEN 0 THEN 'create-invocations' ELSE 'create-ief-job' END, 'following', '{}', 1,
       now() - interval '1 hour',
       CASE n % 2
         WHEN 0 THEN json_build_object('kind', 'ces', 'type', 'UPDATE', 'refused', '[]'::json, 'doubt', '[]'::json, 'tasks', json_build_array(
           json_build_object('invocation_id', 'inv-' || n / 2, 'since', floor(extract(epoch FROM now()) * 1000) - 3600000)))
         ELSE json_build_object('kind', 'ief', 'job_id', 'job-' || (n + 1) / 2, 'job_name', 'job', 'job_type', 'node_upgrade')
       END,
       now() + interval '1 day', now() - interval '1 second'
     FROM generate_series(1, $1::int) AS n`,
    [runs],
  );
  await database.query('ANALYZE');
}
