import { iefState, isFinished } from '../schemas/ief-job-state.js';
import type { Follow, FollowedTask, LostItem } from './follow.js';

const CES_FAILED = ['FAILED', 'TIMEOUT', 'CANCELED'];

/** Whether a batch job has come to an end (IEF list page). A word that no page has is no end. */
export function isJobOver(status: string): boolean {
  return isFinished(iefState(status));
}

/** A word that no page has says nothing: the task is looked at until it says something else, or the time is up. */
function isOver({ status }: FollowedTask): boolean {
  return status === 'SUCCEEDED' || status === 'ROLLBACKED' || CES_FAILED.includes(status ?? '');
}

export function hasFailed({ status }: FollowedTask): boolean {
  return CES_FAILED.includes(status ?? '');
}

/** A rollback may end as ROLLBACKED itself (not confirmed); any other task that was rolled back did not do its work. */
function hasSucceeded(type: string, { status }: FollowedTask): boolean {
  return status === 'SUCCEEDED' || (status === 'ROLLBACKED' && type === 'ROLLBACK');
}

/** Its work was undone, and the cloud's own RETRY is for what failed. */
export function wasRolledBack(type: string, task: FollowedTask): boolean {
  return isOver(task) && !hasFailed(task) && !hasSucceeded(type, task);
}

/** The work that is not over. */
export function goingOn(follow: Follow): LostItem[] {
  if (follow.kind === 'ces') {
    return follow.tasks
      .filter((task) => !isOver(task))
      .map(({ invocation_id, status = 'PENDING' }) => ({ id: invocation_id, reason: status }));
  }
  if (follow.kind === 'roma') {
    const open = follow.task_ids.filter((id) => !follow.reached.includes(id));
    return open.map((id) => ({ id, reason: `not ${follow.action === 'start' ? 'running' : 'stopped'} yet` }));
  }
  const isOpen = !isJobOver(follow.status ?? '') || follow.tasks === undefined;
  return isOpen ? [{ id: follow.job_id ?? follow.job_name, reason: follow.status ?? 'Waiting' }] : [];
}

/** What is over and came to nothing. */
export function failedIn(follow: Follow): LostItem[] {
  if (follow.kind === 'ces') {
    const failed = follow.tasks.filter((task) => isOver(task) && !hasSucceeded(follow.type, task));
    const rows = failed.map(({ instance_id, invocation_id, status, message }) => ({
      id: instance_id ?? invocation_id,
      reason: [status, message].filter(Boolean).join(': '),
    }));
    return [...follow.refused, ...rows];
  }
  if (follow.kind === 'roma') return [...follow.refused];
  const { job_id = '', status = '', tasks } = follow;
  if (iefState(status) === 'successful' || goingOn(follow).length > 0) return [];
  return tasks && tasks.failed.length > 0 ? [...tasks.failed] : [{ id: job_id, reason: status }];
}

/** How many items did what they should. */
export function successesIn(follow: Follow): number {
  if (follow.kind === 'ces') return follow.tasks.filter((task) => hasSucceeded(follow.type, task)).length;
  if (follow.kind === 'roma') return follow.reached.length;
  return follow.tasks?.successful ?? 0;
}

/** Ids of which nobody knows whether anything was started. */
export function doubtIn(follow: Follow): readonly LostItem[] {
  if (follow.kind !== 'ief') return follow.doubt;
  return follow.job_id ? [] : [{ id: follow.job_name, reason: 'The call gave no answer.' }];
}

/** A few of the items in words, for a message. */
export function listed(items: readonly LostItem[]): string {
  const some = items.slice(0, 5).map(({ id, reason }) => (reason ? `${id} (${reason})` : id));
  return items.length > 5 ? `${some.join(', ')} and ${items.length - 5} more` : some.join(', ');
}
