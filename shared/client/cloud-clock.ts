import { httpDateMs } from './http-date.js';

/** The gateway refuses a signature that is 15 minutes off; less than this explains no refusal. Milliseconds. */
const suspectMs = 5 * 60_000;

/** The clock that dates the signatures of one invocation: this machine's, corrected at most once. */
export interface CloudClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** What is added to this machine's time, milliseconds; 0 until it was corrected. */
  readonly offsetMs: number;
  /**
   * After a 401: whether a wrong clock explains it, so that another signature is worth a try. Sets this clock by the reply
   * where that is more than five minutes away. It does so once: whoever is refused with a corrected clock has another
   * trouble, and a third try would only bring the key nearer to its lock.
   * @param dateHeader value of `Date` in the reply
   * @param usedOffsetMs `offsetMs` when the refused signature was made; another call may have corrected it since
   */
  explainsRefusal(dateHeader: string | undefined, usedOffsetMs: number): boolean;
}

/** @param machineNow milliseconds since 1970 */
export function createCloudClock(machineNow: () => number): CloudClock {
  return new CorrectedClock(machineNow);
}

/** A class for its getter: V8 makes a new shape for each object literal that has one. */
class CorrectedClock implements CloudClock {
  readonly #machineNow: () => number;
  #offsetMs = 0;

  constructor(machineNow: () => number) {
    this.#machineNow = machineNow;
  }

  now(): number {
    return this.#machineNow() + this.#offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  explainsRefusal(dateHeader: string | undefined, usedOffsetMs: number): boolean {
    const now = this.#machineNow();
    const stated = dateHeader === undefined ? undefined : httpDateMs(dateHeader.trim(), now);
    if (this.#offsetMs === 0 && stated !== undefined && Math.abs(stated - now) > suspectMs) {
      this.#offsetMs = stated - now;
    }
    return this.#offsetMs !== usedOffsetMs;
  }
}
