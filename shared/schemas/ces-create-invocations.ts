import * as z from 'zod/mini';
import { INVOCATION_TARGETS, INVOCATION_TYPES, instanceId, invocationsOf } from './ces-invocation-words.js';
import { remoteInstallHost } from './ces-remote-install.js';
import { replyObjectOrList, rows, text } from './lenient.js';
import { onUnknown } from './on-unknown.js';
import { oneOf } from './plain-words.js';
import { acrossFields, type LooseRecord, type Report } from './rules.js';

/** Types that take `instance_ids` (CES create page). */
export const TYPES_BY_INSTANCE = ['INSTALL', 'UPDATE'] as const;
/** Types that take `invocation_ids` (CES create page). */
export const TYPES_BY_INVOCATION = ['ROLLBACK', 'RETRY'] as const;
export const VERSION_TYPES = ['BASIC_VERSION', 'ADVANCE_VERSION'] as const;
export const ORIGINS = ['CES', 'APICOM_BMS', 'ADMIN_SERVER'] as const;

/** What one call of the cloud takes (CES create page: array length 1 - 100). */
export const MOST_IDS_PER_CALL = 100;
/** What one call of ours takes. */
export const MOST_IDS = 10_000;

// The create page forbids underscores, the list page gives ids with them: what the list gives must be usable here.
const taskId = z
  .string()
  .check(z.regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, hyphens or underscores'));
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

/** The 201 body of BatchCreateAgentInvocations. `dropped` counts entries that are no objects. Fails only for what is no JSON container. */
export const batchCreateReply = replyObjectOrList((body) => {
  const { items, dropped } = rows(invocationItem, invocationsOf(body));
  return { invocations: items, dropped };
});
export type BatchCreateReply = z.infer<typeof batchCreateReply>;
