/** One pass of the built engine of the command line in a fresh process; prints what it did, its milliseconds and its peak memory. */
import { functionContext } from './function-context.js';

interface Loaded {
  handler(event: unknown, context: unknown): Promise<Record<string, number>>;
}

/** A pass may take as long as serverless.yml gives it and longer: how long it takes is what is asked. */
const passMs = 900_000;

async function pass(file: string): Promise<void> {
  const { handler } = require(file) as Loaded;
  const start = performance.now();
  const end = Date.now() + passMs;
  const context = { ...functionContext, getRemainingTimeInMilliSeconds: () => end - Date.now() };
  const { claimed = 0, settled = 0, lost = 0 } = await handler({}, context);
  const found = { claimed, settled, lost, ms: performance.now() - start, rssMb: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(`\n${JSON.stringify(found)}`, () => process.exit());
}

pass(process.argv[2] ?? '');
