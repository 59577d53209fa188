import type { BatchtaskEvent } from '../schemas/iotda-batchtask-push.js';

const LONGEST_KEY = 1_000;

/**
 * Remembers the last pushes that this instance of the function has seen. Best effort: another instance, or the same one after
 * a cold start, knows nothing of them. Whoever must act once only has to compare task, status and time in a store of their own.
 */
export class RecentPushes {
  readonly #keys = new Set<string>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * True where the same task, status and time came before. Without a time the request id stands in; with neither, a
   * repetition cannot be told from a state that came back (a retried task fails again), so it counts as new.
   */
  seenBefore(event: BatchtaskEvent): boolean {
    const moment = event.event_time_ms ?? event.request_id;
    if (moment === undefined) return false;
    const key = JSON.stringify([event.app_id ?? null, event.task_id, event.status, moment]);
    // Fields of a push have no promised length, and the memory of a function is small.
    if (key.length > LONGEST_KEY) return false;
    if (this.#keys.has(key)) return true;
    this.#keys.add(key);
    for (const oldest of this.#keys) {
      if (this.#keys.size <= this.#capacity) break;
      this.#keys.delete(oldest);
    }
    return false;
  }
}
