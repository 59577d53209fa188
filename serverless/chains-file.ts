import type { Chain, ChainStep, Json, JsonObject } from '../shared/chains/chain.js';
import { findChainProblems } from './chains-checks.js';
import { type ChainEntry, chainsSchema, keysAt, type StepEntry } from './chains-schema.js';
import { readCheckedFile } from './checked-file.js';

/** Everything that is wrong with the file, one line each: `chains.yml:LINE: what is wrong. What to write instead.` */
export class ChainsFileError extends Error {
  override readonly name = 'ChainsFileError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads `chains.yml` with every default filled in.
 * @param timers names of the TIMER triggers of advance-chains, which start chains
 * @throws ChainsFileError with every problem, in the order of the lines
 */
export function readChainsFile(path: string, timers: readonly string[]): Chain[] {
  const document = readCheckedFile(path, {
    schema: chainsSchema,
    keysAt,
    rules: (_raw, checked) => (checked ? findChainProblems(checked, timers) : []),
    fail: (problems) => new ChainsFileError(problems),
  });
  return Object.entries(document.chains).map(([name, entry]) => toChain(name, entry));
}

function toChain(name: string, { description = '', trigger, max_runs_per_hour = 100, steps }: ChainEntry): Chain {
  return { name, description, trigger, max_runs_per_hour, steps: steps.map(toStep) };
}

/** Following takes as long as the work does; a mere call is answered within a minute, or tried again for a while. */
const timeouts = { call: 3600, finished: 6 * 3600 };

function toStep(step: StepEntry): ChainStep {
  const { name, input, for_each, until, retry_failed = 0, timeout, on_failure = 'stop' } = step;
  return {
    name,
    function: step.function,
    input: input as JsonObject,
    ...(for_each === undefined ? {} : { for_each: for_each as Json }),
    until_finished: until === 'finished',
    retry_failed,
    timeout_s: timeout === undefined ? timeouts[until ?? 'call'] : seconds(timeout),
    on_failure:
      on_failure === 'stop' || on_failure === 'continue' ? on_failure : { chain: on_failure.slice('chain '.length) },
  };
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(time: string): number {
  return Number(time.slice(0, -1)) * (unitSeconds[time.slice(-1)] ?? 1);
}
