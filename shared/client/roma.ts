import { type OperateTasksRequest, operateTasksReply, type TaskResult } from '../schemas/roma-tasks.js';
import type { CloudClient } from './cloud-client.js';
import { readReply } from './reply-kind.js';

/** What ROMA Connect said about each task. A task in neither list had no answer; items of `success` carry an empty `error_code`. */
export interface OperatedTasks {
  readonly success: readonly TaskResult[];
  readonly failure: readonly TaskResult[];
  readonly success_count: number | undefined;
  readonly failure_count: number | undefined;
  readonly requestId: string | undefined;
}

/**
 * ROMA Connect BatchStartOrStopTasks, one call of at most 10 tasks (ROMA start/stop page).
 * A single bad task can refuse the whole call with 400 or 404.
 * @throws FleetbatchError of the Cloud… kinds; never repeated once it may have arrived
 */
export async function batchStartOrStopTasks(
  cloud: CloudClient,
  instanceId: string,
  request: OperateTasksRequest,
): Promise<OperatedTasks> {
  const operation = 'BatchStartOrStopTasks';
  const reply = await cloud.send({
    service: 'roma',
    operation,
    method: 'POST',
    path: ['v2', cloud.projectId, 'fdi', 'instances', instanceId, 'batch-operation', 'tasks'],
    body: request,
    repeatable: false,
  });
  const remedy = 'look at the state of the tasks before starting or stopping them again';
  const parsed = readReply(
    operateTasksReply,
    reply,
    { service: 'roma', operation, remedy },
    (answer) => answer.success.length + answer.failure.length > 0 || answer.success_count !== undefined,
  );
  return {
    success: parsed.success,
    failure: parsed.failure,
    success_count: parsed.success_count,
    failure_count: parsed.failure_count,
    requestId: reply.requestId,
  };
}
