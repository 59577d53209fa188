import { MissingSettingError } from '../client/errors.js';
import { batchStartOrStopTasks } from '../client/roma.js';
import {
  MOST_TASKS_PER_CALL,
  romaInstanceId,
  type StartStopInput,
  startStopInput,
  type TaskResult,
} from '../schemas/roma-tasks.js';
import { type Chunk, inBatches, throwIfNothingAnswered } from './in-batches.js';
import { logChunks } from './log-chunks.js';
import type { Operation, OperationContext } from './operation.js';
import { parseWith } from './parse-input.js';
import { settingOf } from './setting.js';
import { type Advice, noAnswer, type Reason, reasonOf } from './unanswered.js';

const NAME = 'BatchStartOrStopTasks';

/** A task without an answer, and why: a stable code, whether it was sent, what to do. */
export interface UnansweredTask {
  readonly task_id: string;
  readonly reason: string;
}

/** Each task that was given is in one of the three lists, once. The counts are those of the lists. */
export interface StartStopBody {
  readonly success_count: number;
  readonly failure_count: number;
  readonly success: readonly TaskResult[];
  readonly failure: readonly TaskResult[];
  readonly unanswered: readonly UnansweredTask[];
}

type Reply = Awaited<ReturnType<typeof batchStartOrStopTasks>>;

const ADVICE: Advice = {
  check: 'It may have been started or stopped: look at the state of the task before you call again.',
  refused:
    'The call that held this task was refused as a whole, perhaps for another of its tasks: it did nothing. Call again with this task alone.',
};

function instanceOf(input: StartStopInput, context: OperationContext): string {
  const id = input.instance_id ?? settingOf('ROMA_INSTANCE_ID', romaInstanceId, context);
  if (id !== undefined) return id;
  throw new MissingSettingError('ROMA_INSTANCE_ID', 'set it, or give instance_id in the input');
}

/** Leaves out a second row about the same task. Rows without an id are all kept. */
function oncePerTask(rows: readonly TaskResult[], taken: Set<string>): TaskResult[] {
  return rows.filter((row) => {
    if (!row.task_id) return true;
    if (taken.has(row.task_id)) return false;
    taken.add(row.task_id);
    return true;
  });
}

function unansweredOf(chunk: Chunk<string, Reply>, answered: ReadonlySet<string>): UnansweredTask[] {
  const reason: Reason = chunk.result === 'answered' ? noAnswer(ADVICE) : reasonOf(chunk, ADVICE);
  return chunk.items
    .filter((task_id) => !answered.has(task_id))
    .map((task_id) => ({ task_id, reason: `${reason.code}: ${reason.message}` }));
}

/** A count that contradicts its list is worth a line: ids come from the lists, never from the counts. */
function logWrongCounts(replies: readonly Reply[], context: OperationContext): void {
  for (const { success, failure, success_count, failure_count } of replies) {
    const right =
      (success_count ?? success.length) === success.length && (failure_count ?? failure.length) === failure.length;
    if (right) continue;
    context.log('WARN', `${NAME} gave counts that differ from its lists; the lists count`, {
      success_count,
      success: success.length,
      failure_count,
      failure: failure.length,
    });
  }
}

function gather(chunks: readonly Chunk<string, Reply>[], context: OperationContext): StartStopBody {
  const replies = chunks.flatMap((chunk) => (chunk.result === 'answered' ? [chunk.reply] : []));
  logWrongCounts(replies, context);
  const answered = new Set<string>();
  // Failures first: a task in both lists is not a success.
  const failure = oncePerTask(
    replies.flatMap((reply) => reply.failure),
    answered,
  );
  const success = oncePerTask(
    replies.flatMap((reply) => reply.success),
    answered,
  );
  const unanswered = chunks.flatMap((chunk) => unansweredOf(chunk, answered));
  return { success_count: success.length, failure_count: failure.length, success, failure, unanswered };
}

/**
 * ROMA Connect: start or stop up to 1,000 tasks, in calls of at most 10 (ROMA page). 200 where every task is a success, else 207.
 * Success means accepted: the task itself starts later. @throws FleetbatchError where no call at all was answered
 */
export const startStopRomaTasks: Operation<StartStopInput, StartStopBody> = {
  name: NAME,
  parse: parseWith(startStopInput),
  run: async (input, context) => {
    const { action_id } = input;
    const instanceId = instanceOf(input, context);
    const taskIds = [...new Set(input.list.map((task) => task.task_id))];
    const { cloud } = context;
    const chunks = await inBatches(taskIds, { size: MOST_TASKS_PER_CALL }, (ids) =>
      batchStartOrStopTasks(cloud, instanceId, { action_id, list: ids.map((task_id) => ({ task_id })) }),
    );
    logChunks(NAME, chunks, context);
    throwIfNothingAnswered(chunks);
    const body = gather(chunks, context);
    const failed = body.failure.length + body.unanswered.length;
    return { status: failed === 0 ? 200 : 207, body, items: { ok: body.success.length, failed } };
  },
};
