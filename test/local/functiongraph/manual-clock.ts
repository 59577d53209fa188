import type { Clock } from '../../../local/functiongraph/clock.js';

/** Where it begins. */
export const noon = Date.parse('2026-11-21T12:00:00Z');

/** A clock that stands until it is moved. */
export class ManualClock implements Clock {
  time = noon;
  #waits: { id: symbol; at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const wait = { id: Symbol(), at: this.time + ms, callback };
    this.#waits.push(wait);
    return () => {
      this.#waits = this.#waits.filter(({ id }) => id !== wait.id);
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

  /** Moves the time on, and no wait with it, as a machine does that was suspended. */
  suspend(ms: number): void {
    this.time += ms;
    this.#waits = this.#waits.map((wait) => ({ ...wait, at: wait.at + ms }));
  }

  /** Ends waits without moving. */
  endWaits(which: (at: number) => boolean = () => true): void {
    const ended = this.#waits.filter(({ at }) => which(at));
    this.#waits = this.#waits.filter(({ at }) => !which(at));
    for (const { callback } of ended) callback();
  }
}
