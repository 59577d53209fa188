import * as z from 'zod/mini';

/** The input of advance-chains. Its timers give none; a call after a push says why it came. */
export const advanceInput = z.strictObject({ reason: z.optional(z.string().check(z.maxLength(100))) });
export type AdvanceInput = z.infer<typeof advanceInput>;
