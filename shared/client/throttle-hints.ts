/** Milliseconds of the units that the gateway writes into its throttling message. */
const unitMs: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `Retry-After` strictly: whole seconds, or a date in the one form that HTTP still allows (IMF-fixdate).
 * @returns milliseconds from `nowMs`, 0 for a moment that has passed, undefined for anything else
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const moment = new Date(Date.parse(text));
  // toUTCString writes exactly that form, so the round trip also refuses 30 February and a wrong weekday.
  if (moment.toUTCString() !== text) return undefined;
  return Math.max(0, moment.getTime() - nowMs);
}

/**
 * The window in the gateway's throttling message, as in `…over ratelimit,limit:5,time:5 second` (signing guide §4: no
 * Retry-After is documented, this text is all there is).
 * @returns milliseconds, undefined where the text names no window
 */
export function throttleWindowMs(message: string | undefined): number | undefined {
  const match = /limit:\s?\d{1,9},\s?time:\s?(\d{1,5})\s?(second|minute|hour|day)/i.exec(message ?? '');
  const unit = unitMs[match?.[2]?.toLowerCase() ?? ''];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}
