import { CloudRejectedError, type Upstream } from '../client/errors.js';
import type { OperatedTasks } from '../client/roma.js';
import type { TaskResult } from '../schemas/roma-tasks.js';
import type { Chunk } from './in-batches.js';
import type { Finding } from './look.js';
import { type Advice, isInDoubt, noAnswer, type Reason, reasonOf } from './unanswered.js';

/** A task without an answer, and why: a stable code, whether it was sent, what to do. */
export interface UnansweredTask {
  readonly task_id: string;
  readonly reason: string;
}

/** What became of the tasks. No task that was given is in two of the lists. */
export interface Outcomes {
  readonly success: readonly TaskResult[];
  readonly failure: readonly TaskResult[];
  readonly unanswered: readonly UnansweredTask[];
  /** Those of the unanswered tasks that may have been started or stopped. */
  readonly inDoubt: readonly string[];
  /** Rows that do not count: about a task of which something else is known, or in the answer to a call without that task. */
  readonly contradicted: readonly TaskResult[];
}

/** The first row about each task. Rows without an id are all kept; a further row goes to `others` where it says something else. */
function firstOfEach(rows: readonly TaskResult[], taken: Map<string, string>, others: TaskResult[]): TaskResult[] {
  return rows.filter((row) => {
    if (!row.task_id) return true;
    const said = JSON.stringify(row);
    const before = taken.get(row.task_id);
    if (before === undefined) taken.set(row.task_id, said);
    else if (before !== said) others.push(row);
    return before === undefined;
  });
}

/** The row of a task that was refused in a call of its own, in the words of the cloud. */
function refusedRow(task_id: string, { upstream, code, message }: CloudRejectedError): TaskResult {
  const { error_code = code, error_msg = message }: Partial<Upstream> = upstream ?? {};
  return { task_id, error_code, error_msg };
}

/** The rows of tasks that were refused in calls of their own: then it is known which task it was. */
export function culpritsOf(chunks: readonly Chunk<string, OperatedTasks>[]): TaskResult[] {
  return chunks.flatMap((chunk): TaskResult[] => {
    const [task_id, ...others] = chunk.items;
    if (task_id === undefined || others.length > 0) return [];
    return chunk.result === 'failed' && isDivisible(chunk.error) ? [refusedRow(task_id, chunk.error)] : [];
  });
}

/** The codes that are about the call and not about one of its tasks: the project does not match, the list is empty. */
const ABOUT_THE_CALL = ['FDI.3039', 'FDI.3150'];

/**
 * True for a refusal that one task can have caused for a whole call (FDI.3021, 3022, 3023, 3081, 3083, 3149 and whatever else
 * the incomplete list of codes holds). Refusals of the gateway and of the platform have other codes.
 */
export function isDivisible(error: unknown): error is CloudRejectedError {
  if (!(error instanceof CloudRejectedError)) return false;
  const { status, error_code }: Partial<Upstream> = error.upstream ?? {};
  if (error_code === undefined || (status !== 400 && status !== 404)) return false;
  // The clouds do not always keep to one case in their codes.
  const code = error_code.toUpperCase();
  return code.startsWith('FDI.') && !ABOUT_THE_CALL.includes(code);
}

/** The rows of one answer, without those about a task that another call asked for: these are `foreign`. */
function ownRows(
  chunk: Chunk<string, OperatedTasks>,
  { failure, success }: OperatedTasks,
  homes: ReadonlyMap<unknown, Chunk<string, OperatedTasks>>,
): Record<'failure' | 'success' | 'foreign', TaskResult[]> {
  const isForeign = ({ task_id }: TaskResult) => (homes.get(task_id) ?? chunk) !== chunk;
  const isOwn = (row: TaskResult) => !isForeign(row);
  return {
    failure: failure.filter(isOwn),
    success: success.filter(isOwn),
    foreign: [...failure, ...success].filter(isForeign),
  };
}

/**
 * Joins the answers by task id. Of two different rows about one task the failure counts, and the other is kept aside; so is
 * what an answer says about a task that its call did not hold, while another call did: it says nothing about that call.
 * @param culprits rows of tasks that were refused alone
 */
export function outcomesOf(
  chunks: readonly Chunk<string, OperatedTasks>[],
  adviceOn: (taskId: string) => Advice,
  culprits: readonly TaskResult[],
): Outcomes {
  const homes = new Map(chunks.flatMap((chunk) => chunk.items.map((id) => [id, chunk] as const)));
  const replies = chunks.flatMap((chunk) => (chunk.result === 'answered' ? ownRows(chunk, chunk.reply, homes) : []));
  const taken = new Map<string, string>();
  const contradicted: TaskResult[] = [];
  // Failures first: a task in both lists is not a success.
  const failures = [...culprits, ...replies.flatMap((reply) => reply.failure)];
  const failure = firstOfEach(failures, taken, contradicted);
  const successes = replies.flatMap((reply) => reply.success);
  const success = firstOfEach(successes, taken, contradicted);
  // With a copy, so that a foreign row answers for no task.
  const foreign = replies.flatMap((reply) => reply.foreign);
  contradicted.push(...firstOfEach(foreign, new Map(taken), contradicted));
  const silent = (chunk: Chunk<string, OperatedTasks>) => chunk.items.filter((task_id) => !taken.has(task_id));
  return {
    success,
    failure,
    unanswered: chunks.flatMap((chunk) => silent(chunk).map((id) => unansweredTask(chunk, id, adviceOn(id)))),
    inDoubt: chunks.filter((chunk) => chunk.result === 'answered' || isInDoubt(chunk)).flatMap(silent),
    contradicted,
  };
}

function unansweredTask(chunk: Chunk<string, OperatedTasks>, task_id: string, advice: Advice): UnansweredTask {
  const { code, message }: Reason = chunk.result === 'answered' ? noAnswer(advice) : reasonOf(chunk, advice);
  return { task_id, reason: `${code}: ${message}` };
}

/** The outcomes after a look: what was found in the wanted state is done, the others say what the look has shown. */
export function lookedOutcomes(outcomes: Outcomes, findings: ReadonlyMap<string, Finding<TaskResult>>): Outcomes {
  const found = [...findings.values()].flatMap((finding): TaskResult[] => ('found' in finding ? [finding.found] : []));
  const unanswered = outcomes.unanswered.flatMap((task) => {
    const finding = findings.get(task.task_id);
    if (!finding) return task;
    return 'found' in finding ? [] : { ...task, reason: `${task.reason} ${finding.notFound}` };
  });
  return { ...outcomes, success: [...outcomes.success, ...found], unanswered };
}
