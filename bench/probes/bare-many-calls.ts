/**
 * The 100 calls of many-ids.ts by undici.request alone, as many at once as the command line says: no signature, no check, no joining.
 * Prints the milliseconds of all of them in a fresh process, and of one call on its own after them.
 */
import { Agent, request } from 'undici';
import { median } from '../median.js';

const ids = Array.from({ length: 10_000 }, (_, index) => `ecs-${String(index).padStart(5, '0')}`);
const url = `${process.env.CES_ENDPOINT}/v3/${process.env.HUAWEICLOUD_SDK_PROJECT_ID}/agent-invocations/batch-create`;

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

async function measure(atOnce: number): Promise<void> {
  const dispatcher = new Agent({ connections: atOnce });
  const callFrom = async (first: number) => {
    const body = JSON.stringify({ invocation_type: 'INSTALL', instance_ids: ids.slice(first, first + 100) });
    const headers = { 'content-type': 'application/json' };
    return (await request(url, { method: 'POST', headers, body, dispatcher })).body.json();
  };
  let next = 0;
  async function work(): Promise<void> {
    for (let first = next; first < ids.length; first = next) {
      next += 100;
      await callFrom(first);
    }
  }
  const ms = await millisecondsOf(() => Promise.all(Array.from({ length: atOnce }, work)));
  const alone: number[] = [];
  for (let call = 0; call < 20; call += 1) alone.push(await millisecondsOf(() => callFrom(0)));
  process.stdout.write(`\n${JSON.stringify({ ms, aloneMs: median(alone) })}`, () => process.exit());
}

measure(Number(process.argv[2]));
