/** Time and chance as parameters, so that a test of repetitions takes no time and has one result. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to but not including 1. */
  random(): number;
  /** Resolves after `ms` milliseconds; rejects where `signal` is aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realTiming: Timing = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    // Loaded where a call is repeated: a quarter of a millisecond that no first call needs.
    const { setTimeout: delay } = await import('node:timers/promises');
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
};
