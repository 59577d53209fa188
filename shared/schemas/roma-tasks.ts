import * as z from 'zod/mini';
import { number, replyObject, rows, text } from './lenient.js';
import { onUnknown } from './on-unknown.js';
import { pathSegment } from './rules.js';

export const ACTIONS = ['start', 'stop'] as const;
/** What one call of the cloud takes (ROMA page: "maximum length of the list array is 10"). */
export const MOST_TASKS_PER_CALL = 10;
/** What one call of ours takes. */
export const MOST_TASKS = 1_000;

/** The instance id stands in the path of the cloud's URL. */
export const romaInstanceId = pathSegment(64);

// The page allows an absent list and an empty task_id; the cloud refuses both (FDI.3150, FDI.3022), so they are refused here.
const task = z.strictObject({ task_id: z.string().check(z.minLength(1), z.maxLength(64)) });

function operateRequest(most: number) {
  return { action_id: z.enum(ACTIONS), list: z.array(task).check(z.minLength(1), z.maxLength(most)) };
}

/**
 * Our input: the cloud's request with up to 1,000 tasks, and the instance where ROMA_INSTANCE_ID does not name it.
 * `isolate` finds the task for which a whole call was refused, so that the others still start; it and `on_unknown` stay here.
 */
export const startStopInput = z.strictObject({
  instance_id: z.optional(romaInstanceId),
  isolate: z.optional(z.boolean()),
  on_unknown: onUnknown,
  ...operateRequest(MOST_TASKS),
});
export type StartStopInput = z.infer<typeof startStopInput>;

/** The cloud's own request body of BatchStartOrStopTasks: 1 to 10 tasks. */
export const operateTasksRequest = z.strictObject(operateRequest(MOST_TASKS_PER_CALL));
export type OperateTasksRequest = z.infer<typeof operateTasksRequest>;

/** One task of the reply. A success carries `error_code` too, as an empty text. */
export const taskResult = z.looseObject({ task_id: text, task_name: text, error_code: text, error_msg: text });
export type TaskResult = z.infer<typeof taskResult>;

/** The 200 body of BatchStartOrStopTasks, read leniently; `dropped` counts entries that are no objects. */
export const operateTasksReply = replyObject((body) => {
  const success = rows(taskResult, body.success);
  const failure = rows(taskResult, body.failure);
  const counts = z.looseObject({ success_count: number, failure_count: number }).parse(body);
  return {
    success: success.items,
    failure: failure.items,
    success_count: counts.success_count ?? undefined,
    failure_count: counts.failure_count ?? undefined,
    dropped: success.dropped + failure.dropped,
  };
});
export type OperateTasksReply = z.infer<typeof operateTasksReply>;

/** One task of the list, read leniently. `status` is 0 or 1 here and a word when one task is shown; both read as text. */
export const listedTask = z.looseObject({ task_id: text, task_name: text, status: text, execute_status: text });
export type ListedTask = z.infer<typeof listedTask>;

/** The 200 body of the list of tasks. */
export const taskListReply = replyObject((body) => ({ entities: rows(listedTask, body.entities).items }));
