import { listTasksById } from '../client/roma.js';
import type { TaskResult } from '../schemas/roma-tasks.js';
import { type Finding, lookAtEach } from './look.js';
import type { OperationContext } from './operation.js';

/** The state that an action leads to, in the list's numbers and in the words that a single task is shown with. */
const STATES = {
  start: { wanted: ['1', 'running'], name: 'running' },
  stop: { wanted: ['0', 'stop', 'stopped'], name: 'stopped' },
} as const;

/** Whether a task's `status`, of the list or of one shown, is the state that an action leads to. */
export function isReached(action: keyof typeof STATES, status: string | null | undefined): boolean {
  const words: readonly string[] = STATES[action].wanted;
  return words.includes(status?.toLowerCase() ?? '');
}

/**
 * Looks whether tasks are in the state that the action leads to (ROMA list page: `status` 1 is running, 0 is stopped; what a
 * run of the task came to says nothing about it). The state is all that there is: a task that was in it before counts as
 * done. Reads only, and never throws.
 */
export function lookAtTasks(
  taskIds: readonly string[],
  { instanceId, action }: { instanceId: string; action: keyof typeof STATES },
  context: Pick<OperationContext, 'cloud' | 'log' | 'timing' | 'remainingMs'>,
): Promise<ReadonlyMap<string, Finding<TaskResult>>> {
  const { name } = STATES[action];
  const look = async (task_id: string): Promise<Finding<TaskResult>> => {
    const tasks = await listTasksById(context.cloud, instanceId, task_id);
    const task = tasks.find((one) => one.task_id === task_id);
    if (!task) return { notFound: 'Looked: the task is not in the list.' };
    if (!isReached(action, task.status)) return { notFound: `Looked: the task is not ${name} yet.`, mayAppear: true };
    const { task_name } = task;
    return { found: { task_id, ...(task_name ? { task_name } : {}), error_code: '', error_msg: '', reconciled: true } };
  };
  return lookAtEach(taskIds, look, context);
}

/** How to look at a task by hand. */
export function taskCheck(projectId: string, instanceId: string, taskId: string): string {
  const path = `/v2/${projectId}/fdi/instances/${encodeURIComponent(instanceId)}/tasks`;
  return `GET ${path}?task_id=${encodeURIComponent(taskId)} of ROMA Connect`;
}
