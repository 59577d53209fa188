import * as z from 'zod/mini';

/**
 * Our own input field: what to do after a POST whose outcome is unknown. `report` (the default) says so and how to check;
 * `reconcile` looks in the cloud first and reports as done what it finds. Neither ever repeats the POST.
 */
export const ON_UNKNOWN = ['report', 'reconcile'] as const;
export const onUnknown = z.optional(z.enum(ON_UNKNOWN));
