import { parseArgs } from 'node:util';
import { plainError, portFrom, UsageError } from './plain-errors.js';
import { runLocal } from './run-local.js';
import { startScreen } from './screen.js';

/** `npm start [-- --persist DIR]` */
async function main(): Promise<void> {
  const { persist } = argumentsOf(process.argv.slice(2));
  const started = performance.now();
  const run = await runLocal({
    port: portFrom('PORT', 3000),
    cloudPort: portFrom('CLOUD_PORT', 3001),
    ...(persist === undefined ? {} : { persistDir: persist }),
    onReport: console.log,
    onLog: console.log,
  });
  console.log(startScreen(run, performance.now() - started));

  const stop = async () => {
    await run.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function argumentsOf(args: string[]): { persist?: string | undefined } {
  try {
    return parseArgs({ args, options: { persist: { type: 'string' } } }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${problem}\nUsage: npm start -- [--persist DIR]`);
  }
}

main().catch((error) => {
  console.error(`\n${plainError(error)}\n`);
  process.exitCode = 1;
});
