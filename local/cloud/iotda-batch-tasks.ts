import { randomBytes, randomUUID } from 'node:crypto';
import { batchtaskActions } from './iotda-actions.js';
import type { Pusher } from './push.js';
import type { BatchTask } from './state.js';
import { compactTime } from './verify-signature.js';
import type { After, World } from './world.js';

type SubTask = BatchTask['sub_tasks'][number];

/** When a new task leaves Initializing, when it begins, and how long it runs, in ms. */
const queuedAfterMs = 500;
const beginsAfterMs = 1500;
const runsMs = 2000;

/** What a batch task is made from. */
export interface NewBatchTask {
  readonly app_id: string;
  readonly task_name: string;
  /** `softwareUpgrade`, `firmwareUpgrade`, `createCommands` and the like. */
  readonly task_type: string;
  readonly targets: readonly string[];
  readonly document?: unknown;
  /** Earliest begin, epoch ms. */
  readonly begin_at?: number;
}

/** The batch tasks' life: time moves them, and every change is pushed. */
export interface BatchTasks {
  create(task: NewBatchTask): BatchTask;
  /** Stops the sub-tasks that are not over; all of them where `targets` is absent. The result lists those it stopped. */
  stop(task: BatchTask, targets?: readonly string[]): string[];
  /** Runs sub-tasks again that failed or were stopped; all of them where `targets` is absent. */
  retry(task: BatchTask, targets?: readonly string[]): string[];
  /** Pushes what has become due, and sets the timer for what comes next. */
  advance(): void;
  close(): void;
}

/** Where a task stands at `now` (epoch ms). */
export function statusOf(task: BatchTask, now: number): string {
  return task.changes.findLast((change) => change.at <= now)?.status ?? 'Initializing';
}

const finalStates = new Set(['Success', 'PartialSuccess', 'Fail', 'Stopped']);

export function isOver(task: BatchTask, now: number): boolean {
  return finalStates.has(statusOf(task, now));
}

/** A sub-task follows its task; at the end those of unknown devices have failed. */
export function subStatusOf(task: BatchTask, sub: SubTask, now: number): string {
  if (sub.stopped) return 'Stopped';
  if (isOver(task, now)) return sub.known ? 'Success' : 'Fail';
  return statusOf(task, now) === 'Processing' ? 'Processing' : 'Waitting';
}

/** @param changed called after changes that no call caused, to have them saved */
export function createBatchTasks(world: World, pusher: Pusher, after: After, changed: () => void): BatchTasks {
  let cancelTimer: (() => void) | undefined;
  let closed = false;

  const advance = (): void => {
    const now = world.now();
    let next = Number.POSITIVE_INFINITY;
    let moved = false;
    for (const task of world.state.batchTasks.values()) {
      for (let change = task.changes[task.announced]; change; change = task.changes[task.announced]) {
        if (change.at > now) {
          next = Math.min(next, change.at);
          break;
        }
        task.announced += 1;
        moved = true;
        announce(world, pusher, task, change);
      }
    }
    cancelTimer?.();
    if (closed) return;
    if (moved) changed();
    // A day at most: longer waits than 2^31 ms would fire at once.
    cancelTimer = Number.isFinite(next) ? after(Math.min(Math.max(1, next - now), 86_400_000), advance) : undefined;
  };

  return {
    create(input) {
      const task = newTask(world, input);
      world.state.batchTasks.set(task.task_id, task);
      advance();
      return task;
    },
    stop(task, targets) {
      advance();
      const now = world.now();
      if (isOver(task, now)) return [];
      const subs = task.sub_tasks.filter((sub) => !sub.stopped && (!targets || targets.includes(sub.target)));
      for (const sub of subs) sub.stopped = true;
      const rest = task.changes.splice(task.announced);
      if (task.sub_tasks.every((sub) => sub.stopped)) task.changes.push({ status: 'Stopped', at: now });
      else
        task.changes.push(
          ...rest.map((change) => (finalStates.has(change.status) ? { ...change, status: finalOf(task) } : change)),
        );
      advance();
      return subs.map((sub) => sub.target);
    },
    retry(task, targets) {
      advance();
      const now = world.now();
      if (!isOver(task, now)) return [];
      const again = task.sub_tasks.filter(
        (sub) => (sub.stopped || !sub.known) && (!targets || targets.includes(sub.target)),
      );
      if (again.length === 0) return [];
      for (const sub of again) sub.stopped = false;
      task.changes.push({ status: 'Processing', at: now }, { status: finalOf(task), at: now + runsMs });
      advance();
      return again.map((sub) => sub.target);
    },
    advance,
    close() {
      closed = true;
      cancelTimer?.();
    },
  };
}

function newTask(world: World, input: NewBatchTask): BatchTask {
  const now = world.now();
  const devices = world.fleet.devices.get(input.app_id);
  const begin = Math.max(now + beginsAfterMs, input.begin_at ?? 0);
  const task: BatchTask = {
    // 24 hexadecimal characters, as real ids are.
    task_id: randomBytes(12).toString('hex'),
    app_id: input.app_id,
    task_name: input.task_name,
    task_type: input.task_type,
    ...(input.document === undefined ? {} : { document: input.document }),
    created_ms: now,
    sub_tasks: input.targets.map((target) => ({ target, known: devices?.has(target) === true, stopped: false })),
    changes: [],
    announced: 0,
  };
  task.changes.push(
    { status: 'Waitting', at: now + queuedAfterMs },
    { status: 'Processing', at: begin },
    { status: finalOf(task), at: begin + runsMs },
  );
  return task;
}

function finalOf(task: BatchTask): string {
  const good = task.sub_tasks.filter((sub) => sub.known && !sub.stopped).length;
  if (good === task.sub_tasks.length) return 'Success';
  return good === 0 ? 'Fail' : 'PartialSuccess';
}

/**
 * One message for each action of each active rule. Initializing and Stopping are states of the REST pages only and are
 * never pushed; that every other change is pushed, for every task type, is not confirmed.
 */
function announce(world: World, pusher: Pusher, task: BatchTask, change: BatchTask['changes'][number]): void {
  for (const action of batchtaskActions(world, task.app_id)) {
    const body = {
      resource: 'batchtask',
      event: 'update',
      event_time: compactTime(change.at),
      event_time_ms: new Date(change.at).toISOString(),
      request_id: randomUUID(),
      notify_data: {
        body: {
          app_id: task.app_id,
          task_id: task.task_id,
          task_type: task.task_type,
          status: change.status,
          status_desc: change.status === 'Fail' ? 'All sub-tasks failed.' : '',
        },
      },
    };
    pusher.enqueue({
      url: action.url,
      ...(action.token === undefined ? {} : { token: action.token }),
      body: JSON.stringify(body),
      about: `${task.task_id} ${change.status}`,
    });
  }
}
