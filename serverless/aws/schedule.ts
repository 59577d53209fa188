import { normaliseCronFields } from '../cron-fields.js';
import { parseSchedule } from '../schedule.js';
import type { ServiceTimer } from '../service-file.js';

/** When a timer fires in the words of EventBridge Scheduler, or why it cannot say that. */
export type AwsSchedule = { readonly rate: string; readonly timezone?: string } | { readonly impossible: string };

/**
 * Translates a timer of FunctionGraph (seconds first, Sunday is 0, a zone in front) for EventBridge Scheduler (no seconds, Sunday
 * is 1, one of the two day fields is `?`, a year at the end; EventBridge Scheduler user guide, "Schedule types").
 */
export function awsSchedule({ scheduleType, schedule }: ServiceTimer, defaultZone: string): AwsSchedule {
  const parsed = parseSchedule({ type: scheduleType, schedule, defaultZone });
  if (parsed.kind === 'interval') return awsRate(parsed.ms);
  const expression = schedule.trim().replace(/^CRON_TZ=\S*\s+/, '');
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] =
    normaliseCronFields(expression).split(' ');
  if (second !== '0') return { impossible: `EventBridge knows no seconds, and this one fires at second ${second}` };
  if (dayOfMonth !== '*' && dayOfWeek !== '*') {
    return { impossible: 'EventBridge takes a day of the month or a day of the week, and this one has both' };
  }
  const days = dayOfWeek === '*' ? [from(dayOfMonth, 1), '?'] : ['?', weekdays(dayOfWeek)];
  const [day = '', weekday = ''] = days;
  const rate = `cron(${from(minute, 0)} ${from(hour, 0)} ${day} ${from(month, 1)} ${weekday} *)`;
  return { rate, timezone: parsed.zone };
}

function awsRate(ms: number): AwsSchedule {
  const minutes = ms / 60_000;
  if (!Number.isInteger(minutes)) return { impossible: 'EventBridge counts in whole minutes' };
  return { rate: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})` };
}

/** Days of the week, each number one higher. Steps are written out: AWS's guide of EventBridge rules has `/` for every field but this one, and a list is
 * taken in any case. Not confirmed for schedules. */
function weekdays(field: string): string {
  return field
    .split(',')
    .map((part) => {
      const [days = '', step] = part.split('/');
      const [first = 0, last = first] = days === '*' ? [0, 6] : days.split('-').map(Number);
      if (step === undefined) return days.replaceAll(/\d+/g, (day) => String(Number(day) + 1));
      const all = Array.from({ length: last - first + 1 }, (_, i) => first + i + 1);
      return all.filter((_, i) => i % Number(step) === 0).join(',');
    })
    .join(',');
}

/** A step over the whole field begins at its first value, which EventBridge wants to be said. */
function from(field: string, first: number): string {
  return field
    .split(',')
    .map((part) => part.replace(/^\*\//, `${first}/`))
    .join(',');
}
