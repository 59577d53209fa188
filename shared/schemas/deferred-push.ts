import * as z from 'zod/mini';

/** A push on its way to a later invocation of the same function: the event that it is invoked with. */
export const deferredPush = z.strictObject({
  deferred_push: z.strictObject({
    /** How many invocations have tried to keep it. */
    attempt: z.int().check(z.minimum(1)),
    /** When it came, in milliseconds since the epoch. */
    received_at_ms: z.int().check(z.minimum(0)),
    /** The payload as it came. */
    push: z.unknown(),
  }),
});
export type DeferredPush = z.infer<typeof deferredPush>;
