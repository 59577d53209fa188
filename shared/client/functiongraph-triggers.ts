import { type FunctionTrigger, functionTrigger, triggerListReply } from '../schemas/functiongraph.js';
import type { CloudClient } from './cloud-client.js';
import { CloudRejectedError } from './errors.js';
import { readReply } from './reply-kind.js';

export type TriggerStatus = 'ACTIVE' | 'DISABLED';

/** What a trigger is made with. `event_data` depends on the type (page functiongraph_06_0122). */
export interface CreateTriggerRequest {
  readonly trigger_type_code: 'TIMER' | 'APIG' | 'DEDICATEDGATEWAY';
  /** Only timers and some sources of messages can be DISABLED; gateways cannot. */
  readonly trigger_status?: TriggerStatus;
  readonly event_data: Readonly<Record<string, unknown>>;
}

/** Where one trigger is found. */
export interface TriggerKey {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
}

/**
 * FunctionGraph CreateFunctionTrigger.
 * @throws FleetbatchError of the Cloud… kinds; never repeated once it may have arrived: look with `listFunctionTriggers`
 */
export async function createFunctionTrigger(
  cloud: CloudClient,
  urn: string,
  request: CreateTriggerRequest,
): Promise<FunctionTrigger> {
  const operation = 'CreateFunctionTrigger';
  const reply = await cloud.send({
    service: 'functiongraph',
    operation,
    method: 'POST',
    path: ['v2', cloud.projectId, 'fgs', 'triggers', urn],
    body: request,
    repeatable: false,
  });
  const of = { service: 'functiongraph', operation, remedy: 'list the triggers of the function' } as const;
  return readReply(functionTrigger, reply, of, (parsed) => typeof parsed.trigger_id === 'string');
}

/**
 * FunctionGraph ListFunctionTriggers: all triggers of one function.
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export async function listFunctionTriggers(cloud: CloudClient, urn: string): Promise<readonly FunctionTrigger[]> {
  const operation = 'ListFunctionTriggers';
  const reply = await cloud.send({
    service: 'functiongraph',
    operation,
    method: 'GET',
    path: ['v2', cloud.projectId, 'fgs', 'triggers', urn],
    repeatable: true,
  });
  const of = { service: 'functiongraph', operation } as const;
  return readReply(triggerListReply, reply, of, (parsed) => parsed.triggers.length > 0).triggers;
}

/**
 * FunctionGraph UpdateTrigger. The page lets it change the status and, of triggers that fetch messages, how they fetch: neither a
 * schedule nor a route (page functiongraph_06_0124).
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function updateTriggerStatus(
  cloud: CloudClient,
  { urn, type, id }: TriggerKey,
  status: TriggerStatus,
): Promise<void> {
  await cloud.send({
    service: 'functiongraph',
    operation: 'UpdateTrigger',
    method: 'PUT',
    path: ['v2', cloud.projectId, 'fgs', 'triggers', urn, type, id],
    body: { trigger_status: status },
    repeatable: true,
  });
}

/**
 * FunctionGraph DeleteFunctionTrigger. One that is not there any more counts as deleted.
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function deleteFunctionTrigger(cloud: CloudClient, { urn, type, id }: TriggerKey): Promise<void> {
  try {
    await cloud.send({
      service: 'functiongraph',
      operation: 'DeleteFunctionTrigger',
      method: 'DELETE',
      path: ['v2', cloud.projectId, 'fgs', 'triggers', urn, type, id],
      repeatable: true,
    });
  } catch (error) {
    if (error instanceof CloudRejectedError && error.status === 404) return;
    throw error;
  }
}
