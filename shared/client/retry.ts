/** What became of one attempt, as far as the decision needs it. */
export type AttemptOutcome =
  | { readonly kind: 'reply'; readonly status: number; readonly hintMs?: number | undefined }
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
  /** Whether a token could be renewed and was not yet. */
  readonly renewable: boolean;
}

export type NextStep =
  | { readonly step: 'stop' }
  | { readonly step: 'renew-token' }
  | { readonly step: 'repeat'; readonly delayMs: number };

const maxAttempts = 3;
/** First upper bound of the delay, doubled with each attempt. Throttling gets more time than a hiccup. */
const baseMs = 100;
const throttledBaseMs = 500;
const capMs = 20_000;
/** A repetition with less than this left could not be answered. */
const leastAttemptMs = 100;

const stop: NextStep = { step: 'stop' };

/**
 * Whether one more attempt is safe and useful, and after how long. Pure.
 * A read is repeated after broken connections, 429 and 5xx. A write is repeated only where it certainly did not happen: it
 * never left, or throttling refused it. 401 and 403 are never repeated with the same credentials, because five refusals
 * in a row lock an access key for five minutes (signing guide, failure codes); a token is renewed once.
 * The delay is full jitter over a doubling bound, on top of the cloud's own hint; where it does not fit, it ends at once.
 */
export function nextStep(outcome: AttemptOutcome, state: AttemptState): NextStep {
  if (outcome.kind === 'reply' && outcome.status === 401 && state.renewable) return { step: 'renew-token' };
  if (state.attempts >= maxAttempts || !mayRepeat(outcome, state.repeatable)) return stop;

  const throttled = outcome.kind === 'reply' && outcome.status === 429;
  const bound = Math.min(capMs, (throttled ? throttledBaseMs : baseMs) * 2 ** (state.attempts - 1));
  const hintMs = outcome.kind === 'reply' ? (outcome.hintMs ?? 0) : 0;
  const delayMs = Math.round(hintMs + state.random * bound);
  if (delayMs + leastAttemptMs > state.remainingMs) return stop;
  return { step: 'repeat', delayMs };
}

function mayRepeat(outcome: AttemptOutcome, repeatable: boolean): boolean {
  if (outcome.kind === 'failure') return !outcome.permanent && (repeatable || !outcome.sent);
  if (outcome.status === 429) return true;
  return outcome.status >= 500 && repeatable;
}
