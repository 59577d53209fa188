import { setTimeout as wait } from 'node:timers/promises';
import { createLogUpdate } from 'log-update';
import type { ChainRoutes } from './routes.js';
import { followLines } from './run-lines.js';

const everyMs = 1_000;

/** What the follower writes to: a terminal, whose lines are renewed, or anything else, which gets a line per change. */
type Output = NodeJS.WriteStream;

/**
 * Shows a run until it is over or needs a person.
 * @returns the exit code: 0 where it finished, else 1
 * @throws UsageError where it cannot be read
 */
export async function followRun(id: string, routes: Pick<ChainRoutes, 'show'>, output: Output): Promise<number> {
  const show = output.isTTY ? renewing(output) : changesOnly(output);
  for (;;) {
    const run = await routes.show(id);
    show.lines(
      run.state + JSON.stringify(run.steps_so_far.map(({ state, attempts }) => [state, attempts.length])),
      () => followLines(run, Date.now()),
    );
    if (run.state !== 'running') {
      show.done();
      return run.state === 'finished' ? 0 : 1;
    }
    await wait(everyMs);
  }
}

/** `seen` tells one state of the run from another, whatever the clock says. */
interface Show {
  lines(seen: string, make: () => readonly string[]): void;
  done(): void;
}

function renewing(output: Output): Show {
  const update = createLogUpdate(output);
  return { lines: (_seen, make) => update(make().join('\n')), done: () => update.done() };
}

function changesOnly(output: Output): Show {
  let last = '';
  return {
    lines: (seen, make) => {
      if (seen === last) return;
      last = seen;
      output.write(`${make().join('\n')}\n`);
    },
    done: () => undefined,
  };
}
