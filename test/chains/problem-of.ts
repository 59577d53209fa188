import type { Ending } from './crash-stage.js';

/** What is wrong with an ending; undefined where everything was done once, or a person is asked. */
export function problemOf({ state, reason, runs, effects }: Ending, expected: Ending): string | undefined {
  if (runs !== 1) return `there are ${runs} runs`;
  if (state !== 'finished' && state !== 'needs_attention') return `the run is ${state}: ${reason}`;
  const names = new Set([...Object.keys(effects), ...Object.keys(expected.effects)]);
  for (const name of names) {
    const [made = 0, wanted = 0] = [effects[name], expected.effects[name]];
    if (made > wanted) return `done ${made} times and not ${wanted}: ${name}`;
    if (made < wanted && state === 'finished') return `finished, but done ${made} times and not ${wanted}: ${name}`;
  }
  return undefined;
}
