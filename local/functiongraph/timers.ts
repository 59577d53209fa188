import { isDeepStrictEqual } from 'node:util';
import { rfc3339 } from '../../serverless/region-time.js';
import { nextFire, parseSchedule, type Schedule } from '../../serverless/schedule.js';
import type { ServiceTimer } from '../../serverless/service-file.js';
import type { Clock } from './clock.js';

/** A wait does not count the time for which the machine was suspended: a long one would end late by all of that. */
const longestWaitMs = 60_000;

/** A timer as it is listed. `next` is absent where it does not fire by itself. */
export interface TimerInfo {
  readonly name: string;
  readonly function: string;
  readonly active: boolean;
  readonly schedule: string;
  readonly next?: Date;
}

interface Armed {
  readonly timer: ServiceTimer;
  readonly functionName: string;
  readonly schedule: Schedule;
  next?: Date;
  callOff?: () => void;
}

export interface TimersSetup {
  /** IANA zone that cron expressions without CRON_TZ are read in. */
  readonly zone: string;
  readonly clock: Clock;
  readonly fire: (functionName: string, timer: ServiceTimer, at: Date) => void;
}

/** The TIMER triggers of all functions: each active one calls `fire` at the moments of its schedule, until it is closed. */
export class Timers {
  readonly #setup: TimersSetup;
  #armed: Armed[] = [];

  constructor(setup: TimersSetup) {
    this.#setup = setup;
  }

  /** @throws ScheduleError for a schedule that is none */
  check(timers: readonly ServiceTimer[]): void {
    for (const timer of timers) this.#parse(timer);
  }

  /**
   * Puts the timers of one function in place of those it had; one that stays the same keeps its next moment.
   * @throws ScheduleError for a schedule that is none; nothing is changed then
   */
  set(functionName: string, timers: readonly ServiceTimer[]): void {
    const own = this.#armed.filter((armed) => armed.functionName === functionName);
    const wanted = timers.map((timer): Armed => {
      const same = own.find((armed) => isDeepStrictEqual(armed.timer, timer));
      return same ?? { timer, functionName, schedule: this.#parse(timer) };
    });
    for (const armed of own) if (!wanted.includes(armed)) armed.callOff?.();
    this.#armed = [...this.#armed.filter((armed) => !own.includes(armed)), ...wanted];
    const now = this.#setup.clock.now();
    for (const armed of wanted) if (armed.timer.active && !own.includes(armed)) this.#arm(armed, now);
  }

  list(): TimerInfo[] {
    return this.#armed.map(({ timer, functionName, next }) => ({
      name: timer.name,
      function: functionName,
      active: timer.active,
      schedule: timer.schedule,
      ...(next ? { next } : {}),
    }));
  }

  find(name: string): { timer: ServiceTimer; functionName: string } | undefined {
    return this.#armed.find((armed) => armed.timer.name === name);
  }

  close(): void {
    for (const armed of this.#armed) armed.callOff?.();
  }

  #parse({ scheduleType: type, schedule }: ServiceTimer): Schedule {
    return parseSchedule({ type, schedule, defaultZone: this.#setup.zone });
  }

  #arm(armed: Armed, after: number): void {
    const next = nextFire(armed.schedule, new Date(after));
    if (!next) {
      delete armed.next;
      return;
    }
    armed.next = next;
    this.#wait(armed, next);
  }

  #wait(armed: Armed, due: Date): void {
    const ms = Math.min(longestWaitMs, due.getTime() - this.#setup.clock.now());
    armed.callOff = this.#setup.clock.after(ms, () => this.#due(armed, due));
  }

  #due(armed: Armed, due: Date): void {
    const now = this.#setup.clock.now();
    // A wait may be a part of all, or end a little early, and somebody may have set the machine's clock back.
    if (now < due.getTime()) {
      this.#wait(armed, due);
      return;
    }
    this.#setup.fire(armed.functionName, armed.timer, due);
    // Moments that passed while the machine slept are not made up for.
    this.#arm(armed, Math.max(due.getTime(), now));
  }
}

/** The event of a timer (timer event page): `user_event` is always a text, and there is no id. */
export function timerEvent(timer: ServiceTimer, at: Date, zone: string): Buffer {
  const event = {
    version: 'v1.0',
    time: rfc3339(at, zone),
    trigger_type: 'TIMER',
    trigger_name: timer.name,
    user_event: timer.userEvent,
  };
  return Buffer.from(JSON.stringify(event));
}
