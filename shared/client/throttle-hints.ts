import { httpDateMs } from './http-date.js';

/** When the cloud will take calls again, by its own words. */
export interface WaitHint {
  /** Milliseconds from now. */
  readonly ms: number;
  /** `retry-after` is an instruction. A `window` began some time before, so it says at most how long. */
  readonly from: 'retry-after' | 'window';
}

const throttleWindow = /limit:\s?\d{1,9},\s?time:\s?(\d{1,5})\s?(second|minute|hour|day)/i;
/** Milliseconds of the units that the gateway writes into its throttling message. */
const unitMs: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The hint of a reply: its `Retry-After`, else the window in the message of a 429.
 * @param message `error_msg` of the body
 * @param nowMs milliseconds since 1970
 */
export function waitHintOf(
  reply: { readonly status: number; readonly headers: ReadonlyMap<string, string> },
  message: string | undefined,
  nowMs: number,
): WaitHint | undefined {
  const instructed = retryAfterMs(reply.headers.get('retry-after'), nowMs);
  if (instructed !== undefined) return { ms: instructed, from: 'retry-after' };
  const window = reply.status === 429 ? throttleWindowMs(message) : undefined;
  return window === undefined ? undefined : { ms: window, from: 'window' };
}

/**
 * Reads `Retry-After` strictly: whole seconds, or one of the three forms of an HTTP date.
 * @returns milliseconds from `nowMs`, 0 for a moment that has passed, undefined for anything else
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const moment = httpDateMs(text, nowMs);
  return moment === undefined ? undefined : Math.max(0, moment - nowMs);
}

/**
 * The window in the gateway's throttling message, as in `…over ratelimit,limit:5,time:5 second` (signing guide §4: no
 * Retry-After is documented, this text is all there is).
 * @returns milliseconds, undefined where the text names no window
 */
export function throttleWindowMs(message: string | undefined): number | undefined {
  // Stryker disable next-line StringLiteral,ArrayDeclaration: any default will do that is no unit.
  const [, count = '', unit = ''] = throttleWindow.exec(message ?? '') ?? [];
  const ms = unitMs[unit.toLowerCase()];
  return ms === undefined ? undefined : Number(count) * ms;
}
