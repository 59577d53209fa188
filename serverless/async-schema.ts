import * as z from 'zod/mini';
import { text, wholeNumber } from './field-schemas.js';

/** What a destination that is no function takes, in the service's own words: `bucket` of OBS, `topic_urn` of SMN, `stream_name` of DIS. */
const destinationParam = z.record(
  z.string(),
  z.union([text('Write a text'), z.number()], 'Write a text or a number'),
  'Write what the destination takes, as in param: { topic_urn: URN }',
);

const destination = z.discriminatedUnion(
  'destination',
  [
    z.strictObject({
      destination: z.literal('FunctionGraph'),
      function: text('Write the key of a function of this file'),
    }),
    z.strictObject({ destination: z.enum(['OBS', 'SMN', 'DIS']), param: destinationParam }),
  ],
  'Write destination: FunctionGraph with function: NAME, or OBS, SMN or DIS with param:',
);

const destinationConfig = z.strictObject(
  { onSuccess: z.optional(destination), onFailure: z.optional(destination) },
  'Write onSuccess: or onFailure: in it',
);

/**
 * What becomes of asynchronous invocations. The plugin has no key for it; the words are those of the API (page functiongraph_06_0142), which
 * contradicts itself about ranges and defaults: these are the ranges of its request table.
 */
export const asyncInvokeConfig = z.strictObject(
  {
    maxAsyncRetryAttempts: z.optional(wholeNumber(0, 3, 'retries')),
    maxAsyncEventAgeInSeconds: z.optional(wholeNumber(1, 86_400, 'seconds')),
    destinationConfig: z.optional(destinationConfig),
  },
  'Write maxAsyncRetryAttempts:, maxAsyncEventAgeInSeconds: or destinationConfig: in it',
);

export type AsyncInvokeEntry = z.infer<typeof asyncInvokeConfig>;
export type DestinationEntry = z.infer<typeof destination>;

/** The keys that may stand below `asyncInvokeConfig`, by the last key above them. */
export const asyncKeys: Readonly<Record<string, readonly string[]>> = {
  asyncInvokeConfig: Object.keys(asyncInvokeConfig.shape),
  destinationConfig: Object.keys(destinationConfig.shape),
  onSuccess: ['destination', 'function', 'param'],
  onFailure: ['destination', 'function', 'param'],
};
