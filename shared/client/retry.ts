import type { WaitHint } from './throttle-hints.js';

/** What became of one attempt, as far as the decision needs it. */
export type AttemptOutcome =
  | {
      readonly kind: 'reply';
      readonly status: number;
      /** True for a 429 that the gateway's own throttling made, before any service saw the call. */
      readonly throttled?: boolean;
      readonly hint?: WaitHint | undefined;
    }
  | {
      readonly kind: 'failure';
      /** False only where it is certain that no byte of the request left. */
      readonly sent: boolean;
      /** True where a repetition cannot change anything, as with a certificate that does not match. */
      readonly permanent: boolean;
    };

export interface AttemptState {
  /** How many attempts were made, this one included. */
  readonly attempts: number;
  /** Whether a second delivery of the call changes nothing. */
  readonly repeatable: boolean;
  /** Milliseconds left for everything. */
  readonly remainingMs: number;
  /** From 0 up to but not including 1. */
  readonly random: number;
  /** Whether what authenticates the call may be changed, and was not yet. */
  readonly renewable: boolean;
}

export type NextStep =
  | { readonly step: 'stop' }
  /** Ask for another token or a corrected clock, and repeat only where there is one. */
  | { readonly step: 'renew' }
  /** `cost` is what the repetition takes from the budget of all calls. */
  | { readonly step: 'repeat'; readonly delayMs: number; readonly cost: number };

const maxAttempts = 3;
/** First upper bound of the delay, doubled with each attempt. Throttling gets more time than a hiccup. */
const baseMs = 100;
const throttledBaseMs = 500;
const capMs = 20_000;
/** An attempt with less than this left could not be answered. Milliseconds. */
export const leastAttemptMs = 100;
/** So much of a window is waited for: it is half over on average, and the gateway's FAQ advises 2 to 5 seconds. */
const longestWindowMs = 5000;
/** An instruction to wait longer is left to the caller, who is told of it: an invocation that only waits is paid for. */
const longestInstructedMs = 20_000;
/** No answer at all is a sign of more trouble than an answer that says so, and usually has cost more time. */
const replyCost = 5;
const failureCost = 10;

const stop: NextStep = { step: 'stop' };

/**
 * Whether one more attempt is safe and useful, and after how long. Pure.
 * A read is repeated after broken connections, 429 and 5xx. A write is repeated only where it certainly did not happen: it
 * never left, or the gateway's throttling refused it. 403 is never repeated, and 401 never with the same credentials and clock, because
 * more than five refusals in a row lock an access key for five minutes (signing guide, failure codes).
 * The delay is full jitter over a doubling bound, on top of the cloud's own hint: of a window as far as that is waited for, of
 * `Retry-After` all of it, for no call is welcome before. What does not fit into the time that is left ends it at once.
 */
export function nextStep(outcome: AttemptOutcome, state: AttemptState): NextStep {
  const reply = outcome.kind === 'reply' ? outcome : undefined;
  if (reply?.status === 401 && state.renewable) return { step: 'renew' };
  if (state.attempts >= maxAttempts || !mayRepeat(outcome, state.repeatable)) return stop;

  const bound = Math.min(capMs, (reply?.status === 429 ? throttledBaseMs : baseMs) * 2 ** (state.attempts - 1));
  const hint = reply?.hint;
  if (hint?.from === 'retry-after' && hint.ms > longestInstructedMs) return stop;
  const hintMs = hint?.from === 'window' ? Math.min(hint.ms, longestWindowMs) : (hint?.ms ?? 0);
  const delayMs = Math.round(hintMs + state.random * bound);
  // Written so that a time left that is no number ends it too.
  if (!(delayMs + leastAttemptMs <= state.remainingMs)) return stop;
  return { step: 'repeat', delayMs, cost: reply === undefined ? failureCost : replyCost };
}

function mayRepeat(outcome: AttemptOutcome, repeatable: boolean): boolean {
  if (outcome.kind === 'failure') return !outcome.permanent && (repeatable || !outcome.sent);
  if (repeatable) return outcome.status === 429 || outcome.status >= 500;
  return outcome.status === 429 && outcome.throttled === true;
}
