/** The three forms that a reader of HTTP dates has to take (RFC 9110 §5.6.7); the last two are obsolete and still seen. */
const forms = [
  /^(?<weekday>[A-Z][a-z]{2}), (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^(?<weekday>[A-Z][a-z]{5,8}), (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^(?<weekday>[A-Z][a-z]{2}) (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/**
 * Reads a date of an HTTP header, strictly: no other form, no 30 February, no weekday that is not that day's.
 * @param nowMs milliseconds since 1970; decides the century of a year with two digits
 * @returns milliseconds since 1970, undefined for anything else
 */
export function httpDateMs(text: string, nowMs: number): number | undefined {
  for (const form of forms) {
    const groups = form.exec(text)?.groups;
    if (groups) return momentOf(groups, nowMs);
  }
  return undefined;
}

function momentOf(parts: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  // Stryker disable next-line StringLiteral: for the compiler alone; every form names all five.
  const { weekday = '', day = '', month = '', year = '', time = '' } = parts;
  const dayAndMonth = `${day.replace(' ', '0')} ${month}`;
  const fullYear = year.length === 2 ? inCentury(`${dayAndMonth} `, year, ` ${time} GMT`, nowMs) : year;
  const written = `${dayAndMonth} ${fullYear} ${time} GMT`;
  const moment = new Date(Date.parse(written));
  // toUTCString writes the first form, so the round trip refuses whatever Date.parse has bent to fit.
  if (!moment.toUTCString().endsWith(`, ${written}`)) return undefined;
  // Stryker disable next-line StringLiteral: for the compiler alone; there are seven days.
  const name = weekdays[moment.getUTCDay()] ?? '';
  return weekday === (weekday.length === 3 ? name.slice(0, 3) : name) ? moment.getTime() : undefined;
}

/** A year that would lie more than 50 years ahead means the one a century before (RFC 9110). */
function inCentury(before: string, twoDigits: string, after: string, nowMs: number): string {
  const now = new Date(nowMs);
  const year = Math.floor(now.getUTCFullYear() / 100) * 100 + Number(twoDigits);
  const limit = new Date(nowMs).setUTCFullYear(now.getUTCFullYear() + 50);
  return String(Date.parse(`${before}${year}${after}`) > limit ? year - 100 : year);
}
