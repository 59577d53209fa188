/** Calls by turns the handler of the command line and undici.request alone, in one process; prints the medians, in µs. */
import { request } from 'undici';
import { median } from '../median.js';
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

async function measure(file: string): Promise<void> {
  const { handler } = require(file) as Loaded;
  const bareCall = async () => (await request(`${process.env.CES_ENDPOINT}${path}`)).body.json();
  const handlerCall = () => handler({ limit: 10 }, functionContext);
  const times: { bare: number[]; bareAgain: number[]; handler: number[] } = { bare: [], bareAgain: [], handler: [] };
  for (let round = 0; round < rounds.warmUp + rounds.measured; round += 1) {
    const bare = await microsecondsOf(bareCall);
    const ours = await microsecondsOf(handlerCall);
    const bareAgain = await microsecondsOf(bareCall);
    if (round < rounds.warmUp) continue;
    times.bare.push(bare);
    times.handler.push(ours);
    times.bareAgain.push(bareAgain);
  }
  const found = { bare: median(times.bare), handler: median(times.handler), bareAgain: median(times.bareAgain) };
  process.stdout.write(`\n${JSON.stringify(found)}`, () => process.exit());
}

measure(process.argv[2] ?? '');
