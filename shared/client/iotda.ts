import { listedBatchtasks, type RestBatchtask, shownBatchtask } from '../schemas/iotda-batchtasks.js';
import type { CloudClient } from './cloud-client.js';
import { CloudReplyError, FleetbatchError } from './errors.js';
import { readReply } from './reply-kind.js';

/** Most rows of one page (IoTDA list page). */
const MOST_LISTED = 50;

/**
 * IoTDA ShowBatchTask: one batch task (IoTDA show page). Of its sub-tasks only one is asked for, which nobody looks at.
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows; see {@link isGone}
 */
export async function showBatchtask(cloud: CloudClient, taskId: string): Promise<RestBatchtask> {
  const operation = 'ShowBatchTask';
  const reply = await cloud.send({
    service: 'iotda',
    operation,
    method: 'GET',
    path: ['v5', 'iot', cloud.projectId, 'batchtasks', taskId],
    query: [['limit', '1']],
    repeatable: true,
  });
  const of = { service: 'iotda', operation } as const;
  const { batchtask } = readReply(shownBatchtask, reply, of, (parsed) => typeof parsed.batchtask?.status === 'string');
  if (batchtask) return batchtask;
  throw new CloudReplyError(`iotda ${operation} answered without a batchtask; call again.`, { service: 'iotda' });
}

/**
 * IoTDA ListBatchTasks: tasks of one type in one state, one page (IoTDA list page, where `task_type` is mandatory).
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export async function listBatchtasks(
  cloud: CloudClient,
  taskType: string,
  status: string,
): Promise<readonly RestBatchtask[]> {
  const operation = 'ListBatchTasks';
  const reply = await cloud.send({
    service: 'iotda',
    operation,
    method: 'GET',
    path: ['v5', 'iot', cloud.projectId, 'batchtasks'],
    query: [
      ['task_type', taskType],
      ['status', status],
      ['limit', String(MOST_LISTED)],
    ],
    repeatable: true,
  });
  const of = { service: 'iotda', operation } as const;
  return readReply(listedBatchtasks, reply, of, (parsed) => parsed.batchtasks.length > 0).batchtasks;
}

/**
 * Whether a failure says that there is no such task (any more): the code decides and not the status, for the application that is gone
 * is a 403 (IoTDA error codes; one of them is spelt in mixed case there).
 */
export function isGone(failure: unknown): boolean {
  if (!(failure instanceof FleetbatchError)) return false;
  return ['IOTDA.014200', 'IOTDA.001000'].includes(failure.upstream?.error_code?.toUpperCase() ?? '');
}
