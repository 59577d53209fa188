const COMPACT = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/;

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

/** `event_time`, `yyyyMMdd'T'HHmmss'Z'` (IoTDA push page), which JavaScript's own Date cannot read. Always UTC. */
export function readEventTime(value: string): number | undefined {
  return utc(COMPACT.exec(value));
}

/** `event_time_ms`: ISO text in UTC as on the IoTDA push page, or a number of milliseconds since the epoch. */
export function readEventTimeMs(value: string | number): number | undefined {
  if (typeof value === 'string') return utc(ISO.exec(value));
  return Number.isSafeInteger(value) && value >= 0 && value <= 8.64e15 ? value : undefined;
}
