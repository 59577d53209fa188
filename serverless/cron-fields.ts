import { ScheduleError } from './schedule-error.js';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  /** `?` is documented for the two day fields only. */
  readonly question?: true;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const fields: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31, question: true },
  { name: 'month', min: 1, max: 12, names: months },
  { name: 'day of week', min: 0, max: 6, names: days, question: true },
];

/**
 * Checks the fields of a FunctionGraph cron expression (timer page: seconds first, five or six fields, the day of week may be
 * left out) and writes them in plain numbers, so that the arithmetic behind it needs to know no other dialect.
 * @throws ScheduleError naming the field
 */
export function normaliseCronFields(expression: string): string {
  const written = expression.trim().split(/\s+/);
  if (written.length !== 5 && written.length !== 6) {
    throw new ScheduleError(
      `a cron expression has 5 or 6 fields, this one has ${expression.trim() === '' ? 0 : written.length}`,
      'Write "second minute hour day-of-month month day-of-week", seconds first',
    );
  }
  return fields.map((field, i) => normaliseField(written[i] ?? '*', field)).join(' ');
}

function normaliseField(text: string, field: Field): string {
  return text
    .split(',')
    .map((part) => normalisePart(part, field))
    .join(',');
}

/** One of `*`, `?`, `N`, `N-M`, each with an optional `/STEP`; `N/STEP` runs from N to the end of the field. */
function normalisePart(part: string, field: Field): string {
  const [range = '', step, ...rest] = part.split('/');
  if (rest.length > 0) throw broken(field, part);
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= field.max)) {
    throw broken(field, part);
  }
  if (range === '*' || (range === '?' && field.question)) return step === undefined ? '*' : `*/${step}`;

  const [from = '', to, ...tail] = range.split('-');
  if (tail.length > 0) throw broken(field, part);
  const first = toNumber(from, field, part);
  const last = to === undefined ? undefined : toNumber(to, field, part);
  if (last !== undefined && last < first) throw broken(field, part);
  if (step !== undefined) return `${first}-${last ?? field.max}/${step}`;
  return last === undefined ? `${first}` : `${first}-${last}`;
}

function toNumber(text: string, field: Field, part: string): number {
  const index = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = index >= 0 ? index + field.min : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.min && value <= field.max)) throw broken(field, part);
  return value;
}

function broken(field: Field, part: string): ScheduleError {
  const named = field.names ? ` or ${field.names[0]}-${field.names.at(-1)}` : '';
  const question = field.question ? '?, ' : '';
  return new ScheduleError(
    `"${part}" cannot stand in the field ${field.name}`,
    `Use *, ${question}lists, ranges and steps of ${field.min}-${field.max}${named}`,
  );
}
