import * as z from 'zod/mini';

/** What the emulated FunctionGraph remembers of a function; the zip itself lies in the code store, under its digest. */
export const fgsTrigger = z.object({
  trigger_id: z.string(),
  trigger_type_code: z.enum(['TIMER', 'APIG', 'DEDICATEDGATEWAY']),
  trigger_status: z.enum(['ACTIVE', 'DISABLED']),
  /** As it was sent. */
  event_data: z.record(z.string(), z.unknown()),
  /** Epoch ms. */
  created_ms: z.number(),
  updated_ms: z.number(),
});

const destination = z.object({ destination: z.string(), param: z.string() });

/** The asynchronous settings of a function. */
export const fgsAsyncConfig = z.object({
  max_async_event_age_in_seconds: z.number(),
  max_async_retry_attempts: z.number(),
  destination_config: z.object({ on_success: z.optional(destination), on_failure: z.optional(destination) }),
  enable_async_status_log: z.boolean(),
  /** Epoch ms. */
  created_ms: z.number(),
  modified_ms: z.number(),
});

const variables = z.record(z.string(), z.string());

export const fgsFunction = z.object({
  func_id: z.string(),
  func_name: z.string(),
  package: z.string(),
  runtime: z.string(),
  handler: z.string(),
  /** In seconds. */
  timeout: z.number(),
  /** In MB. */
  memory_size: z.number(),
  description: z.string(),
  user_data: variables,
  /** Secret: never shown by the API nor under /_local/. */
  encrypted_user_data: variables,
  /** The agency of the configuration. */
  xrole: z.string(),
  /** The agency of the code; where it is empty, the code gets the other one's credentials. */
  app_xrole: z.string(),
  /** Empty where there is none. */
  initializer_handler: z.string(),
  /** In seconds; 0 where there is no initializer. */
  initializer_timeout: z.number(),
  code: z.object({
    code_type: z.enum(['zip', 'inline']),
    code_filename: z.string(),
    /** Of the zip, in bytes. */
    code_size: z.number(),
    /** SHA-512 of the zip, in hexadecimal digits. */
    digest: z.string(),
  }),
  /** Settings that mean nothing here: kept, and shown as they were sent. */
  kept: z.record(z.string(), z.unknown()),
  /** Epoch ms. */
  modified_ms: z.number(),
  triggers: z.array(fgsTrigger),
  async_config: z.optional(fgsAsyncConfig),
});

export type FgsAsyncConfig = z.infer<typeof fgsAsyncConfig>;
export type FgsTrigger = z.infer<typeof fgsTrigger>;
export type FgsFunction = z.infer<typeof fgsFunction>;
