import { setTimeout as wait } from 'node:timers/promises';
import { createLogUpdate } from 'log-update';
import type { ShownRun } from '../../shared/chains/runs.js';
import { NoAnswerError } from './no-answer-error.js';
import type { ChainRoutes } from './routes.js';
import { followLines, span, type View } from './run-lines.js';
import { wrapped } from './wrapped.js';

const everyMs = 1_000;
/** So long a run is followed on without an answer: a platform that restarts is there again by then. */
const patienceMs = 60_000;

/** What the follower writes to: a terminal, whose lines are renewed, or anything else, which gets a line per change. */
type Output = NodeJS.WriteStream;

/**
 * Shows a run until it is over or needs a person. Where the routes do not answer for a while, it says so, and how old what it shows is.
 * @param suffix see View
 * @returns the exit code: 0 where it finished, else 1
 * @throws UsageError where it cannot be read
 */
export async function followRun(
  id: string,
  routes: Pick<ChainRoutes, 'show'>,
  output: Output,
  { suffix, pause = wait }: { readonly suffix: string; readonly pause?: (ms: number) => Promise<unknown> },
): Promise<number> {
  const show = output.isTTY ? renewing(output) : changesOnly(output);
  let seen: { readonly run: ShownRun; readonly at: number } | undefined;
  for (;;) {
    const now = Date.now();
    const view: View = { now, columns: output.isTTY ? output.columns : undefined, suffix };
    try {
      const run = await routes.show(id);
      seen = { run, at: now };
      const steps = run.steps_so_far.map(({ state, attempts }) => [state, attempts.length]);
      show.lines(run.state + JSON.stringify(steps), () => followLines(run, view));
      if (run.state !== 'running') {
        show.done();
        return run.state === 'finished' ? 0 : 1;
      }
    } catch (error) {
      if (!(error instanceof NoAnswerError) || !seen || now - seen.at > patienceMs) {
        show.done();
        throw error;
      }
      const { run, at } = seen;
      const old = `This is ${span(now - at)} old. ${error.message}`;
      show.lines(`no answer since ${at}`, () => [...followLines(run, view), ...wrapped(old, view.columns, 0)]);
    }
    await pause(everyMs);
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
