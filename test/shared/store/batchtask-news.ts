import { type BatchtaskEvent, normaliseBatchtaskPush } from '../../../shared/schemas/iotda-batchtask-push.js';

/** When this news came, epoch ms, where a test does not say otherwise. */
export const receivedAtMs = 1_700_000_100_000;

/** News of a batch task, as a push tells it. @param ms the platform's own time, undefined for a push without one */
export function event(
  task_id: string,
  status: string,
  ms: number | undefined,
  more: Record<string, unknown> = {},
): BatchtaskEvent {
  const push = normaliseBatchtaskPush({
    resource: 'batchtask',
    event: 'update',
    ...(ms === undefined ? {} : { event_time_ms: ms }),
    ...more,
    notify_data: { body: { app_id: 'app-1', task_id, task_type: 'softwareUpgrade', status, status_desc: status } },
  });
  if (!push.ok) throw new Error(push.reason);
  return push.event;
}
