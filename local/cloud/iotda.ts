import * as z from 'zod/mini';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply } from './cloud-operation.js';
import { iotdaActionOperations } from './iotda-actions.js';
import { type BatchTasks, isOver, statusOf, subStatusOf } from './iotda-batch-tasks.js';
import { invalidInput, pageOf, refusedBody } from './iotda-replies.js';
import { iotdaRuleOperations } from './iotda-rules.js';
import type { BatchTask } from './state.js';
import { compactTime, readSdkDate } from './verify-signature.js';
import type { World } from './world.js';

/** Task types of the create page, changeGateway included. */
const taskTypes = [
  'firmwareUpgrade',
  'softwareUpgrade',
  'moduleUpgrade',
  'createDevices',
  'updateDevices',
  'deleteDevices',
  'freezeDevices',
  'unfreezeDevices',
  'createCommands',
  'createAsyncCommands',
  'createMessages',
  'updateDeviceShadows',
  'changeGateway',
] as const;

const createRequest = z.object({
  app_id: z.string(),
  task_name: z.string().check(z.regex(/^[\u4e00-\u9fa5a-zA-Z0-9_]{1,128}$/)),
  task_type: z.enum(taskTypes),
  targets: z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(30_000)),
  document: z.optional(z.unknown()),
  task_policy: z.optional(z.object({ schedule_time: z.optional(z.string().check(z.regex(/^[0-9]{8}T[0-9]{6}Z$/))) })),
  need_confirm: z.optional(z.literal(false)),
});

/** `{}` means every sub-task, so an absent list and an empty one are not the same. */
const someTargets = z.object({ targets: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(100))) });

const noTask = errorReply(404, 'IOTDA.014200', 'The batch task does not exist.');

/** IoT Device Access: forwarding rules and batch tasks. */
export function iotdaOperations(world: World, tasks: BatchTasks): CloudOperation[] {
  const path = '/v5/iot/:project_id/batchtasks';
  const derived = { derivedSigning: true } as const;
  const one = `${path}/:task_id`;
  return [
    ...iotdaRuleOperations(world),
    ...iotdaActionOperations(world),
    { name: 'iotda.createBatchTask', method: 'POST', path, ...derived, answer: (call) => create(world, tasks, call) },
    { name: 'iotda.listBatchTasks', method: 'GET', path, ...derived, answer: (call) => list(world, call) },
    { name: 'iotda.showBatchTask', method: 'GET', path: one, ...derived, answer: (call) => show(world, call) },
    {
      name: 'iotda.stopBatchTask',
      method: 'POST',
      path: `${one}/stop`,
      ...derived,
      answer: (call) => act(world, call, tasks.stop),
    },
    {
      name: 'iotda.retryBatchTask',
      method: 'POST',
      path: `${one}/retry`,
      ...derived,
      answer: (call) => act(world, call, tasks.retry),
    },
    { name: 'iotda.deleteBatchTask', method: 'DELETE', path: one, ...derived, answer: (call) => remove(world, call) },
  ];
}

function create(world: World, tasks: BatchTasks, call: Call): Reply {
  const parsed = createRequest.safeParse(parseJson(call.body));
  if (!parsed.success) return refusedBody(parsed.error);
  const { app_id, task_name, task_type, targets, document, task_policy } = parsed.data;
  if (!world.fleet.devices.has(app_id)) return errorReply(403, 'IOTDA.001000', 'The application does not exist.');
  const begin_at = readSdkDate(task_policy?.schedule_time ?? '');
  const task = tasks.create({
    app_id,
    task_name,
    task_type,
    targets,
    ...(document === undefined ? {} : { document }),
    ...(begin_at === undefined ? {} : { begin_at }),
  });
  return { status: 201, body: shownTask(task, world.now()) };
}

function list(world: World, call: Call): Reply {
  const { query } = call;
  if (!query.get('task_type')) return invalidInput('task_type is mandatory.');
  const now = world.now();
  const found = [...world.state.batchTasks.values()]
    .reverse()
    .filter(
      (task) =>
        task.task_type === query.get('task_type') &&
        (!query.get('app_id') || query.get('app_id') === task.app_id) &&
        (!query.get('status') || query.get('status') === statusOf(task, now)),
    );
  const page = pageOf(call, found);
  if (!page) return invalidInput('limit or offset is out of range.');
  return { status: 200, body: { batchtasks: page.map((task) => shownTask(task, now)), page: { count: found.length } } };
}

function show(world: World, call: Call): Reply {
  const task = world.state.batchTasks.get(call.params.task_id ?? '');
  if (!task) return noTask;
  const now = world.now();
  const wanted = call.query.get('task_detail_status');
  const details = task.sub_tasks
    .map((sub) => ({
      target: sub.target,
      status: subStatusOf(task, sub, now),
      output: '',
      error: errorOf(task, sub, now),
    }))
    .filter((detail) => !wanted || detail.status === wanted);
  const page = pageOf(call, details);
  if (!page) return invalidInput('limit or offset is out of range.');
  return {
    status: 200,
    body: { batchtask: shownTask(task, now), task_details: page, page: { count: details.length } },
  };
}

function errorOf(task: BatchTask, sub: BatchTask['sub_tasks'][number], now: number): object {
  const failed = subStatusOf(task, sub, now) === 'Fail';
  return failed ? { error_code: 'IOTDA.014200', error_msg: 'The device does not exist.' } : {};
}

/** Upgrades only. HTTP 200 also where targets could not be acted on: each has its own status. */
function act(world: World, call: Call, change: BatchTasks['stop']): Reply {
  const task = world.state.batchTasks.get(call.params.task_id ?? '');
  if (!task) return noTask;
  if (!task.task_type.endsWith('Upgrade')) return invalidInput('Only upgrade tasks can be stopped or retried.');
  const parsed = someTargets.safeParse(call.body.length === 0 ? {} : parseJson(call.body));
  if (!parsed.success) return refusedBody(parsed.error);
  const { targets } = parsed.data;
  const done = change(task, targets);
  const asked = targets ?? done;
  const results = asked.map((target) =>
    done.includes(target)
      ? { target, status: 'success' }
      : {
          target,
          status: 'failure',
          error_code: 'IOTDA.014219',
          error_msg: 'The sub-task is not in a state for this.',
        },
  );
  return { status: 200, body: { targets: results } };
}

function remove(world: World, call: Call): Reply {
  const task = world.state.batchTasks.get(call.params.task_id ?? '');
  if (!task) return noTask;
  if (!isOver(task, world.now())) return errorReply(403, 'IOTDA.014221', 'Only a finished batch task can be deleted.');
  world.state.batchTasks.delete(task.task_id);
  return { status: 204 };
}

function shownTask(task: BatchTask, now: number): Record<string, unknown> {
  const { task_id, app_id, task_name, task_type, document } = task;
  const progress = { total: task.sub_tasks.length, processing: 0, success: 0, fail: 0, waitting: 0, stopped: 0 };
  for (const sub of task.sub_tasks) {
    const status = subStatusOf(task, sub, now);
    if (status === 'Processing') progress.processing += 1;
    else if (status === 'Success') progress.success += 1;
    else if (status === 'Fail') progress.fail += 1;
    else if (status === 'Waitting') progress.waitting += 1;
    else progress.stopped += 1;
  }
  return {
    task_id,
    app_id,
    task_name,
    task_type,
    ...(document === undefined ? {} : { document }),
    status: statusOf(task, now),
    status_desc: '',
    task_progress: { ...progress, fail_wait_retry: 0, removed: 0 },
    create_time: compactTime(task.created_ms),
  };
}
