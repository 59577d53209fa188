import type { Clock } from '../../../local/functiongraph/clock.js';

/** Where it begins. */
export const noon = Date.parse('2026-11-21T12:00:00Z');

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  time = noon;
  #waits: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const wait = { at: this.time + ms, callback };
    this.#waits.push(wait);
    return () => {
      this.#waits = this.#waits.filter((other) => other !== wait);
    };
  }

  get waiting(): number {
    return this.#waits.length;
  }

  /** Moves on, calling back whatever becomes due in its order. */
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [first] = this.#waits.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!first) break;
      this.#waits = this.#waits.filter((other) => other !== first);
      this.time = Math.max(this.time, first.at);
      first.callback();
    }
    this.time = end;
  }

  /** Moves on as a machine does that slept: waits end late. */
  sleep(ms: number): void {
    this.time += ms;
    this.endWaits((at) => at <= this.time);
  }

  /** Ends waits without moving. */
  endWaits(which: (at: number) => boolean = () => true): void {
    const ended = this.#waits.filter(({ at }) => which(at));
    this.#waits = this.#waits.filter(({ at }) => !which(at));
    for (const { callback } of ended) callback();
  }
}
