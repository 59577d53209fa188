import * as z from 'zod/mini';
import { acrossFields, pathSegment } from '../schemas/rules.js';
import type { JsonObject } from './chain.js';
import { RUN_STATES } from './records.js';
import { MOST_LISTED } from './runs.js';
import { LARGEST_EVENT } from './start-runs.js';

const NO_TIME = 'must be a time with its zone, as 2026-11-25T10:00:00Z, a date, or milliseconds since the epoch';
const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const epochMs = /^\d{1,14}$/;

/** False for a day that no calendar has, which a Date takes for one of the next month. */
function isDay(text: string): boolean {
  const day = text.slice(0, 'yyyy-mm-dd'.length);
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** A moment in epoch ms. A text without a zone is refused, for it would mean the clock of whatever machine reads it. */
const moment = z.pipe(
  z.union([z.string(), z.number()], NO_TIME),
  z.transform((value, { issues, value: input }) => {
    const text = String(value);
    const ms = epochMs.test(text) ? Number(text) : isoTime.test(text) && isDay(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(ms)) issues.push({ code: 'custom', message: NO_TIME, input });
    return ms;
  }),
);

/** Which runs are listed. `from` is the first moment that counts and `to` the first one that does not. */
export const listRunsInput = z.strictObject({
  chain: z.optional(pathSegment(128)),
  state: z.optional(z.enum(RUN_STATES)),
  from: z.optional(moment),
  to: z.optional(moment),
  limit: z.optional(z.int().check(z.minimum(1), z.maximum(MOST_LISTED))),
  offset: z.optional(z.int().check(z.minimum(0), z.maximum(1_000_000_000))),
});
export type ListRunsInput = z.infer<typeof listRunsInput>;

/** One run, by its id. */
export const runIdInput = z.strictObject({ id: pathSegment(64) });
export type RunIdInput = z.infer<typeof runIdInput>;

/** `unknown` says what became of steps whose outcome nobody knows; without it they are looked at once more. */
export const retryRunInput = z.strictObject({
  id: pathSegment(64),
  unknown: z.optional(z.enum(['look-again', 'done', 'not-done'])),
});
export type RetryRunInput = z.infer<typeof retryRunInput>;

const event = z.optional(
  z
    .record(z.string(), z.unknown())
    .check(
      z.refine(
        (value) => JSON.stringify(value).length <= LARGEST_EVENT,
        `must have at most ${LARGEST_EVENT} characters as JSON`,
      ),
    ),
);

/** A chain to start by hand. `event` is what its expressions see under that name, and `input` another word for it. */
export const runChainInput = z
  .strictObject({
    name: pathSegment(128),
    event,
    input: event,
    dry_run: z.optional(z.boolean()),
  })
  .check(
    acrossFields((fields, report) => {
      if (fields.event !== undefined && fields.input !== undefined) {
        report(['input'], 'means the same as event; give one of them');
      }
    }),
  );
export type RunChainInput = z.infer<typeof runChainInput>;

/** The event of a start by hand, {} where none is given. */
export function eventOf({ event: given, input }: RunChainInput): JsonObject {
  return (given ?? input ?? {}) as JsonObject;
}
