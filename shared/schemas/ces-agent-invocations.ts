import * as z from 'zod/mini';
import { remoteInstallHost } from './ces-remote-install.js';
import { milliseconds, number, rows, text, texts } from './lenient.js';
import { onUnknown } from './on-unknown.js';
import { oneOf } from './plain-words.js';
import { acrossFields, isRecord, type LooseRecord, type Report } from './rules.js';

/**
 * Task types. The last three are newer than the CES create page; SET_REMOTE_INSTALL_HOST is the older name of
 * SET_REMOTE_INSTALLER. Clouds differ in which of the two they know, so either is sent as the caller wrote it.
 */
export const INVOCATION_TYPES = [
  'INSTALL',
  'UPDATE',
  'ROLLBACK',
  'RETRY',
  'SET_REMOTE_INSTALLER',
  'REMOTE_INSTALL',
  'SET_REMOTE_INSTALL_HOST',
] as const;
/** Types that take `instance_ids` (CES create page). */
export const TYPES_BY_INSTANCE = ['INSTALL', 'UPDATE'] as const;
/** Types that take `invocation_ids` (CES create page). */
export const TYPES_BY_INVOCATION = ['ROLLBACK', 'RETRY'] as const;
export const INVOCATION_TARGETS = ['telescope'] as const;
export const VERSION_TYPES = ['BASIC_VERSION', 'ADVANCE_VERSION'] as const;
export const ORIGINS = ['CES', 'APICOM_BMS', 'ADMIN_SERVER'] as const;
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

/** What one call of the cloud takes (CES create page: array length 1 - 100). */
export const MOST_IDS_PER_CALL = 100;
/** What one call of ours takes. */
export const MOST_IDS = 10_000;

const instanceId = z.string().check(z.regex(/^[a-zA-Z0-9-]{1,64}$/, 'must be 1 to 64 letters, digits or hyphens'));
// The create page forbids underscores, the list page gives ids with them: what the list gives must be usable here.
const taskId = z
  .string()
  .check(z.regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, hyphens or underscores'));
const listedTaskId = z
  .string()
  .check(
    z.regex(
      /^[0-9A-Za-z][0-9A-Za-z_-]*$/,
      'must start with a letter or digit; then letters, digits, hyphens, underscores',
    ),
  );
const version = z
  .string()
  .check(
    z.regex(
      /^[0-9A-Za-z_.-]{1,64}$/,
      'must be 1 to 64 letters, digits, dots, hyphens or underscores; else leave it out',
    ),
  );
function includes(known: readonly string[], word: unknown): boolean {
  return typeof word === 'string' && known.includes(word);
}

function wantOnly(fields: LooseRecord, report: Report, wanted: string, types: readonly string[]): void {
  if (fields[wanted] === undefined) report([wanted], `is mandatory for ${types.join(' and ')}`);
  for (const other of ['instance_ids', 'invocation_ids', 'remote_install_meta']) {
    if (other === wanted || fields[other] === undefined) continue;
    report([other], `is not taken by ${String(fields.invocation_type)}, which goes by ${wanted}`);
  }
}

function fitsRemoteType(fields: LooseRecord, report: Report): void {
  const type = String(fields.invocation_type);
  // What the remote types need is not confirmed; without any item there is nothing to do.
  if (fields.invocation_ids !== undefined) {
    report(['invocation_ids'], `is taken by ${oneOf(TYPES_BY_INVOCATION)} only, not by ${type}`);
  }
  const hosts = fields.remote_install_meta;
  const noHosts = hosts === undefined || (Array.isArray(hosts) && hosts.length === 0);
  if (fields.instance_ids === undefined && noHosts) {
    report(['remote_install_meta'], `${type} needs remote_install_meta or instance_ids with at least one entry`);
  }
  // How the two lists belong together is not documented, so they cannot be cut into several calls.
  for (const list of ['instance_ids', 'remote_install_meta']) {
    const entries = fields[list];
    if (fields.instance_ids === undefined || noHosts || !Array.isArray(entries)) continue;
    if (entries.length <= MOST_IDS_PER_CALL) continue;
    report(
      [list],
      `must have at most ${MOST_IDS_PER_CALL} entries where instance_ids and remote_install_meta are both given`,
    );
  }
}

/** Which list goes with which task type (CES create page, "mandatory when"). */
function listFitsType(fields: LooseRecord, report: Report): void {
  const type = fields.invocation_type;
  if (includes(TYPES_BY_INSTANCE, type)) wantOnly(fields, report, 'instance_ids', TYPES_BY_INSTANCE);
  else if (includes(TYPES_BY_INVOCATION, type)) wantOnly(fields, report, 'invocation_ids', TYPES_BY_INVOCATION);
  else if (includes(INVOCATION_TYPES, type)) fitsRemoteType(fields, report);
}

function createFields(most: number) {
  return {
    instance_ids: z.optional(z.array(instanceId).check(z.minLength(1), z.maxLength(most))),
    invocation_type: z.enum(INVOCATION_TYPES),
    invocation_target: z.optional(z.enum(INVOCATION_TARGETS)),
    invocation_ids: z.optional(z.array(taskId).check(z.minLength(1), z.maxLength(most))),
    version_type: z.optional(z.enum(VERSION_TYPES)),
    origin: z.optional(z.enum(ORIGINS)),
    version: z.optional(version),
    remote_install_meta: z.optional(z.array(remoteInstallHost).check(z.maxLength(most))),
  };
}

/** Our input: the cloud's request with up to 10,000 ids, and `on_unknown`, which stays here. */
export const createInvocationsInput = z
  .strictObject({ ...createFields(MOST_IDS), on_unknown: onUnknown })
  .check(acrossFields(listFitsType));
export type CreateInvocationsInput = z.infer<typeof createInvocationsInput>;

/** The cloud's own request body of BatchCreateAgentInvocations: 1 to 100 ids (CES create page). */
export const batchCreateRequest = z.strictObject(createFields(MOST_IDS_PER_CALL)).check(acrossFields(listFitsType));
export type BatchCreateRequest = z.infer<typeof batchCreateRequest>;

/** One row of a create reply, read leniently: any field may be absent, unknown ones are kept. */
export const invocationItem = z.looseObject({
  instance_id: text,
  invocation_id: text,
  ret_status: text,
  error_code: text,
  error_msg: text,
});
export type InvocationItem = z.infer<typeof invocationItem>;

// The CES pages show a bare array in the example and an object in the table: both are taken.
const replyBody = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);

function invocationsOf(body: unknown): unknown {
  return isRecord(body) ? body.invocations : body;
}

/** The 201 body of BatchCreateAgentInvocations. `dropped` counts entries that are no objects. Fails only for what is no JSON container. */
export const batchCreateReply = z.pipe(
  replyBody,
  z.transform((body) => {
    const { items, dropped } = rows(invocationItem, invocationsOf(body));
    return { invocations: items, dropped };
  }),
);
export type BatchCreateReply = z.infer<typeof batchCreateReply>;

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
export const listReply = z.pipe(
  replyBody,
  z.transform((body) => {
    const { items, dropped } = rows(invocationInfo, invocationsOf(body));
    const counted = isRecord(body) ? number.safeParse(body.count).data : undefined;
    return { invocations: items, dropped, ...(typeof counted === 'number' && counted >= 0 ? { count: counted } : {}) };
  }),
);
export type ListReply = z.infer<typeof listReply>;
