import type { Clock } from '../../../local/functiongraph/clock.js';

/** Real time, but waits are a hundred times shorter: a backoff of seconds ends while the test runs. */
export const hurriedClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const handle = setTimeout(callback, ms / 100);
    return () => clearTimeout(handle);
  },
};
