/**
 * The crash suite of the chains: an engine is killed, loses its database or its network, at every point between two things that
 * it does to the world; others go on. Afterwards every run is at its end with each effect made once, or says that it needs a
 * person. On PGlite, and on PostgreSQL where there is one. `--all` plays every point in every way; without it a part of them that fits into a
 * minute (CRASH_SECONDS), another one each day (CRASH_SEED).
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { CloudConnectionError } from '../../shared/client/errors.js';
import { destroyPools } from '../../shared/client/pools.js';
import { DatabaseOutcomeUnknownError, DatabaseUnavailableError } from '../../shared/store/database-errors.js';
import { startFaultProxy } from '../shared/store/fault-proxy.js';
import { type TestDatabase, type TestStore, testStores } from '../shared/store/test-databases.js';
import { type CrashStage, type Ending, openCrashStage, type Play } from './crash-stage.js';
import { runEngine } from './engine-process.js';
import { problemOf } from './problem-of.js';
import { shuffled } from './shuffled.js';

const budgetMs = Number(process.env.CRASH_SECONDS ?? 45) * 1_000;
const all = process.argv.includes('--all');
/** What the connections of the engines are called, so that only they are ended. */
const engineName = `crash-suite-${process.pid}`;
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Date.now() / 86_400_000));

/** Something that goes wrong at one point of a play. */
interface Fault {
  readonly name: string;
  readonly play: (stage: CrashStage, at: number) => Promise<Ending>;
}

/** Ends the engine at a point as far as the world can see: nothing that it was about to do is done. */
const stopped: Fault = {
  name: 'engine stops',
  play: (stage, at) => {
    let point = 0;
    let isDead = false;
    const engine: Play = (order, atPoint) => {
      isDead = false;
      return runEngine(order, atPoint);
    };
    return stage.play(engine, () => {
      point += 1;
      isDead ||= point === at;
      if (isDead) throw new Error('the engine is no more');
    });
  },
};

/** The database refuses, or its answer is lost; the network likewise. The engine lives on. */
const failing: Fault = {
  name: 'database or network fails',
  play: (stage, at) => {
    let point = 0;
    return stage.play(runEngine, (name) => {
      point += 1;
      if (point === at) throw failureAt(name);
    });
  },
};

function failureAt(point: string): Error {
  const isAfter = point.startsWith('after');
  const call = /^(?:before|after) ([A-Z][a-z]\w*)$/.exec(point)?.[1];
  if (call) {
    const outcome = isAfter ? 'unknown' : 'not-sent';
    return new CloudConnectionError(`the connection broke at ${point}`, outcome, { service: 'test' });
  }
  return isAfter
    ? new DatabaseOutcomeUnknownError(point, 'the test took the answer away')
    : new DatabaseUnavailableError(point, 'the test refused it');
}

/** SIGKILL, in a process of its own. @param counts points of each engine of a play in which nothing goes wrong */
function killed(program: string, counts: readonly number[]): Fault {
  return {
    name: 'SIGKILL',
    play: (stage, at) => {
      let engine = 0;
      let before = 0;
      return stage.play(async (order) => {
        const points = counts[engine++] ?? 0;
        const killAt = at - before;
        before += points;
        if (killAt < 1 || killAt > points) return runEngine(order, () => undefined);
        const child = spawn(process.execPath, [program, JSON.stringify({ order, killAt })], { stdio: 'inherit' });
        const [, signal] = await once(child, 'exit');
        if (signal === 'SIGKILL') throw new Error('killed');
      });
    },
  };
}

/** Every connection of the engine is ended, as by a restart. */
function disconnected(end: () => unknown): Fault {
  return {
    name: 'connections are ended',
    play: (stage, at) => {
      let point = 0;
      return stage.play(runEngine, async () => {
        point += 1;
        if (point === at) await end();
      });
    },
  };
}

/** By the server itself. */
const terminate = ({ database }: TestDatabase) =>
  database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [engineName]);

/** A play without a fault: how many points each of its engines has, and what it does to the clouds. */
async function reference(stage: CrashStage): Promise<{ ending: Ending; counts: number[] }> {
  const counts: number[] = [];
  const ending = await stage.play(
    (order, atPoint) => {
      counts.push(0);
      return runEngine(order, atPoint);
    },
    () => {
      counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
    },
  );
  if (ending.state !== 'finished') throw new Error(`without any fault the run is ${ending.state}: ${ending.reason}`);
  return { ending, counts };
}

async function suite(store: TestStore, program: string, untilMs: number): Promise<{ passed: number; failed: number }> {
  const test = await store.create();
  const url = new URL(test.url);
  url.searchParams.set('application_name', engineName);
  // PGlite has one session for all connections, and no process of its own to end them: there the network ends them.
  const proxy = store.name === 'PGlite' ? await startFaultProxy(url.href) : undefined;
  const stage = await openCrashStage(test, proxy?.url ?? url.href);
  let passed = 0;
  let failed = 0;
  let attention = 0;
  try {
    const { ending, counts } = await reference(stage);
    const points = counts.reduce((sum, count) => sum + count, 0);
    const faults = [
      stopped,
      failing,
      killed(program, counts),
      disconnected(proxy ? () => proxy.cut() : () => terminate(test)),
    ];
    const plays = shuffled(
      faults.flatMap((fault) => Array.from({ length: points }, (_, i) => ({ fault, at: i + 1 }))),
      seed,
    );
    for (const { fault, at } of plays) {
      if (!all && performance.now() > untilMs) break;
      const end = await fault.play(stage, at).catch((error: unknown) => String(error));
      const problem = typeof end === 'string' ? end : problemOf(end, ending);
      if (typeof end !== 'string' && end.state === 'needs_attention') attention += 1;
      if (problem === undefined) passed += 1;
      else {
        failed += 1;
        console.log(`${store.name}: ${fault.name} at point ${at} of ${points}: ${problem}`);
      }
    }
    const part = all ? 'all' : `seed ${seed}`;
    console.log(
      `${store.name}: ${passed + failed} of ${plays.length} plays (${part}), ${points} points each; ${attention} asked for a person`,
    );
  } finally {
    await stage.close();
    await destroyPools();
    await proxy?.close();
    await test.drop();
  }
  return { passed, failed };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-crash-'));
  const program = join(folder, 'killed-engine.cjs');
  try {
    await build({
      ...{ entryPoints: ['test/chains/killed-engine.ts'], outfile: program, bundle: true, platform: 'node' },
      ...{ format: 'cjs', target: 'node20', logLevel: 'silent', external: ['pg-native'] },
    });
    const stores = await testStores();
    const total = { passed: 0, failed: 0 };
    for (const store of stores) {
      const { passed, failed } = await suite(store, program, performance.now() + budgetMs / stores.length);
      total.passed += passed;
      total.failed += failed;
    }
    console.log(`\n${total.passed} passed, ${total.failed} failed`);
    process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
