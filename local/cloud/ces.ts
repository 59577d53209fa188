import { type BatchCreateRequest, batchCreateRequest } from '../../shared/schemas/ces-create-invocations.js';
import { checkInput } from '../../shared/schemas/check-input.js';
import { shownInvocation, startInvocation, statusOf, typeOf } from './ces-invocations.js';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply, wholeNumber } from './cloud-operation.js';
import type { AgentInvocation } from './state.js';
import type { World } from './world.js';

/** The only errors that the pages name: 0001 for 500, 0003 for 401, 0005 for 400, 0007 for 403. */
const foreignProject = errorReply(
  403,
  'taskmgr.0007',
  'The authentication information is incorrect or the service invoker does not have sufficient rights.',
);

function badContent(what: string): Reply {
  return errorReply(400, 'taskmgr.0005', `Some content in message body is not correct: ${what}`.slice(0, 256));
}

/** The list reaches three months back (CES list page of 2026). */
const historyMs = 92 * 24 * 3600_000;

/** Cloud Eye's Agent maintenance tasks. */
export function cesOperations(world: World): CloudOperation[] {
  return [
    {
      name: 'ces.createInvocations',
      method: 'POST',
      path: '/v3/:project_id/agent-invocations/batch-create',
      foreignProject,
      answer: (call) => batchCreate(world, call),
    },
    {
      name: 'ces.listInvocations',
      method: 'GET',
      path: '/v3/:project_id/agent-invocations',
      foreignProject,
      answer: (call) => list(world, call),
    },
  ];
}

/** One item of the reply, as in the page's example: a refused one carries a message and no code. */
interface Item {
  readonly instance_id?: string;
  readonly invocation_id?: string;
  readonly ret_status: 'successful' | 'error';
  readonly error_msg?: string;
}

/** 201 also where every single item failed. The order of the items is not promised: failed ones come last here. */
function batchCreate(world: World, call: Call): Reply {
  const checked = checkInput(batchCreateRequest, parseJson(call.body));
  if (!checked.ok) return badContent(checked.errors.map((e) => `${e.path || 'body'} ${e.message}`).join('; '));
  const { invocation_type, version, version_type } = checked.value;
  const ids = idsOf(checked.value);
  const target = version ?? (version_type === 'BASIC_VERSION' ? '2.5.6' : '2.6.1');
  const items = ids.map((id): Item => {
    if (invocation_type === 'RETRY') return retry(world, id);
    if (invocation_type === 'ROLLBACK') return rollBack(world, id);
    return create(world, id, invocation_type, target);
  });
  const invocations = items.sort((a, b) => Number(a.ret_status === 'error') - Number(b.ret_status === 'error'));
  return { status: 201, body: { invocations } };
}

/** The schema has made sure that the list which goes with the type is there. */
function idsOf(request: BatchCreateRequest): readonly string[] {
  const hosts = request.remote_install_meta?.map((host) => host.instance_name ?? 'remote-host');
  return request.invocation_ids ?? request.instance_ids ?? hosts ?? [];
}

function create(world: World, instance_id: string, invocation_type: string, target_version: string): Item {
  if (world.fleet.unsuitableServers.has(instance_id)) {
    return { instance_id, ret_status: 'error', error_msg: 'do not meet the installation conditions' };
  }
  return started(
    startInvocation(world, { instance_id, invocation_type, target_version, current_version: '2.5.1', run: 0 }),
  );
}

/** Only what failed or timed out can be retried; the run is a new task. Both are not confirmed. */
function retry(world: World, id: string): Item {
  const task = world.state.invocations.get(id);
  if (!task) return { invocation_id: id, ret_status: 'error', error_msg: 'the task does not exist' };
  const { status } = statusOf(world, task, world.now());
  if (status !== 'FAILED' && status !== 'TIMEOUT') return refused(task, `a task in status ${status} cannot be retried`);
  const { instance_id, target_version, current_version } = task;
  return started(
    startInvocation(world, {
      instance_id,
      invocation_type: 'RETRY',
      target_version,
      current_version,
      run: task.run + 1,
    }),
  );
}

/** Only what succeeded can be rolled back, once; the task itself becomes ROLLBACKED then. Both are not confirmed. */
function rollBack(world: World, id: string): Item {
  const task = world.state.invocations.get(id);
  if (!task) return { invocation_id: id, ret_status: 'error', error_msg: 'the task does not exist' };
  const { status } = statusOf(world, task, world.now());
  if (status !== 'SUCCEEDED') return refused(task, `a task in status ${status} cannot be rolled back`);
  if (task.rolled_back_by) return refused(task, 'the task is being rolled back');
  const rollback = startInvocation(world, {
    instance_id: task.instance_id,
    invocation_type: 'ROLLBACK',
    target_version: task.current_version,
    current_version: task.target_version,
    run: 1,
  });
  task.rolled_back_by = rollback.invocation_id;
  return started(rollback);
}

function started({ instance_id, invocation_id }: AgentInvocation): Item {
  return { instance_id, invocation_id, ret_status: 'successful' };
}

function refused({ instance_id, invocation_id }: AgentInvocation, error_msg: string): Item {
  return { instance_id, invocation_id, ret_status: 'error', error_msg };
}

/**
 * Newest first. There is no filter for status and none for time: such names are passed over, as the cloud passes them
 * over. `count` is the number of all tasks that the filters let through.
 */
function list(world: World, call: Call): Reply {
  const limit = wholeNumber(call.query.get('limit'), 100, 1, 100);
  const offset = wholeNumber(call.query.get('offset'), 0, 0, 9_999_999_999_999);
  if (limit === undefined) return badContent('limit must be a number from 1 to 100');
  if (offset === undefined) return badContent('offset must be a number from 0 to 9999999999999');
  const type = call.query.get('instance_type');
  if (type && type !== 'ECS' && type !== 'BMS') return badContent('instance_type must be ECS or BMS');
  const now = world.now();
  const fits = (task: AgentInvocation): boolean =>
    task.create_time > now - historyMs &&
    same(call, 'instance_id', task.instance_id) &&
    same(call, 'instance_type', typeOf(task.instance_id)) &&
    same(call, 'invocation_id', task.invocation_id) &&
    same(call, 'invocation_type', task.invocation_type) &&
    same(call, 'invocation_target', task.invocation_target);
  const found = [...world.state.invocations.values()].reverse().filter(fits);
  const invocations = found.slice(offset, offset + limit).map((task) => shownInvocation(world, task, now));
  return { status: 200, body: { invocations, count: found.length } };
}

function same(call: Call, name: string, value: string): boolean {
  const wanted = call.query.get(name);
  return wanted === null || wanted === '' || wanted === value;
}
