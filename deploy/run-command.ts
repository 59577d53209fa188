import { plainError } from '../local/plain-errors.js';
import { FleetbatchError } from '../shared/client/errors.js';
import { destroyPools } from '../shared/client/pools.js';

/**
 * Runs a command to its end and sets the exit code. The first Ctrl+C lets it finish what is under way and report; the second one ends it at once.
 */
export async function runCommand(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    console.error('\nInterrupted: finishing what is under way. Ctrl+C again ends it at once.');
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    await main(stop.signal);
  } catch (error) {
    // A failure of the cloud says everything in its message.
    const text = error instanceof FleetbatchError ? error.message : plainError(error);
    console.error(`\n${text}\n`);
    process.exitCode = 1;
  } finally {
    process.off('SIGINT', interrupt);
    await destroyPools();
  }
}
