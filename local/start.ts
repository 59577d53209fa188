import { join } from 'node:path';
import { plainError, portsFrom } from './plain-errors.js';
import { runLocal } from './run-local.js';
import { startScreen } from './screen.js';
import { startOptions } from './start-options.js';
import { watchAndReplace } from './watch.js';

/** Where the database is kept that nobody asked for; ignored by git. */
const defaultDatabase = join('.local-state', 'database');

/** `npm start [-- --persist DIR --database DIR --watch --inspect NAME[:PORT]]` */
async function main(): Promise<void> {
  const { persist, database = defaultDatabase, watch, inspect } = startOptions(process.argv.slice(2));
  const started = performance.now();
  const run = await runLocal({
    ...portsFrom({ port: 3000, cloudPort: 3001 }),
    ...(persist === undefined ? {} : { persistDir: persist }),
    database: { folder: database },
    inspect,
    onReport: console.log,
    onLog: console.log,
  });
  const sources = watch ? await watchAndReplace(run, console.log) : undefined;
  console.log(startScreen(run, performance.now() - started, watch));

  const end = async () => {
    await sources?.close();
    await run.close();
  };
  const stop = () =>
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`\n${plainError(error)}\n`);
        process.exit(1);
      },
    );
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error) => {
  console.error(`\n${plainError(error)}\n`);
  process.exitCode = 1;
});
