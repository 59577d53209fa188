import { createHash, randomBytes } from 'node:crypto';
import type { AgentInvocation } from './state.js';
import type { World } from './world.js';

/** How long a task waits, and when it is over, in ms after its creation. */
const pendingMs = 1000;
const doneMs = 3000;

/** The states of an Agent task (CES list page). CANCELED exists too, but no API leads to it. */
export type InvocationStatus = 'PENDING' | 'RUNNING' | AgentInvocation['outcome'] | 'ROLLBACKED';

/** Where a task stands at `now` (epoch ms), and since when. No page draws the life-cycle; this one is deduced. */
export function statusOf(
  world: World,
  task: AgentInvocation,
  now: number,
): { status: InvocationStatus; since: number } {
  if (now < task.create_time + pendingMs) return { status: 'PENDING', since: task.create_time };
  if (now < task.create_time + doneMs) return { status: 'RUNNING', since: task.create_time + pendingMs };
  const rollback = world.state.invocations.get(task.rolled_back_by ?? '');
  const undone = rollback ? rollback.create_time + doneMs : Number.POSITIVE_INFINITY;
  if (now >= undone) return { status: 'ROLLBACKED', since: undone };
  return { status: task.outcome, since: task.create_time + doneMs };
}

/** What a new task is made from. */
export interface NewInvocation {
  readonly instance_id: string;
  readonly invocation_type: string;
  readonly target_version: string;
  readonly current_version: string;
  /** How often the same work was run before. */
  readonly run: number;
}

/** Starts a task; how it will end depends on the server of the sample fleet. */
export function startInvocation(world: World, task: NewInvocation): AgentInvocation {
  const invocation: AgentInvocation = {
    ...task,
    invocation_id: `invocation${randomBytes(11).toString('hex')}`,
    invocation_target: 'telescope',
    create_time: world.now(),
    outcome: outcomeOf(world, task),
  };
  world.state.invocations.set(invocation.invocation_id, invocation);
  return invocation;
}

function outcomeOf({ fleet }: World, task: NewInvocation): AgentInvocation['outcome'] {
  if (fleet.slowServers.has(task.instance_id)) return 'TIMEOUT';
  return fleet.flakyServers.has(task.instance_id) && task.run === 0 ? 'FAILED' : 'SUCCEEDED';
}

/** Servers whose id starts with `bms-` are bare metal. */
export function typeOf(instanceId: string): 'ECS' | 'BMS' {
  return instanceId.startsWith('bms-') ? 'BMS' : 'ECS';
}

const resultTexts: Partial<Record<InvocationStatus, string>> = {
  FAILED: 'The Agent package could not be installed: the server refused the command.',
  TIMEOUT: 'The task did not finish in time.',
};

/** A task as the list shows it: times in ms, `result_msg` only where something went wrong. */
export function shownInvocation(world: World, task: AgentInvocation, now: number): Record<string, unknown> {
  const { status, since } = statusOf(world, task, now);
  const digest = createHash('sha256').update(task.instance_id).digest();
  const result_msg = resultTexts[status];
  return {
    invocation_id: task.invocation_id,
    instance_id: task.instance_id,
    instance_name: task.instance_id,
    instance_type: typeOf(task.instance_id),
    intranet_ips: [`10.${digest[0]}.${digest[1]}.${digest[2]}`],
    elastic_ips: [],
    invocation_type: task.invocation_type,
    invocation_status: status,
    invocation_target: task.invocation_target,
    create_time: task.create_time,
    update_time: since,
    current_version: task.current_version,
    target_version: task.target_version,
    ...(result_msg === undefined ? {} : { result_msg }),
  };
}
