import * as z from 'zod/mini';
import { INVOCATION_TARGETS, INVOCATION_TYPES, instanceId, invocationsOf } from './ces-invocation-words.js';
import { milliseconds, number, replyObjectOrList, rows, text, texts } from './lenient.js';
import { isRecord } from './rules.js';

export const INSTANCE_TYPES = ['ECS', 'BMS'] as const;
/** Spelt as the CES list page spells them: CANCELED with one L, ROLLBACKED. */
export const INVOCATION_STATUSES = [
  'PENDING',
  'RUNNING',
  'TIMEOUT',
  'FAILED',
  'SUCCEEDED',
  'CANCELED',
  'ROLLBACKED',
] as const;

const listedTaskId = z
  .string()
  .check(
    z.regex(
      /^[0-9A-Za-z][0-9A-Za-z_-]*$/,
      'must start with a letter or digit; then letters, digits, hyphens, underscores',
    ),
  );

// Query text `A,B` and a list mean the same. Blanks around a comma are forgiven.
const statuses = z.pipe(
  z.transform((value: unknown) => (typeof value === 'string' ? value.split(',').map((word) => word.trim()) : value)),
  z.array(z.enum(INVOCATION_STATUSES)).check(z.minLength(1)),
);

/**
 * Our input: the cloud's query (CES list page) with numbers as numbers, and two of our own. `invocation_status` and `all`
 * walk all pages; there `limit` is the page size and `offset` the place to start. A filter that is null counts as absent.
 */
export const listInvocationsInput = z.strictObject({
  instance_id: z.nullish(instanceId),
  instance_type: z.nullish(z.enum(INSTANCE_TYPES)),
  invocation_id: z.nullish(listedTaskId),
  invocation_type: z.nullish(z.enum(INVOCATION_TYPES)),
  invocation_target: z.nullish(z.enum(INVOCATION_TARGETS)),
  offset: z.nullish(z.int().check(z.minimum(0), z.maximum(9_999_999_999_999))),
  limit: z.nullish(z.int().check(z.minimum(1), z.maximum(100))),
  invocation_status: z.nullish(statuses),
  all: z.nullish(z.boolean()),
});
export type ListInvocationsInput = z.infer<typeof listInvocationsInput>;

/** One row of the list reply; `create_time` and `update_time` are milliseconds. Any field may be absent. */
export const invocationInfo = z.looseObject({
  invocation_id: text,
  instance_id: text,
  instance_name: text,
  instance_type: text,
  intranet_ips: texts,
  elastic_ips: texts,
  invocation_type: text,
  invocation_status: text,
  invocation_target: text,
  create_time: milliseconds,
  update_time: milliseconds,
  current_version: text,
  target_version: text,
  result_msg: text,
});
export type InvocationInfo = z.infer<typeof invocationInfo>;

/** The 200 body of ListAgentInvocations. `count` is the total of the query, undefined where it is absent or garbled. */
export const listReply = replyObjectOrList((body) => {
  const { items, dropped } = rows(invocationInfo, invocationsOf(body));
  const counted = isRecord(body) ? number.safeParse(body.count).data : undefined;
  return { invocations: items, dropped, ...(typeof counted === 'number' && counted >= 0 ? { count: counted } : {}) };
});
export type ListReply = z.infer<typeof listReply>;
