import type { Chain } from './chain.js';
import { ENDS, type RunRow, type StepRow } from './records.js';

/** What becomes of a run after one of its steps changed. */
export type RunChange =
  | { readonly to: 'wait' }
  | { readonly to: 'attention'; readonly reason: string }
  | { readonly to: 'next'; readonly position: number; readonly reason: string | null }
  | {
      readonly to: 'end';
      readonly state: 'finished' | 'failed';
      readonly reason: string | null;
      readonly chain?: string;
    };

type Present = Pick<RunRow, 'position' | 'reason'> & { readonly definition: Pick<Chain, 'steps'> };
type Item = Pick<StepRow, 'item' | 'state' | 'error'>;

/**
 * Where a run goes, given every item of the step that it is at. Pure.
 * A step is over when all of its items are; one that needs a person holds the run, whatever the chain says about failures,
 * for a failure is something that is known.
 */
export function afterItems(run: Present, items: readonly Item[]): RunChange {
  const definition = run.definition.steps[run.position];
  const lost = items.find((item) => item.state === 'needs_attention');
  if (lost) return { to: 'attention', reason: sentence(definition?.name, lost) };
  if (items.some((item) => !ENDS.includes(item.state))) return { to: 'wait' };
  const failed = items.find((item) => item.state === 'failed');
  const onFailure = definition?.on_failure ?? 'stop';
  if (failed && onFailure !== 'continue') {
    const reason = sentence(definition?.name, failed);
    return { to: 'end', state: 'failed', reason, ...(onFailure === 'stop' ? {} : { chain: onFailure.chain }) };
  }
  const reason = failed ? `Went on without ${sentence(definition?.name, failed)}` : run.reason;
  const position = run.position + 1;
  if (position < run.definition.steps.length) return { to: 'next', position, reason };
  return { to: 'end', state: 'finished', reason };
}

function sentence(name = 'the step', { error, item }: Item): string {
  const which = item > 0 ? `${name}[${item}]` : name;
  return `${which}: ${error ? `${error.message} (${error.code})` : 'no reason is known'}`.slice(0, 2_000);
}
