import { CloudAuthError, CloudThrottledError, FleetbatchError, type Outcome } from '../client/errors.js';
import type { Chunk } from './in-batches.js';

/** Why an item has no answer: a stable code, and sentences that say whether it was sent and what to do. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** The advice that only the operation can give, whole sentences. */
export interface Advice {
  /** What to look at before repeating, where the cloud may have done it. */
  readonly check: string;
  /** What to do where the cloud refused the whole call for one of its items. */
  readonly refused: string;
}

/** The reason for an item of a chunk that was answered without a word about this item. */
export function noAnswer(advice: Advice): Reason {
  return {
    code: 'NO_ANSWER',
    message: `The cloud answered the call but said nothing about this item, so its outcome is unknown. ${advice.check}`,
  };
}

/** What is known about a failure. One that is none of ours can have happened at any moment. */
function outcomeOf(error: unknown): Outcome {
  return error instanceof FleetbatchError ? error.outcome : 'unknown';
}

/** True for a chunk whose call may have done something, and nobody said what. */
export function isInDoubt(chunk: Chunk<unknown, unknown>): boolean {
  return chunk.result === 'failed' && outcomeOf(chunk.error) === 'unknown';
}

/** The same error, with what to look at in its message where its outcome is unknown. */
export function advised(error: unknown, check: string): unknown {
  if (check !== '' && error instanceof FleetbatchError && error.outcome === 'unknown') {
    error.message = `${error.message} ${check}`;
  }
  return error;
}

function whatNow(chunk: Chunk<unknown, unknown> & { result: 'failed' | 'skipped' }, advice: Advice): string {
  if (chunk.result === 'skipped') return 'This item was not sent, because the call before it was refused.';
  const { error } = chunk;
  const outcome = outcomeOf(error);
  // Neither is a refusal for one of the items, and the message itself may be cut before it says what to do.
  const effect = outcome === 'not-sent' ? 'This item was not sent' : 'The call did nothing';
  if (error instanceof CloudThrottledError) {
    return `${effect}; call again with this item in ${error.retryAfterSeconds} s.`;
  }
  if (error instanceof CloudAuthError) {
    return `${effect}; mend the credentials or permissions, then call again with this item.`;
  }
  if (outcome === 'not-sent') return 'This item was not sent; call again with it.';
  return outcome === 'rejected' ? advice.refused : advice.check;
}

/** It stands in the row of every item, and ten thousand rows have to fit into an answer of 6 MB. The log has it whole. */
const longestReason = 160;

function bounded(message: string): string {
  return message.length <= longestReason ? message : `${message.slice(0, longestReason)}…`;
}

/** The reason for every item of a chunk that failed or was never tried. */
export function reasonOf(chunk: Chunk<unknown, unknown> & { result: 'failed' | 'skipped' }, advice: Advice): Reason {
  const remedy = whatNow(chunk, advice);
  const { error } = chunk;
  if (error instanceof FleetbatchError) return { code: error.code, message: `${bounded(error.message)} ${remedy}` };
  // The text of a foreign error is not shown: nobody knows what it repeats.
  const name = error instanceof Error ? error.name : typeof error;
  return { code: 'UNEXPECTED_FAILURE', message: `The function itself failed during the call (${name}). ${remedy}` };
}
