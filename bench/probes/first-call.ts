/** Loads the handler of the command line in a fresh process and calls it once; prints the milliseconds of both. */
import { functionContext } from './function-context.js';

interface Loaded {
  handler(event: unknown, context: unknown): Promise<{ count?: number }>;
}

const now = () => Number(process.hrtime.bigint()) / 1e6;

async function firstCall(file: string): Promise<void> {
  const cpuBefore = process.cpuUsage();
  const start = now();
  const { handler } = require(file) as Loaded;
  const loaded = now();
  const answer = await handler({ limit: 10 }, functionContext);
  const answered = now();
  const { user, system } = process.cpuUsage(cpuBefore);
  if (answer.count !== 1) throw new Error(`an answer that was not expected: ${JSON.stringify(answer)}`);
  const found = { load: loaded - start, sum: answered - start, cpu: (user + system) / 1000 };
  process.stdout.write(`\n${JSON.stringify(found)}`, () => process.exit());
}

firstCall(process.argv[2] ?? '');
