const COMPACT = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(?:\.?(\d{1,9}))?Z$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/;

/** The last moment that a Date can hold. */
const latest = 8.64e15;

/** Milliseconds since the epoch; undefined for a date that no calendar has (month 13, 30 February, 24 o'clock). */
function utc(parts: RegExpExecArray | null): number | undefined {
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const ms = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  // A part that is out of range rolls over into the next one; then the parts no longer read back.
  const same =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return same ? date.getTime() : undefined;
}

/**
 * A time of a push in milliseconds since the epoch: `yyyyMMdd'T'HHmmss'Z'` (`event_time` of the IoTDA push page), which
 * JavaScript's own Date cannot read, ISO text in UTC (`event_time_ms`), or a number of milliseconds, also as text. Either field
 * is read in any of these forms. Undefined where it is none of them, is not in UTC, or no calendar has it.
 */
export function readPushTime(value: unknown): number | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value >= 0 && value <= latest ? value : undefined;
  if (typeof value !== 'string') return undefined;
  return /^\d{13}$/.test(value) ? Number(value) : utc(COMPACT.exec(value) ?? ISO.exec(value));
}
