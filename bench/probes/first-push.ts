/** Loads the receiver of the command line in a fresh process and hands it one push; prints the milliseconds of both. */
import { functionContext } from './function-context.js';

interface Loaded {
  handler(event: unknown, context: unknown): Promise<{ accepted?: boolean; reason?: string }>;
}

const now = () => Number(process.hrtime.bigint()) / 1e6;

async function firstPush(file: string): Promise<void> {
  const task = { task_id: `first-${process.pid}-${Date.now()}`, status: 'Processing', task_type: 'softwareUpgrade' };
  const push = { resource: 'batchtask', event: 'update', event_time_ms: Date.now(), notify_data: { body: task } };
  const start = now();
  const { handler } = require(file) as Loaded;
  const loaded = now();
  const { accepted, reason } = await handler(push, functionContext);
  const answered = now();
  if (!accepted || reason) throw new Error(`the push was not kept: ${reason ?? ''}`);
  const found = { load: loaded - start, sum: answered - start };
  process.stdout.write(`\n${JSON.stringify(found)}`, () => process.exit());
}

firstPush(process.argv[2] ?? '');
