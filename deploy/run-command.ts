import { plainError } from '../local/plain-errors.js';
import { FleetbatchError } from '../shared/client/errors.js';
import { destroyPools } from '../shared/client/pools.js';

/** Ctrl+C, and what a CI job that is cancelled gets. */
const interruptions = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a command to its end and sets the exit code. The first interruption lets it finish what is under way and report; the second one ends it at once.
 */
export async function runCommand(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    console.error('\nInterrupted: finishing what is under way. Ctrl+C again ends it at once.');
    stop.abort();
  };
  for (const name of interruptions) process.on(name, interrupt);
  try {
    await main(stop.signal);
  } catch (error) {
    // A failure of the cloud says everything in its message.
    const text = error instanceof FleetbatchError ? error.message : plainError(error);
    console.error(`\n${text}\n`);
    process.exitCode = 1;
  } finally {
    for (const name of interruptions) process.off(name, interrupt);
    await destroyPools();
  }
}
