/** Where time comes from, so that a test of a timer takes none. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** `setTimeout` fires at once for anything longer than this. */
const longestTimeout = 2 ** 31 - 1;

/** Waits longer than 24 days are made of several; none of them keeps the process alive. */
export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    let handle: NodeJS.Timeout;
    const arm = (left: number) => {
      const part = Math.min(left, longestTimeout);
      handle = setTimeout(() => (left > part ? arm(left - part) : callback()), part);
      handle.unref();
    };
    arm(Math.max(0, ms));
    return () => clearTimeout(handle);
  },
};
