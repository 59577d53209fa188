import * as z from 'zod/mini';
import { gatewayError, type Reply } from './cloud-operation.js';

/** How many calls of an operation pass in how many seconds. */
export interface Limit {
  readonly limit: number;
  readonly seconds: number;
}

/** The body of `PUT /_local/throttle`; operation `*` sets the default. */
export const throttleSchema = z.strictObject({
  operation: z.string().check(z.minLength(1)),
  limit: z.int().check(z.minimum(0), z.maximum(1_000_000)),
  seconds: z.int().check(z.minimum(1), z.maximum(3600)),
});

/** The documented default of the gateway: 200 calls per second for each API. */
export const documentedLimit: Limit = { limit: 200, seconds: 1 };

/** Counts calls per operation in windows of real time. */
export interface Throttle {
  /** A 429 where the operation's limit is reached, else undefined, and the call is counted. */
  check(operation: string, requestId: string): Reply | undefined;
  set(operation: string, limit: Limit): void;
  /** Every limit that was set, `*` the default. */
  limits(): Readonly<Record<string, Limit>>;
  /** Back to the default, all counts forgotten. */
  clear(): void;
}

/** @param realNow epoch ms */
export function createThrottle(realNow: () => number, standard: Limit = documentedLimit): Throttle {
  const limits = new Map<string, Limit>([['*', standard]]);
  const windows = new Map<string, { start: number; count: number }>();
  const limitOf = (operation: string): Limit => limits.get(operation) ?? limits.get('*') ?? standard;
  return {
    check(operation, requestId) {
      const limit = limitOf(operation);
      const now = realNow();
      const last = windows.get(operation);
      const window = last && now - last.start < limit.seconds * 1000 ? last : { start: now, count: 0 };
      windows.set(operation, window);
      if (window.count >= limit.limit) return gatewayError(429, 'APIGW.0308', throttledText(limit), requestId);
      window.count += 1;
      return undefined;
    },
    set(operation, limit) {
      limits.set(operation, limit);
      windows.clear();
    },
    limits: () => Object.fromEntries(limits),
    clear() {
      limits.clear();
      limits.set('*', standard);
      windows.clear();
    },
  };
}

/** The gateway's text; limit and window stand nowhere else, and there is no Retry-After (signing guide, throttling). */
export function throttledText({ limit, seconds }: Limit): string {
  const time = seconds % 60 === 0 ? `${seconds / 60} minute` : `${seconds} second`;
  return `The throttling threshold has been reached: policy api over ratelimit,limit:${limit},time:${time}`;
}
