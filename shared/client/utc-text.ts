/**
 * A moment as `2026-11-25T18:00:00.000Z`, like `Date.toISOString` for the years 0 to 9999. Its own few lines, because the first use
 * of that one (and of `toJSON` and `toUTCString`) in a process takes a millisecond, and every cold start signs and logs.
 * @throws RangeError for an invalid date, as that one does
 */
export function utcText(moment: Date): string {
  const year = moment.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return moment.toISOString();
  const date = `${digits(year, 4)}-${digits(moment.getUTCMonth() + 1, 2)}-${digits(moment.getUTCDate(), 2)}`;
  return `${date}T${timeOf(moment, ':')}.${digits(moment.getUTCMilliseconds(), 3)}Z`;
}

/** The same moment as `20261125T180000Z`, which `X-Sdk-Date` has. Only for the years 0 to 9999. */
export function compactUtcText(moment: Date): string {
  const date = `${digits(moment.getUTCFullYear(), 4)}${digits(moment.getUTCMonth() + 1, 2)}${digits(moment.getUTCDate(), 2)}`;
  return `${date}T${timeOf(moment, '')}Z`;
}

function timeOf(moment: Date, between: string): string {
  const parts = [moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()];
  return parts.map((part) => digits(part, 2)).join(between);
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}
