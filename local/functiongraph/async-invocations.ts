import { randomUUID } from 'node:crypto';
import type { AsyncConfig, AsyncDestination } from './async-config.js';
import { type EndedInvocation, functionUrnOf, notificationOf } from './async-notification.js';
import { type AsyncInvocation, type Queued, shown } from './async-status.js';
import type { Clock } from './clock.js';
import type { InvokeResult } from './invoke-result.js';
import { largestAsyncEvent } from './limits.js';

export interface AsyncSetup {
  /** One attempt. Rejects only where there is no such function any more. */
  readonly run: (functionName: string, event: Uint8Array, requestId: string, trigger: string) => Promise<InvokeResult>;
  readonly clock: Clock;
  readonly configOf: (functionName: string) => AsyncConfig;
  /** How many instances a function may have: so many of its events run at once. */
  readonly mostAtOnce: (functionName: string) => number;
  readonly urnOf: (functionName: string) => string;
  /** The function of a URN; undefined where there is none here. */
  readonly nameOf: (urn: string) => string | undefined;
  /** IANA zone of the region, for the timestamps of notifications. */
  readonly zone: string;
  /** Told what could not be delivered. */
  readonly report: (line: string) => void;
}

/** The event is larger than an asynchronous one may be; nothing was queued. */
export class AsyncEventTooLargeError extends Error {
  override readonly name = 'AsyncEventTooLargeError';
}

/** The events of one function. */
interface Lane {
  /** In the order in which they are run. */
  readonly waiting: Queued[];
  /** Accepted and not ended, in the order they came. */
  readonly active: Set<Queued>;
  /** The last that ended, oldest first. */
  readonly ended: AsyncInvocation[];
  running: number;
}

/** In ms: the first retry waits 1 s, each further one twice as long. The platform's own figures are not documented. */
const firstBackoffMs = 1000;
const longestBackoffMs = 60_000;

/** How many ended invocations of each function are kept for the status list. */
const keptEnded = 1000;

/** Two functions that are each other's destination would run for ever; Lambda stops such a chain at 16, too. */
const mostHops = 16;

/**
 * The asynchronous queue (asynchronous page): an event is accepted at once and run when an instance is free, in the order of
 * acceptance. A failure of the code is repeated as the function's settings say; an instance that was killed meanwhile is a
 * system error, after which the event is always run again, until its age runs out: duplicates are possible, losses are not.
 * The queue lives in memory: what it holds when the platform ends is gone.
 */
export class AsyncInvocations {
  readonly #setup: AsyncSetup;
  readonly #lanes = new Map<string, Lane>();
  #whenSettled: (() => void)[] = [];
  #pending = 0;
  #closed = false;

  constructor(setup: AsyncSetup) {
    this.#setup = setup;
  }

  /**
   * Accepts an event and gives its request id. `trigger` is what report lines call it.
   * @throws AsyncEventTooLargeError above 256 KB
   */
  submit(functionName: string, event: Uint8Array, trigger = 'async'): string {
    if (event.length > largestAsyncEvent) {
      throw new AsyncEventTooLargeError(
        `The event has ${event.length} bytes; an asynchronous one has at most ${largestAsyncEvent}. It was not queued.`,
      );
    }
    return this.#accept(functionName, event, trigger, 0);
  }

  /** Every known invocation of a function, the newest first. */
  list(functionName: string): AsyncInvocation[] {
    return [...this.active(functionName), ...(this.#lanes.get(functionName)?.ended ?? []).toReversed()];
  }

  /** Those that wait or run, the newest first. */
  active(functionName: string): AsyncInvocation[] {
    return [...(this.#lanes.get(functionName)?.active ?? [])].reverse().map(shown);
  }

  /** How many events, of all functions, have not come to an end. */
  get pending(): number {
    return this.#pending;
  }

  /** Resolves when no event is pending. */
  async settled(): Promise<void> {
    if (this.#pending > 0 && !this.#closed) await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
  }

  /** Starts nothing any more. `pending` then tells how many events are lost with the queue. */
  close(): void {
    this.#closed = true;
    for (const lane of this.#lanes.values()) for (const queued of lane.active) queued.callOff();
    for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  #accept(functionName: string, event: Uint8Array, trigger: string, hops: number): string {
    const queued: Queued = {
      requestId: randomUUID(),
      functionName,
      event,
      trigger,
      startTime: new Date(this.#setup.clock.now()),
      hops,
      status: 'WAIT',
      attempts: 0,
      callOff: () => undefined,
    };
    const lane = this.#laneOf(functionName);
    lane.active.add(queued);
    this.#pending += 1;
    this.#enqueue(lane, queued);
    return queued.requestId;
  }

  #laneOf(functionName: string): Lane {
    const found = this.#lanes.get(functionName);
    if (found) return found;
    const lane: Lane = { waiting: [], active: new Set(), ended: [], running: 0 };
    this.#lanes.set(functionName, lane);
    return lane;
  }

  #enqueue(lane: Lane, queued: Queued): void {
    queued.callOff = this.#setup.clock.after(this.#ageLeft(queued), () => {
      lane.waiting.splice(lane.waiting.indexOf(queued), 1);
      this.#end(lane, queued, 'DISCARD');
    });
    lane.waiting.push(queued);
    this.#runNext(lane, queued.functionName);
  }

  /** In ms, from now on. */
  #ageLeft({ functionName, startTime }: Queued): number {
    const { clock, configOf } = this.#setup;
    return startTime.getTime() + configOf(functionName).maxAgeSeconds * 1000 - clock.now();
  }

  #runNext(lane: Lane, functionName: string): void {
    while (!this.#closed && lane.running < this.#setup.mostAtOnce(functionName)) {
      const queued = lane.waiting.shift();
      if (!queued) return;
      queued.callOff();
      void this.#attempt(lane, queued);
    }
  }

  async #attempt(lane: Lane, queued: Queued): Promise<void> {
    const { functionName, event, requestId, trigger } = queued;
    queued.status = 'RUNNING';
    queued.attempts += 1;
    lane.running += 1;
    const attempt = queued.attempts === 1 ? trigger : `${trigger} (attempt ${queued.attempts})`;
    const ended = await this.#setup.run(functionName, event, requestId, attempt).catch(String);
    lane.running -= 1;
    if (this.#closed) return;
    if (typeof ended === 'string') {
      queued.errorMessage = ended;
      this.#end(lane, queued, 'FAIL');
    } else {
      queued.result = ended;
      if (ended.ok) this.#end(lane, queued, 'SUCCESS');
      else this.#failed(lane, queued, ended);
    }
    this.#runNext(lane, functionName);
  }

  #failed(lane: Lane, queued: Queued, result: InvokeResult): void {
    const { maxRetries } = this.#setup.configOf(queued.functionName);
    if (result.failure !== 'killed' && queued.attempts > maxRetries) {
      this.#end(lane, queued, 'FAIL');
      return;
    }
    queued.status = 'WAIT';
    const backoff = Math.min(firstBackoffMs * 2 ** (queued.attempts - 1), longestBackoffMs);
    // An age that runs out during the wait ends it: enqueueing then discards at once.
    queued.callOff = this.#setup.clock.after(Math.min(backoff, this.#ageLeft(queued)), () => {
      if (this.#ageLeft(queued) <= 0) this.#end(lane, queued, 'DISCARD');
      else this.#enqueue(lane, queued);
    });
  }

  #end(lane: Lane, queued: Queued, status: 'SUCCESS' | 'FAIL' | 'DISCARD'): void {
    queued.status = status;
    queued.endTime = new Date(this.#setup.clock.now());
    lane.active.delete(queued);
    lane.ended.push(shown(queued));
    if (lane.ended.length > keptEnded) lane.ended.shift();
    const { onSuccess, onFailure } = this.#setup.configOf(queued.functionName);
    const destination = status === 'SUCCESS' ? onSuccess : onFailure;
    if (destination) this.#notify(queued, destination);
    this.#pending -= 1;
    if (this.#pending === 0) for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  /** A notification is queued whatever its size: it carries two payloads, and the limit is the caller's. */
  #notify(queued: Queued, destination: AsyncDestination): void {
    const { urnOf, nameOf, zone, report } = this.#setup;
    const ended: EndedInvocation = { ...shown(queued), event: queued.event, result: queued.result };
    const urn = functionUrnOf(destination);
    const target = urn === undefined ? undefined : nameOf(urn);
    const what = `The end (${queued.status}) of the asynchronous invocation ${queued.requestId} of ${queued.functionName}`;
    if (target === undefined) {
      report(
        `${what} was not delivered: ${destination.destination} ${destination.param} is no function on this machine.`,
      );
    } else if (queued.hops >= mostHops) {
      report(`${what} was not delivered to ${target}: ${mostHops} notifications in a row led to it. Is it a circle?`);
    } else {
      const notification = notificationOf(ended, urnOf(queued.functionName), zone);
      this.#accept(target, notification, `async from ${queued.functionName}`, queued.hops + 1);
    }
  }
}
