import { rfc3339 } from '../../serverless/region-time.js';
import { nextFire, parseSchedule, type Schedule } from '../../serverless/schedule.js';
import type { Service, ServiceTimer } from '../../serverless/service-file.js';
import type { Clock } from './clock.js';

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

/** The TIMER triggers of a service: each active one calls `fire` at the moments of its schedule, until it is closed. */
export class Timers {
  readonly #clock: Clock;
  readonly #fire: (functionName: string, timer: ServiceTimer, at: Date) => void;
  readonly #armed: Armed[];

  constructor(service: Service, clock: Clock, fire: (functionName: string, timer: ServiceTimer, at: Date) => void) {
    this.#clock = clock;
    this.#fire = fire;
    this.#armed = service.functions.flatMap((fn) =>
      fn.timers.map((timer) => ({
        timer,
        functionName: fn.name,
        schedule: parseSchedule({ type: timer.scheduleType, schedule: timer.schedule, defaultZone: service.zone }),
      })),
    );
    for (const armed of this.#armed) if (armed.timer.active) this.#arm(armed, clock.now());
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
    armed.callOff = this.#clock.after(due.getTime() - this.#clock.now(), () => this.#due(armed, due));
  }

  #due(armed: Armed, due: Date): void {
    const now = this.#clock.now();
    // A wait may end a little early, and somebody may have set the machine's clock back.
    if (now < due.getTime()) {
      this.#wait(armed, due);
      return;
    }
    this.#fire(armed.functionName, armed.timer, due);
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
