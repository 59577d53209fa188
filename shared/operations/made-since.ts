import type { Timing } from '../client/timing.js';
import type { Finding } from './look.js';

/** A clock further ahead than this cannot tell what is newer than a call. Milliseconds. */
const CLOCKS_APART_MS = 5_000;

/** When something was made, and the span in which a call of ours can have made it; epoch milliseconds. */
export interface Span {
  /** The call was sent then or later, and nothing older can bear this time, see nextFull. */
  readonly since: number;
  /** When the call was given up: what is looked for was made before, however late it is seen. */
  readonly until: number;
}

/**
 * Waits for the next full unit of a cloud's clock, so that what was there before cannot bear the same time as what comes.
 * @param unitMs how finely the cloud notes times, in milliseconds
 * @param leftMs milliseconds that the invocation has left for calls: it waits no longer, and what comes then is not sent any more
 * @returns the beginning of that unit, epoch milliseconds
 */
export async function nextFull(
  unitMs: number,
  { now, sleep }: Pick<Timing, 'now' | 'sleep'>,
  leftMs = Number.POSITIVE_INFINITY,
): Promise<number> {
  const present = now();
  const next = (Math.floor(present / unitMs) + 1) * unitMs;
  // One more, because a timer may fire a fraction of a millisecond early.
  await sleep(Math.min(next - present + 1, leftMs));
  return next;
}

/**
 * Of all that looks like the result of a call, the one thing that the call can have made. Nobody marks it as ours, so time
 * decides, and in doubt against us: what is older than the call is never ours, two new ones are a riddle, and one
 * from long after the call is not its work, or the cloud's clock is ahead of ours and an old one looks new. A cloud whose clock is
 * behind ours hides what it made; then it stays unknown.
 * @param what a noun with its article, `a task`
 */
export function onlyOneSince<Made>(
  candidates: readonly Made[],
  madeAt: (made: Made) => number | undefined,
  { since, until }: Span,
  what: string,
): Finding<Made> {
  const newer = candidates.filter((made) => (madeAt(made) ?? 0) >= since);
  const [only] = newer;
  if (only === undefined) return { notFound: `Looked: there is not ${what} newer than the call.`, mayAppear: true };
  if (newer.length > 1) return { notFound: 'Looked: more than one is newer than the call, none is surely ours.' };
  if ((madeAt(only) ?? 0) > until + CLOCKS_APART_MS) {
    return {
      notFound: `Looked: there is ${what} from after the call; the clocks differ too much to tell whose it is.`,
    };
  }
  return { found: only };
}
