import { Batch } from './batch.js';
import type { Engine, PassCounts } from './engine.js';
import { claimDueSteps, nextDueAt, releaseSteps } from './step-store.js';

const limits = {
  /** Steps taken at once. */
  batch: 100,
  /** A lease outlives the pass by so much: clocks and commits take their time. Milliseconds. */
  leaseMarginMs: 15_000,
  /** With less time left nothing is begun; a call wants its function's own time, at most half of what there was. */
  leastMs: 3_000,
  callMs: 60_000,
  /** What is due within this time is waited for, where there is patience: most ROMA tasks are where they should be by then. */
  soonMs: 3_000,
  shortestWaitMs: 50,
};

/** Does everything that is due, until nothing is or the time is up. @throws the errors of database-errors.ts from taking steps */
export async function runPass(engine: Engine): Promise<PassCounts> {
  const counts: PassCounts = { claimed: 0, calls: 0, looks: 0, settled: 0, lost: 0 };
  const enoughForCalls = Math.min(limits.callMs, engine.remainingMs() / 2);
  let { patienceMs } = engine;
  try {
    while (engine.remainingMs() > limits.leastMs) {
      const now = engine.now();
      const until = new Date(now + engine.remainingMs() + limits.leaseMarginMs);
      const { owner } = engine;
      const steps = await claimDueSteps(engine.database, { owner, until, now: new Date(now), most: limits.batch });
      if (steps.length === 0) {
        const waitMs = await untilNext(engine, patienceMs);
        if (waitMs === undefined) break;
        patienceMs -= waitMs;
        await engine.sleep(waitMs);
        continue;
      }
      counts.claimed += steps.length;
      await new Batch(engine, counts, enoughForCalls).work(steps);
      if (engine.remainingMs() <= enoughForCalls) break;
    }
  } finally {
    // What was taken and not begun is free for the next pass at once.
    await releaseSteps(engine.database, engine.owner, new Date(engine.now())).catch(() => undefined);
  }
  return counts;
}

/** The milliseconds until something is due, where that is soon; undefined where it is not worth the wait. */
async function untilNext({ database, now, remainingMs }: Engine, patienceMs: number): Promise<number | undefined> {
  if (patienceMs <= 0 || remainingMs() < limits.soonMs + limits.leastMs) return undefined;
  const next = await nextDueAt(database);
  const waitMs = next ? Math.max(limits.shortestWaitMs, next.getTime() - now()) : Number.POSITIVE_INFINITY;
  return waitMs <= Math.min(limits.soonMs, patienceMs) ? waitMs : undefined;
}
