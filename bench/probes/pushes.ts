/**
 * Pushes into the built receiver of the command line, against a bare insert of one row through a pool of node-postgres of the same size,
 * in rounds that take turns. Then a steady rate, for the slowest answers. Prints rates per second and milliseconds.
 */
import { Pool } from 'pg';
import { readDatabaseUrl } from '../../shared/store/database-url.js';
import { median } from '../median.js';
import { functionContext } from './function-context.js';

interface Loaded {
  handler(event: unknown, context: unknown): Promise<{ statusCode?: number }>;
}

/** As many connections as the receiver's own pool has, and enough calls at once to keep them busy. */
const atOnce = { connections: 4, calls: 32 };
const rounds = { count: 5, ms: 1_500 };
const steady = { perSecond: 500, ms: 5_000 };

let pushes = 0;
function pushEvent(): unknown {
  pushes += 1;
  const body = {
    resource: 'batchtask',
    event: 'update',
    event_time_ms: Date.now(),
    request_id: `request-${pushes}`,
    notify_data: {
      body: {
        app_id: 'app-1',
        task_id: `task-${process.pid}-${pushes}`,
        task_type: 'softwareUpgrade',
        status: 'Processing',
        status_desc: 'the task is under way',
      },
    },
  };
  return {
    httpMethod: 'POST',
    path: '/notifications/batchtask',
    headers: { 'content-type': 'application/json' },
    queryStringParameters: {},
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    isBase64Encoded: true,
    requestContext: { apiId: 'a', requestId: 'r', stage: 'RELEASE' },
  };
}

/** How many calls per second were answered, with so many at once: with one, that is what a function does that takes one call at a time. */
async function rateOf(call: () => Promise<unknown>, calls = atOnce.calls): Promise<number> {
  const start = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: calls }, async () => {
      while (performance.now() - start < rounds.ms) {
        await call();
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - start) / 1000);
}

/** The 99th percentile of the answers to calls that come at a fixed rate, whether the ones before are answered or not. */
async function slowestAt(call: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  const waiting: Promise<unknown>[] = [];
  const start = performance.now();
  for (let due = 0; due < steady.ms; due += 1000 / steady.perSecond) {
    const early = start + due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    waiting.push(call().then(() => taken.push(performance.now() - start - due)));
  }
  await Promise.all(waiting);
  return taken.sort((one, other) => one - other)[Math.floor(taken.length * 0.99)] ?? Number.NaN;
}

async function measure(file: string): Promise<void> {
  const pool = new Pool({ ...readDatabaseUrl({ url: process.env.DATABASE_URL ?? '' }), max: atOnce.connections });
  await pool.query(
    'CREATE TABLE bench_rows (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, task_id text, event json)',
  );
  const { handler } = require(file) as Loaded;
  const insert = async () => {
    pushes += 1;
    const row = JSON.stringify({ task_id: pushes, status: 'Processing', status_desc: 'the task is under way' });
    await pool.query('INSERT INTO bench_rows (task_id, event) VALUES ($1, $2)', [`task-${pushes}`, row]);
  };
  let notKept = 0;
  const push = async () => {
    const { statusCode } = await handler(pushEvent(), functionContext);
    if (statusCode !== 200) notKept += 1;
  };
  for (let warmUp = 0; warmUp < 300; warmUp += 1) await Promise.all([insert(), push()]);
  const rates = {
    ...{ bare: [] as number[], bareAgain: [] as number[], receiver: [] as number[] },
    ...{ bareAlone: [] as number[], receiverAlone: [] as number[] },
  };
  for (let round = 0; round < rounds.count; round += 1) {
    rates.bare.push(await rateOf(insert));
    rates.receiver.push(await rateOf(push));
    rates.bareAgain.push(await rateOf(insert));
    rates.receiverAlone.push(await rateOf(push, 1));
    rates.bareAlone.push(await rateOf(insert, 1));
  }
  const kept = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM batchtask_events');
  const found = {
    bare: median(rates.bare),
    bareAgain: median(rates.bareAgain),
    bareAlone: median(rates.bareAlone),
    receiverAlone: median(rates.receiverAlone),
    receiver: median(rates.receiver),
    slowestMs: await slowestAt(push),
    notKept,
    kept: kept.rows[0]?.count ?? 0,
  };
  process.stdout.write(`\n${JSON.stringify(found)}`, () => process.exit());
}

measure(process.argv[2] ?? '');
