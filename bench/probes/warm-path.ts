/**
 * Calls each handler of the command line and undici.request alone (twice, to tell the noise) in one process; prints the medians in
 * µs, the two of undici first. Each round has an order of its own: who comes after himself finds everything still in the caches.
 */
import { request } from 'undici';
import { median, shuffled } from '../median.js';
import { functionContext } from './function-context.js';

interface Loaded {
  handler(event: unknown, context: unknown): Promise<unknown>;
}

const rounds = { warmUp: 300, measured: 2000 };
const path = `/v3/${process.env.HUAWEICLOUD_SDK_PROJECT_ID}/agent-invocations?limit=10`;

async function microsecondsOf(call: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await call();
  return Number(process.hrtime.bigint() - start) / 1e3;
}

async function measure(files: readonly string[]): Promise<void> {
  const bareCall = async () => (await request(`${process.env.CES_ENDPOINT}${path}`)).body.json();
  const handlerCalls = files.map((file) => {
    const { handler } = require(file) as Loaded;
    return () => handler({ limit: 10 }, functionContext);
  });
  const contestants = [bareCall, bareCall, ...handlerCalls].map((call) => ({ call, times: [] as number[] }));
  for (let round = 0; round < rounds.warmUp + rounds.measured; round += 1) {
    for (const { call, times } of shuffled(contestants)) {
      const taken = await microsecondsOf(call);
      if (round >= rounds.warmUp) times.push(taken);
    }
  }
  const found = contestants.map(({ times }) => median(times));
  process.stdout.write(`\n${JSON.stringify({ ...found })}`, () => process.exit());
}

measure(process.argv.slice(2));
