import { Cron } from 'croner';
import { normaliseCronFields } from './cron-fields.js';
import { isTimeZone } from './region-time.js';
import { ScheduleError } from './schedule-error.js';

/** When a timer fires: at a fixed distance in ms, or as a cron expression says in its time zone. */
export type Schedule =
  | { readonly kind: 'interval'; readonly ms: number }
  | { readonly kind: 'cron'; readonly cron: Cron; readonly zone: string };

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The platform's cron library counts nanoseconds in 64 bits: 292 years. */
const longestEvery = 2 ** 63 / 1e6;

const largestRate: Readonly<Record<string, number>> = { m: 60, h: 24, d: 30 };

/**
 * Reads the schedule of a TIMER trigger (timer trigger page and its page on cron expressions): `Rate` takes `3m`, `1h`, `1d`;
 * `Cron` takes `@every 1h30m` or five to six fields with the seconds first, both after an optional `CRON_TZ=Zone `.
 * @throws ScheduleError saying what is wrong and what to write instead
 */
export function parseSchedule(timer: { type: 'Rate' | 'Cron'; schedule: string; defaultZone: string }): Schedule {
  return timer.type === 'Rate' ? parseRate(timer.schedule) : parseCron(timer.schedule, timer.defaultZone);
}

/** The first moment after `after` at which the schedule fires; undefined where there is none any more. */
export function nextFire(schedule: Schedule, after: Date): Date | undefined {
  if (schedule.kind === 'cron') return schedule.cron.nextRun(after) ?? undefined;
  const wholeSecond = Math.floor(after.getTime() / 1000) * 1000;
  return new Date(wholeSecond + schedule.ms);
}

function parseRate(text: string): Schedule {
  const [, digits = '', unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const count = Number(digits);
  if (!(count >= 1 && count <= (largestRate[unit] ?? 0))) {
    throw new ScheduleError(`"${text}" is not a rate`, 'Write 1m-60m, 1h-24h or 1d-30d');
  }
  return { kind: 'interval', ms: count * (unitMs[unit] ?? 0) };
}

function parseCron(text: string, defaultZone: string): Schedule {
  const [, zone = defaultZone, expression = ''] = /^(?:CRON_TZ=(\S*)\s+)?(.*)$/s.exec(text.trim()) ?? [];
  if (!isTimeZone(zone)) {
    throw new ScheduleError(`"${zone}" is not a time zone`, 'Write a zone such as CRON_TZ=Asia/Shanghai');
  }
  if (expression.startsWith('@')) return parseEvery(expression);

  const cron = new Cron(normaliseCronFields(expression), { paused: true, timezone: zone, mode: '6-part' });
  // Any date that exists comes round within the eight years that a leap day can be away.
  if (!cron.nextRun(new Date(0))) {
    throw new ScheduleError(`"${expression}" never comes`, 'Write a day of month that its months have');
  }
  return { kind: 'cron', cron, zone };
}

/** `@every` takes a sum of parts such as `1h30m` or `1.5h`; like the platform's cron library it never runs below one second. */
function parseEvery(expression: string): Schedule {
  const [, text = ''] = /^@every\s+(\S+)$/.exec(expression) ?? [];
  const part = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/g;
  let ms = 0;
  for (const [, count = '', unit = ''] of text.matchAll(part)) ms += Number(count) * (unitMs[unit] ?? 0);
  if (text.replace(part, '') !== '' || !(ms > 0)) {
    throw new ScheduleError(
      `"${expression}" is not an interval`,
      'Write @every with parts in h, m, s, ms, us or ns, as in @every 1h30m',
    );
  }
  if (ms > longestEvery)
    throw new ScheduleError(`"${expression}" is longer than 292 years`, 'Write a shorter interval');
  return { kind: 'interval', ms: Math.max(1000, Math.floor(ms / 1000) * 1000) };
}
