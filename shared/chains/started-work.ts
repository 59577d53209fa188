import { isRecord } from '../schemas/rules.js';
import type { Json, JsonObject } from './chain.js';
import type { Follow, FollowedTask, LostItem } from './follow.js';

/** What a call asked for: the input that was sent, and when it was begun, epoch ms. */
export interface Asked {
  readonly input: JsonObject;
  readonly since: number;
}

type Fields = Readonly<Record<string, unknown>>;

function rowsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

function reasonOf(row: Fields): string {
  return [row.error_code, row.error_msg, row.reason].map(text).filter(Boolean).join(': ').slice(0, 300);
}

/** The work that an answer of a function speaks of; undefined for one that starts none. */
export function startedWork(name: string, asked: Asked, body: Json): Follow | undefined {
  const answer: Fields = isRecord(body) ? body : {};
  if (name === 'create-invocations') return startedTasks(asked, rowsOf(answer.invocations));
  if (name === 'create-ief-job') {
    const job = jobInDoubt(asked.input);
    return answer.job_id ? { ...job, job_id: text(answer.job_id) } : job;
  }
  if (name === 'start-stop-roma-tasks') return operatedTasks(asked.input, answer);
  return undefined;
}

/** The same where nothing is known of the answer: everything is in doubt. Undefined where nothing can be looked at. */
export function workInDoubt(name: string, { input }: Asked): Follow | undefined {
  const lost = (id: string): LostItem => ({ id, reason: 'The call gave no answer.' });
  if (name === 'create-invocations') {
    const ids = idsOf(input);
    // Hosts have no id to look for.
    if (ids.length === 0 || rowsOf(input.remote_install_meta).length > 0) return undefined;
    return { kind: 'ces', type: text(input.invocation_type), tasks: [], refused: [], doubt: ids.map(lost) };
  }
  if (name === 'create-ief-job') return jobInDoubt(input);
  if (name !== 'start-stop-roma-tasks') return undefined;
  const task_ids = rowsOf(input.list).map((task) => text(task.task_id));
  if (task_ids.length === 0) return undefined;
  return { ...operatedTasks(input, {}), doubt: task_ids.map(lost) };
}

/** Whether a create-invocations input goes by tasks, and not by servers. */
export function goesByTask(input: JsonObject): boolean {
  return texts(input.invocation_ids).length > 0;
}

/** The ids that a create-invocations input goes by. */
export function idsOf(input: JsonObject): string[] {
  return texts(goesByTask(input) ? input.invocation_ids : input.instance_ids);
}

/** A row that says `successful` without the id of its task is in doubt, too: the list has to show which one it is. */
function startedTasks({ input, since }: Asked, rows: readonly Fields[]): Follow {
  const byTask = goesByTask(input);
  const tasks: FollowedTask[] = [];
  const refused: LostItem[] = [];
  const doubt: LostItem[] = [];
  for (const row of rows) {
    const instance_id = text(row.instance_id);
    const id = byTask ? text(row.requested_invocation_id) || text(row.invocation_id) : instance_id;
    const invocation_id = text(row.invocation_id);
    if (row.ret_status === 'successful' && invocation_id) {
      const reused = byTask && id === invocation_id ? { reused: true as const } : {};
      tasks.push({ ...(instance_id ? { instance_id } : {}), invocation_id, since, ...reused });
    } else if (row.ret_status === 'error') refused.push({ id, reason: reasonOf(row) });
    else doubt.push({ id, reason: reasonOf(row) || 'The cloud gave no id of the task.' });
  }
  return { kind: 'ces', type: text(input.invocation_type), tasks, refused, doubt };
}

function jobInDoubt(input: JsonObject): Extract<Follow, { kind: 'ief' }> {
  const { job_name, job_type, ief_instance_id } = input;
  const instance = typeof ief_instance_id === 'string' ? { ief_instance_id } : {};
  return { kind: 'ief', job_name: text(job_name), job_type: text(job_type), ...instance };
}

function operatedTasks(input: JsonObject, answer: Fields): Extract<Follow, { kind: 'roma' }> {
  const lost = (row: Fields): LostItem => ({ id: text(row.task_id), reason: reasonOf(row) });
  return {
    kind: 'roma',
    instance_id: text(input.instance_id),
    action: input.action_id === 'stop' ? 'stop' : 'start',
    task_ids: rowsOf(answer.success).map((row) => text(row.task_id)),
    reached: [],
    refused: rowsOf(answer.failure).map(lost),
    doubt: rowsOf(answer.unanswered).map(lost),
  };
}

/** What the function would have answered, where a look and not the function told of it. */
export function answerFrom(follow: Follow): JsonObject {
  if (follow.kind === 'ief') {
    return { job_id: follow.job_id ?? null, job_name: follow.job_name, created_at: null, reconciled: true };
  }
  if (follow.kind === 'roma') {
    const success = follow.task_ids.map((task_id) => ({ task_id, reconciled: true }));
    const failure = follow.refused.map(({ id, reason }) => ({ task_id: id, error_msg: reason }));
    const counts = { success_count: success.length, failure_count: failure.length };
    return { ...counts, success, failure, unanswered: [] };
  }
  const { tasks, refused } = follow;
  const found = tasks.map(({ instance_id = '', invocation_id }) => ({
    instance_id,
    invocation_id,
    ret_status: 'successful',
    reconciled: true,
  }));
  const summary = { requested: tasks.length + refused.length, successful: tasks.length, failed: refused.length };
  return { invocations: found, summary: { ...summary, unanswered: 0 } };
}
