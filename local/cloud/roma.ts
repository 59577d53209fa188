import { checkInput } from '../../shared/schemas/check-input.js';
import { operateTasksRequest } from '../../shared/schemas/roma-tasks.js';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply, wholeNumber } from './cloud-operation.js';
import { seedRomaInstance, taskOnDemand } from './seed.js';
import type { FdiTask } from './state.js';
import type { World } from './world.js';

/** A code of the FDI family with its page's text (ROMA error codes). */
function fdi(status: number, number: number, text: string): Reply {
  return errorReply(status, `FDI.${number}`, text);
}

const foreignProject = fdi(400, 3039, 'The project ID is empty or does not match.');

/** ROMA Connect's data integration tasks. */
export function romaOperations(world: World): CloudOperation[] {
  const path = '/v2/:project_id/fdi/instances/:instance_id';
  return [
    {
      name: 'roma.listTasks',
      method: 'GET',
      path: `${path}/tasks`,
      foreignProject,
      answer: (call) => list(world, call),
    },
    {
      name: 'roma.showTask',
      method: 'GET',
      path: `${path}/tasks/:task_id`,
      foreignProject,
      answer: (call) => show(world, call),
    },
    {
      name: 'roma.batchOperation',
      method: 'POST',
      path: `${path}/batch-operation/tasks`,
      foreignProject,
      answer: (call) => batchOperation(world, call),
    },
  ];
}

/** Every instance id works, and each has the sample tasks from its first use on. */
function instanceOf(world: World, call: Call): string {
  const instanceId = call.params.instance_id ?? '';
  seedRomaInstance(world.state, instanceId, world.now());
  return instanceId;
}

/** A task that is known, or any other id of 32 hexadecimal characters as a task on demand. */
function findTask(world: World, instanceId: string, taskId: string): FdiTask | undefined {
  const known = world.state.fdiTasks.get(`${instanceId}/${taskId}`);
  if (known) return known;
  return /^[0-9a-f]{32}$/.test(taskId) ? taskOnDemand(instanceId, taskId, world.now()) : undefined;
}

/**
 * First the whole list is checked, and one bad task refuses all of it without being named (the texts say "One or more
 * tasks"); then each task has its own result. Starting a running task is among the former because FDI.3023 is worded
 * so; that it really blocks the other tasks of the call is not confirmed.
 */
function batchOperation(world: World, call: Call): Reply {
  const raw = parseJson(call.body);
  const refusal = refusedList(raw);
  if (refusal) return refusal;
  const checked = checkInput(operateTasksRequest, raw);
  if (!checked.ok)
    return fdi(400, 3002, `Invalid parameters: ${checked.errors.map((e) => e.path || 'body').join(', ')}.`);
  const { action_id, list: beans } = checked.value;
  const instanceId = instanceOf(world, call);
  const tasks: FdiTask[] = [];
  for (const { task_id } of beans) {
    const task = findTask(world, instanceId, task_id);
    if (!task) return fdi(400, 3021, 'One or more tasks do not exist.');
    tasks.push(task);
  }
  if (action_id === 'start') {
    if (tasks.some((task) => task.task_type === 'timing' && !task.has_plan)) {
      return fdi(404, 3083, 'One or more scheduled tasks are not configured with scheduled plans.');
    }
    if (tasks.some((task) => task.status === 'running')) return fdi(400, 3023, 'One or more tasks are running.');
  }
  return operate(world, tasks, action_id);
}

/** What has a code of its own: no list, an empty list, an empty id in it. */
function refusedList(raw: unknown): Reply | undefined {
  const beans: unknown = raw !== null && typeof raw === 'object' && 'list' in raw ? raw.list : undefined;
  if (raw !== undefined && (beans === undefined || beans === null)) return fdi(400, 3150, 'The task list is empty.');
  if (!Array.isArray(beans)) return fdi(400, 3002, 'Invalid parameters.');
  if (beans.length === 0) return fdi(400, 3150, 'The task list is empty.');
  if (!beans.some((bean) => bean === null || typeof bean !== 'object' || !bean.task_id)) return undefined;
  return beans.length === 1
    ? fdi(400, 3149, 'The task ID is empty.')
    : fdi(400, 3022, 'One or more tasks have empty task IDs.');
}

/** Items that succeeded carry the two error fields too, empty. */
function operate(world: World, tasks: readonly FdiTask[], action: string): Reply {
  const success: object[] = [];
  const failure: object[] = [];
  for (const task of tasks) {
    const { task_id, task_name } = task;
    if (action === 'start' && !task.reachable) {
      failure.push({ task_id, task_name, error_code: 'FDI.3016', error_msg: 'Failed to test the connectivity.' });
      continue;
    }
    change(task, action);
    world.state.fdiTasks.set(task.key, task);
    success.push({ task_id, task_name, error_code: '', error_msg: '' });
  }
  const body = { success_count: success.length, failure_count: failure.length, success, failure };
  return { status: 200, body };
}

/** To start a scheduled task is to switch its plan on: a run comes later. To stop what is stopped is no error. */
function change(task: FdiTask, action: string): void {
  if (action === 'start') {
    task.status = 'running';
    task.execute_status = task.task_type === 'timing' ? 'WAITING' : 'RUNNING';
  } else if (task.status === 'running') {
    task.status = 'stop';
    task.execute_status = 'CANCELLED';
  }
}

/** A limit over 999 and an offset under 0 are put right in silence; the default limit is not confirmed. */
function list(world: World, call: Call): Reply {
  const limit = wholeNumber(call.query.get('limit'), 10, 1, 1_000_000_000);
  const offset = wholeNumber(call.query.get('offset'), 0, -1_000_000_000, 1_000_000_000);
  if (limit === undefined || offset === undefined) return fdi(400, 3033, 'Invalid parameter [limit or offset].');
  const instanceId = instanceOf(world, call);
  const { query } = call;
  const found = [...world.state.fdiTasks.values()].filter(
    (task) =>
      task.instance_id === instanceId &&
      (!query.get('task_id') || query.get('task_id') === task.task_id) &&
      task.task_name.includes(query.get('name') ?? '') &&
      (!query.get('status') || query.get('status') === String(statusNumber(task))) &&
      (!query.get('task_type') || query.get('task_type') === task.task_type) &&
      (!query.get('execute_status') || query.get('execute_status') === task.execute_status),
  );
  const from = Math.max(0, offset);
  const entities = found.slice(from, from + Math.min(limit, 999)).map((task) => ({
    task_id: task.task_id,
    task_name: task.task_name,
    task_type: task.task_type.toUpperCase(),
    status: statusNumber(task),
    execute_status: task.execute_status,
    created_date: new Date(task.created_ms).toISOString(),
  }));
  return { status: 200, body: { total: found.length, size: entities.length, entities } };
}

function statusNumber(task: FdiTask): 0 | 1 {
  return task.status === 'running' ? 1 : 0;
}

/** The same fields as in the list, with other types: status is a word here and created_date a number. */
function show(world: World, call: Call): Reply {
  const task = findTask(world, instanceOf(world, call), call.params.task_id ?? '');
  if (!task) return fdi(404, 3081, 'The task does not exist.');
  const { task_id, task_name, task_type, status, execute_status, created_ms } = task;
  return { status: 200, body: { task_id, task_name, task_type, status, execute_status, created_date: created_ms } };
}
