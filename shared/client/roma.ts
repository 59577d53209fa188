import {
  type ListedTask,
  type OperateTasksRequest,
  operateTasksReply,
  type TaskResult,
  taskListReply,
} from '../schemas/roma-tasks.js';
import type { CloudCall, CloudClient } from './cloud-client.js';
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
  { leaveMs }: Pick<CloudCall, 'leaveMs'> = {},
): Promise<OperatedTasks> {
  const operation = 'BatchStartOrStopTasks';
  const reply = await cloud.send({
    service: 'roma',
    operation,
    method: 'POST',
    path: ['v2', cloud.projectId, 'fdi', 'instances', instanceId, 'batch-operation', 'tasks'],
    body: request,
    repeatable: false,
    leaveMs,
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

/** A larger page is cut to this one in silence (ROMA list page). */
export const LARGEST_TASK_PAGE = 999;

/**
 * ROMA Connect: one page of the tasks of an instance, at most 999 (ROMA list page).
 * @param offset rows, not pages
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export function listTasks(cloud: CloudClient, instanceId: string, offset: number): Promise<readonly ListedTask[]> {
  return listTaskPage(cloud, instanceId, [
    ['limit', String(LARGEST_TASK_PAGE)],
    ['offset', String(offset)],
  ]);
}

/**
 * ROMA Connect: the tasks of an instance whose id is `taskId`, that is one or none (ROMA list page). The list's `status` is
 * 0 for stopped and 1 for running.
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export function listTasksById(cloud: CloudClient, instanceId: string, taskId: string): Promise<readonly ListedTask[]> {
  return listTaskPage(cloud, instanceId, [['task_id', taskId]]);
}

async function listTaskPage(
  cloud: CloudClient,
  instanceId: string,
  query: NonNullable<CloudCall['query']>,
): Promise<readonly ListedTask[]> {
  const operation = 'ListTasks';
  const reply = await cloud.send({
    service: 'roma',
    operation,
    method: 'GET',
    path: ['v2', cloud.projectId, 'fdi', 'instances', instanceId, 'tasks'],
    query,
    repeatable: true,
  });
  const of = { service: 'roma', operation } as const;
  return readReply(taskListReply, reply, of, (parsed) => parsed.entities.length > 0).entities;
}
