import { batchCreateAgentInvocations } from '../client/ces.js';
import type { CloudClient } from '../client/cloud-client.js';
import { realTiming } from '../client/timing.js';
import {
  type BatchCreateRequest,
  type CreateInvocationsInput,
  createInvocationsInput,
  type InvocationItem,
  MOST_IDS_PER_CALL,
} from '../schemas/ces-create-invocations.js';
import type { RemoteInstallHost } from '../schemas/ces-remote-install.js';
import { refuseRegionWithoutAgentTasks } from './ces-regions.js';
import { inBatches, throwIfNothingAnswered } from './in-batches.js';
import {
  checkOf,
  hostsCheck,
  joinChunks,
  lookedRows,
  type Reply,
  type Rows,
  type RowsById,
  rowsOfHosts,
  rowsOfIds,
} from './invocation-rows.js';
import { type InvocationRow, type JoinKey, type Summary, summarise } from './join-invocations.js';
import { logChunks } from './log-chunks.js';
import { anyFound, mayLook, sightsOf, TIME_TO_LOOK_MS } from './look.js';
import { lookForInvocations } from './look-for-invocations.js';
import { nextFull } from './made-since.js';
import type { Operation, OperationContext } from './operation.js';
import { parseWith } from './parse-input.js';

const NAME = 'BatchCreateAgentInvocations';

/** One row per id that was given, in that order; after them what the cloud said beyond that, as it said it. */
export interface CreateInvocationsBody {
  readonly invocations: readonly (InvocationRow | InvocationItem)[];
  readonly summary: Summary;
}

/** What goes along with every call of a batch. */
function settingsOf(input: CreateInvocationsInput): BatchCreateRequest {
  const { invocation_type, invocation_target, version_type, origin, version } = input;
  return { invocation_type, invocation_target, version_type, origin, version };
}

/** Calls for ids that are all different, looks for those in doubt where that is wanted, and answers each id. */
async function createUnique(
  ids: readonly string[],
  key: JoinKey,
  call: (ids: string[]) => Promise<Reply>,
  input: CreateInvocationsInput,
  context: OperationContext,
): Promise<RowsById> {
  const since = new Map<string, number>();
  const chunks = await inBatches(ids, { size: MOST_IDS_PER_CALL }, async (chunk) => {
    if (input.on_unknown === 'reconcile') {
      const moment = await nextFull(1, context.timing ?? realTiming);
      for (const id of chunk) since.set(id, moment);
    }
    return call([...chunk]);
  });
  logChunks(NAME, chunks, context);
  const asked = new Set(ids);
  const read = joinChunks(chunks.map((chunk) => rowsOfIds(chunk, key, asked)));
  const check = checkOf(read.inDoubt, key);
  if (input.on_unknown !== 'reconcile' || !mayLook(chunks)) {
    throwIfNothingAnswered(chunks, check);
    return read;
  }
  const inDoubt = new Map(read.inDoubt.map((id) => [id, since.get(id) ?? Number.POSITIVE_INFINITY]));
  const spokenOf = [...read.byId].flatMap(([id, row]) => (inDoubt.has(id) ? [] : row));
  const taken = new Set([...spokenOf, ...read.extra].flatMap((row) => row.invocation_id ?? []));
  const { invocation_type } = input;
  const findings = await lookForInvocations({ since: inDoubt, key, invocation_type, taken }, context);
  if (!anyFound(findings)) throwIfNothingAnswered(chunks, `${check} ${sightsOf(findings)}`);
  return lookedRows(read, key, findings);
}

/** Sends each id once and answers each position, so an id given twice has its row twice. */
async function createById(
  ids: readonly string[],
  key: JoinKey,
  call: (ids: string[]) => Promise<Reply>,
  input: CreateInvocationsInput,
  context: OperationContext,
): Promise<Rows> {
  const { byId, extra, byPosition } = await createUnique([...new Set(ids)], key, call, input, context);
  if (byPosition) {
    context.log('WARN', `${NAME} gave tasks a new id; old and new ids are matched by position`);
  }
  return { rows: ids.flatMap((id) => byId.get(id) ?? []), extra };
}

async function createOnHosts(
  hosts: readonly RemoteInstallHost[],
  type: string,
  call: (hosts: RemoteInstallHost[]) => Promise<Reply>,
  context: OperationContext,
): Promise<Rows> {
  const chunks = await inBatches(hosts, { size: MOST_IDS_PER_CALL }, (chunk) => call([...chunk]));
  logChunks(NAME, chunks, context);
  throwIfNothingAnswered(chunks, hostsCheck(type));
  const read = chunks.map((chunk) => rowsOfHosts(chunk, type));
  return { rows: read.flatMap((chunk) => chunk.rows), extra: read.flatMap((chunk) => chunk.extra) };
}

/** Chooses the list that the batch goes by. The lists are copied: what the caller does to them later changes nothing. */
function create(input: CreateInvocationsInput, cloud: CloudClient, context: OperationContext): Promise<Rows> {
  const settings = settingsOf(input);
  const options = input.on_unknown === 'reconcile' ? { leaveMs: TIME_TO_LOOK_MS } : {};
  const { instance_ids, invocation_ids, remote_install_meta = [] } = input;
  if (invocation_ids) {
    const call = (ids: string[]) => batchCreateAgentInvocations(cloud, { ...settings, invocation_ids: ids }, options);
    return createById([...invocation_ids], 'invocation_id', call, input, context);
  }
  if (instance_ids) {
    // With hosts beside the ids there are at most 100 of each, so that this is one call (see the schema).
    const hosts = remote_install_meta.length > 0 ? { remote_install_meta } : {};
    const call = (ids: string[]) =>
      batchCreateAgentInvocations(cloud, { ...settings, ...hosts, instance_ids: ids }, options);
    return createById([...instance_ids], 'instance_id', call, input, context);
  }
  const call = (hosts: RemoteInstallHost[]) =>
    batchCreateAgentInvocations(cloud, { ...settings, remote_install_meta: hosts });
  return createOnHosts([...remote_install_meta], input.invocation_type, call, context);
}

/**
 * Cloud Eye: create Agent maintenance tasks for up to 10,000 ids, in calls of at most 100 (CES create page).
 * 201 where every item is `successful`, else 207. A POST is never repeated here: an item whose outcome is unknown is
 * marked `unanswered` and says how to look; with `on_unknown: "reconcile"` the looking is done here, and what is found is
 * `successful` and `reconciled`. Hosts without an id cannot be looked for.
 * @throws FleetbatchError where no call at all was answered and nothing was found
 */
export const createInvocations: Operation<CreateInvocationsInput, CreateInvocationsBody> = {
  name: NAME,
  parse: parseWith(createInvocationsInput),
  run: async (input, context) => {
    refuseRegionWithoutAgentTasks(NAME, context.region);
    const { rows, extra } = await create(input, context.cloud, context);
    const summary = summarise(rows);
    if (extra.length > 0) context.log('WARN', `${NAME} answered about more than was asked`, { rows: extra.length });
    // Hosts beside ids have no place in the summary, for nobody knows how the lists belong together; their failure is one all the same.
    const hosts = input.remote_install_meta?.length ? extra : [];
    const failedHosts = hosts.filter((row) => row.ret_status !== 'successful').length;
    const failed = summary.requested - summary.successful + failedHosts;
    return {
      status: failed === 0 ? 201 : 207,
      body: { invocations: [...rows, ...extra], summary },
      items: { ok: summary.successful, failed },
    };
  },
};
