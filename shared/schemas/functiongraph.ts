import * as z from 'zod/mini';
import { number, replyObject, replyObjectOrList, rows, text } from './lenient.js';
import { isRecord } from './rules.js';

/**
 * A function as FunctionGraph shows it, read leniently; sizes in MB, timeouts in seconds. `digest` is documented as the SHA-512 of
 * the code. `user_data` is a JSON text. Whether `encrypted_user_data` is given back, and in what form, is not confirmed: never read its values.
 */
export const functionConfig = z.looseObject({
  func_urn: text,
  func_name: text,
  package: text,
  runtime: text,
  handler: text,
  timeout: number,
  memory_size: number,
  code_type: text,
  code_filename: text,
  code_size: number,
  digest: text,
  version: text,
  description: text,
  xrole: text,
  app_xrole: text,
  user_data: text,
  encrypted_user_data: text,
  initializer_handler: text,
  initializer_timeout: number,
  last_modified: text,
});
export type FunctionConfig = z.infer<typeof functionConfig>;

/** The 200 body of ListFunctions. `next_marker` is where the next page begins. */
export const functionListReply = replyObject((body) => ({
  functions: rows(functionConfig, body.functions).items,
  next_marker: z.looseObject({ next_marker: number }).parse(body).next_marker ?? undefined,
}));

const eventData = z.transform((value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {}));

/** One trigger. `event_data` holds what it was made with, and more. */
export const functionTrigger = z.looseObject({
  trigger_id: text,
  trigger_type_code: text,
  trigger_status: text,
  event_data: z.optional(eventData),
});
export type FunctionTrigger = z.infer<typeof functionTrigger>;

/** The 200 body of ListFunctionTriggers: a bare list; one in an object, as other lists have it, is taken too. */
export const triggerListReply = replyObjectOrList((body) => ({
  triggers: rows(functionTrigger, isRecord(body) ? body.triggers : body).items,
}));

const destination = z.optional(
  z.transform((value: unknown): { destination: string; param: string } | undefined => {
    if (!isRecord(value) || typeof value.destination !== 'string') return undefined;
    return { destination: value.destination, param: typeof value.param === 'string' ? value.param : '' };
  }),
);
const destinations = z.looseObject({ on_success: destination, on_failure: destination });

/** What becomes of asynchronous invocations; the age in seconds. A destination's `param` is a JSON text. */
export const asyncInvokeConfig = z.looseObject({
  max_async_event_age_in_seconds: number,
  max_async_retry_attempts: number,
  destination_config: z.nullish(destinations),
});
export type AsyncInvokeConfig = z.infer<typeof asyncInvokeConfig>;
