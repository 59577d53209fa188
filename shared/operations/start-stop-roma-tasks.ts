import { MissingSettingError } from '../client/errors.js';
import { batchStartOrStopTasks, type OperatedTasks } from '../client/roma.js';
import {
  MOST_TASKS_PER_CALL,
  romaInstanceId,
  type StartStopInput,
  startStopInput,
  type TaskResult,
} from '../schemas/roma-tasks.js';
import { type Chunk, inBatches, throwIfNothingAnswered } from './in-batches.js';
import { logChunks } from './log-chunks.js';
import { anyFound, mayLook, sightsOf, TIME_TO_LOOK_MS } from './look.js';
import { lookAtTasks, taskCheck } from './look-at-roma-tasks.js';
import type { Operation, OperationContext } from './operation.js';
import { parseWith } from './parse-input.js';
import {
  culpritsOf,
  isDivisible,
  lookedOutcomes,
  type Outcomes,
  outcomesOf,
  type UnansweredTask,
} from './roma-answer.js';
import { settingOf } from './setting.js';
import type { Advice } from './unanswered.js';

const NAME = 'BatchStartOrStopTasks';

/** Each task that was given is in one of the three lists, once. The counts are those of the lists. */
export interface StartStopBody {
  readonly success_count: number;
  readonly failure_count: number;
  readonly success: readonly TaskResult[];
  readonly failure: readonly TaskResult[];
  readonly unanswered: readonly UnansweredTask[];
  /** Only where there are any: rows of the cloud that do not count, such as a success beside a failure or in the answer to another call. */
  readonly contradicted?: readonly TaskResult[];
}

/** The tasks of one call of ours, and where they are. */
interface Work {
  readonly instanceId: string;
  readonly taskIds: readonly string[];
  readonly input: Pick<StartStopInput, 'action_id' | 'isolate' | 'on_unknown'>;
  /** The command that shows the state of a task. */
  readonly checkOf: (taskId: string) => string;
}

function instanceOf(input: StartStopInput, context: OperationContext): string {
  const id = input.instance_id ?? settingOf('ROMA_INSTANCE_ID', romaInstanceId, context);
  if (id !== undefined) return id;
  throw new MissingSettingError('ROMA_INSTANCE_ID', 'set it, or give instance_id in the input');
}

function adviceFor(check: string): Advice {
  return {
    check: `It may have been started or stopped: look at the state of the task with ${check} before you call again.`,
    refused:
      'The call that held this task was refused as a whole, perhaps for another of its tasks: it did nothing. Call again with this task alone, or with "isolate": true.',
  };
}

/** What differs from what it should be is worth a line: ids come from the lists, never from the counts. */
function logOddities(
  chunks: readonly Chunk<string, OperatedTasks>[],
  outcomes: Outcomes,
  context: OperationContext,
): void {
  for (const chunk of chunks) {
    if (chunk.result !== 'answered') continue;
    const { success, failure, success_count = success.length, failure_count = failure.length } = chunk.reply;
    if (success_count === success.length && failure_count === failure.length) continue;
    context.log('WARN', `${NAME} gave counts that differ from its lists; the lists count`, {
      success_count,
      success: success.length,
      failure_count,
      failure: failure.length,
    });
  }
  const rows = outcomes.contradicted.length;
  if (rows === 0) return;
  context.log(
    'WARN',
    `${NAME} said more than one thing about a task, or spoke of it in the answer to another call; what does not count is in "contradicted"`,
    { rows },
  );
}

/** How to look at the tasks of a call that gave no answer at all. */
function checkAll({ checkOf }: Work, [first, ...others]: readonly string[]): string {
  if (first === undefined) return '';
  return `Check with ${checkOf(first)}${others.length > 0 ? `, and so for the other ${others.length}` : ''}.`;
}

/** Calls, and looks at the tasks in doubt where that is wanted. @throws FleetbatchError where nothing is known to be done */
async function operate(work: Work, context: OperationContext): Promise<Outcomes> {
  const { instanceId, taskIds, checkOf } = work;
  const { action_id, isolate = false, on_unknown } = work.input;
  const options = on_unknown === 'reconcile' ? { leaveMs: TIME_TO_LOOK_MS } : {};
  const rule = { size: MOST_TASKS_PER_CALL, ...(isolate ? { divide: isDivisible } : {}) };
  const chunks = await inBatches(taskIds, rule, (ids) => {
    const request = { action_id, list: ids.map((task_id) => ({ task_id })) };
    return batchStartOrStopTasks(context.cloud, instanceId, request, options);
  });
  logChunks(NAME, chunks, context);
  const culprits = isolate ? culpritsOf(chunks) : [];
  const outcomes = outcomesOf(chunks, (taskId) => adviceFor(checkOf(taskId)), culprits);
  logOddities(chunks, outcomes, context);
  const settled = culprits.length > 0;
  const check = checkAll(work, outcomes.inDoubt);
  if (on_unknown !== 'reconcile' || !mayLook(chunks)) {
    if (!settled) throwIfNothingAnswered(chunks, check);
    return outcomes;
  }
  const findings = await lookAtTasks(outcomes.inDoubt, { instanceId, action: action_id }, context);
  if (!settled && !anyFound(findings)) throwIfNothingAnswered(chunks, `${check} ${sightsOf(findings)}`);
  return lookedOutcomes(outcomes, findings);
}

/**
 * ROMA Connect: start or stop up to 1,000 tasks, in calls of at most 10 (ROMA page). 200 where every task is a success, else 207.
 * Success means accepted: the task itself starts later. With `isolate` a call that was refused for one of its tasks is made
 * again in halves until that task is alone; it is a failure then with the cloud's code, also FDI.3023 for one that runs
 * already. With `on_unknown: "reconcile"` a task without an answer that is in the wanted state is a success, `reconciled`.
 * @throws FleetbatchError where no call at all was answered and nothing was found
 */
export const startStopRomaTasks: Operation<StartStopInput, StartStopBody> = {
  name: NAME,
  parse: parseWith(startStopInput),
  run: async (input, context) => {
    const instanceId = instanceOf(input, context);
    const taskIds = [...new Set(input.list.map((task) => task.task_id))];
    const { projectId } = context.cloud;
    const checkOf = (taskId: string) => taskCheck(projectId, instanceId, taskId);
    const outcomes = await operate({ instanceId, taskIds, input, checkOf }, context);
    const { success, failure, unanswered, contradicted } = outcomes;
    const failed = failure.length + unanswered.length;
    const counts = { success_count: success.length, failure_count: failure.length };
    const body = { ...counts, success, failure, unanswered, ...(contradicted.length > 0 ? { contradicted } : {}) };
    return { status: failed === 0 ? 200 : 207, body, items: { ok: success.length, failed } };
  },
};
