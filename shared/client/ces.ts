import { type BatchCreateRequest, batchCreateReply, type InvocationItem } from '../schemas/ces-create-invocations.js';
import { type InvocationInfo, listReply } from '../schemas/ces-list-invocations.js';
import type { CloudCall, CloudClient } from './cloud-client.js';
import { readReply } from './reply-kind.js';

/** What Cloud Eye said about each server, in the cloud's own order: join by `instance_id`, never by position. */
export interface CreatedInvocations {
  readonly invocations: readonly InvocationItem[];
  readonly requestId: string | undefined;
}

/** One page of tasks. `count` is the cloud's total of the query: a hint, never the end of paging. */
export interface ListedInvocations {
  readonly invocations: readonly InvocationInfo[];
  /** Entries of the page that could not be read as a task: they count for the offset of the next page. */
  readonly dropped: number;
  readonly count: number | undefined;
}

/**
 * Cloud Eye BatchCreateAgentInvocations, one call of at most 100 ids (CES create page).
 * 201 says nothing about the items: each has its own `ret_status`.
 * @throws FleetbatchError of the Cloud… kinds; never repeated once it may have arrived
 */
export async function batchCreateAgentInvocations(
  cloud: CloudClient,
  request: BatchCreateRequest,
  { leaveMs }: Pick<CloudCall, 'leaveMs'> = {},
): Promise<CreatedInvocations> {
  const operation = 'BatchCreateAgentInvocations';
  const reply = await cloud.send({
    service: 'ces',
    operation,
    method: 'POST',
    path: ['v3', cloud.projectId, 'agent-invocations', 'batch-create'],
    body: request,
    repeatable: false,
    leaveMs,
  });
  const remedy = 'list the tasks of these instance ids before creating them again';
  const { invocations } = readReply(
    batchCreateReply,
    reply,
    { service: 'ces', operation, remedy },
    (parsed) => parsed.invocations.length > 0,
  );
  return { invocations, requestId: reply.requestId };
}

/**
 * Cloud Eye ListAgentInvocations, one page of at most 100 tasks of the last three months (CES list page).
 * @param query the cloud's own filters with `limit` and `offset` (rows, not pages); undefined values are left out
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export async function listAgentInvocations(
  cloud: CloudClient,
  query: Readonly<Record<string, string | number | undefined>>,
): Promise<ListedInvocations> {
  const operation = 'ListAgentInvocations';
  const reply = await cloud.send({
    service: 'ces',
    operation,
    method: 'GET',
    path: ['v3', cloud.projectId, 'agent-invocations'],
    query: Object.entries(query).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
    repeatable: true,
  });
  const { invocations, dropped, count } = readReply(
    listReply,
    reply,
    { service: 'ces', operation },
    (parsed) => parsed.invocations.length > 0,
  );
  return { invocations, dropped, count };
}
