/** Milliseconds that an engine waits, each bound in one place. */
const unsent = { first: 2_000, most: 300_000 };
/** Before the cloud is looked at for the first time for what became of a call. */
export const FIRST_LOOK_MS = 5_000;
const cloudLooks = [FIRST_LOOK_MS, 15_000, 60_000, 180_000, 600_000];
const functionAsks = [5_000, 15_000, 30_000, 60_000, 60_000, 120_000, 300_000, 300_000];
const polls = { least: 1_000, most: 60_000, part: 0.125 };

/** Before a call of which nothing was sent is made again: full jitter under a doubling bound. @param hintMs the cloud's own wish */
export function retryDelay(tries: number, random: number, hintMs = 0): number {
  const bound = Math.min(unsent.most, unsent.first * 2 ** Math.min(tries, 20));
  return Math.round(Math.min(unsent.most, hintMs) + random * bound);
}

/** Before the cloud is looked at again for what became of a call; undefined where it was looked at often enough. */
export function lookDelay(looks: number): number | undefined {
  return cloudLooks[looks];
}

/** Before the function is asked again with the same key; undefined where it was asked often enough. */
export function askDelay(looks: number): number | undefined {
  return functionAsks[looks];
}

/** Before followed work is looked at again: what goes on for long is looked at less often. */
export function pollDelay(ageMs: number): number {
  return Math.round(Math.min(polls.most, Math.max(polls.least, ageMs * polls.part)));
}
