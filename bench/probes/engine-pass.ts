/**
 * One pass of the built engine of the command line in a fresh process; prints what it did, its milliseconds, its peak memory, and the most
 * that it held at a time: what a collection, forced twice a second, left of the heap.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { functionContext } from './function-context.js';

interface Loaded {
  handler(event: unknown, context: unknown): Promise<Record<string, number>>;
}

/** A pass may take as long as serverless.yml gives it and longer: how long it takes is what is asked. */
const passMs = 900_000;

async function pass(file: string): Promise<void> {
  const { handler } = require(file) as Loaded;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let held = 0;
  const timer = setInterval(() => {
    collect();
    held = Math.max(held, process.memoryUsage().heapUsed);
  }, 500);
  const start = performance.now();
  const end = Date.now() + passMs;
  const context = { ...functionContext, getRemainingTimeInMilliSeconds: () => end - Date.now() };
  const { claimed = 0, settled = 0, lost = 0 } = await handler({}, context);
  clearInterval(timer);
  const memory = { rssMb: process.resourceUsage().maxRSS / 1024, heldMb: held / 1024 ** 2 };
  const found = { claimed, settled, lost, ms: performance.now() - start, ...memory };
  process.stdout.write(`\n${JSON.stringify(found)}`, () => process.exit());
}

pass(process.argv[2] ?? '');
