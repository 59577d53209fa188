import type { Parameters } from 'fast-check';

/** How long all properties of the fuzz suite may look for a counterexample together, in ms. */
const wholeBudgetMs = process.env.CI === 'true' ? 60_000 : 10_000;
/** How many properties share it; each file of the suite says how many are its own. */
export const shares = { events: 3, replies: 3, child: 1 } as const;
const allShares = Object.values(shares).reduce((sum, share) => sum + share, 0);

/** The time of one property, in ms. */
export const budgetMs = Math.floor(wholeBudgetMs / allShares);

/** A test around one property needs its budget, the last run of it, and the time to shrink a counterexample. */
export const testTimeoutMs = budgetMs + 60_000;

/**
 * CI tries the same cases for the same commit, so that a change is judged by what it changes; every run elsewhere looks at new
 * ones. FUZZ_SEED chooses others.
 */
const seed = process.env.FUZZ_SEED ?? (process.env.CI === 'true' ? '20261121' : undefined);

/**
 * Runs until the time is over, however many runs that makes. A single run that takes 10 s counts as a hang. fast-check prints the
 * seed and the path of a counterexample: put them beside these options to see it again.
 */
export const timeBoxed: Parameters<unknown> = {
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: budgetMs,
  timeout: 10_000,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
};
