import type { Account } from './account.js';
import type { Fleet } from './seed.js';
import type { State } from './state.js';

/** What every service is given. */
export interface World {
  readonly account: Account;
  readonly fleet: Fleet;
  readonly state: State;
  /** The life-cycles' clock, epoch ms: the real one plus whatever `POST /_local/clock` added. */
  readonly now: () => number;
  /** The real clock, epoch ms: signatures, tokens and throttling keep to it. */
  readonly realNow: () => number;
}

/** Calls `run` once after `ms` of real time and never keeps the process alive; the result cancels it. */
export type After = (ms: number, run: () => void) => () => void;

/** The real timers. */
export const realAfter: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
