import { isGone, listBatchtasks, showBatchtask } from '../client/iotda.js';
import { realTiming } from '../client/timing.js';
import type { Operation, OperationContext } from '../operations/operation.js';
import { parseWith } from '../operations/parse-input.js';
import { countSetting } from '../operations/setting.js';
import { type BatchtaskEvent, normaliseBatchtaskPush } from '../schemas/iotda-batchtask-push.js';
import type { RestBatchtask } from '../schemas/iotda-batchtasks.js';
import { pruneBatchtaskHistory, recordBatchtask, unstorable } from '../store/batchtask-history.js';
import type { Database, Queryable } from '../store/database.js';
import { claimQuietTasks, isStillAs, markGone, type QuietTask, unheardOf } from '../store/quiet-batchtasks.js';
import { advanceInput } from './advance-input.js';
import type { Chain } from './chain.js';
import { batchtaskEvent } from './chain-event.js';
import { kickAdvance } from './kick-advance.js';
import { type StartedRun, startRuns } from './start-runs.js';

const NAME = 'ReconcileBatchtasks';
/** Tasks that one pass asks for: the next one is five minutes away, and IoTDA throttles. */
const MOST_ASKED = 100;
/** Milliseconds that have to be left to ask for one more. */
const TIME_FOR_ONE = 3_000;
/** How long a task may be quiet: RECONCILE_QUIET_MINUTES. */
const quiet = { usual: 10, least: 1, most: 1_440, unit: 'minutes' };
/** How long the history of a task is kept after its end: BATCHTASKS_KEPT_DAYS. A push that comes again later is news. */
const kept = { usual: 90, least: 7, most: 3650, unit: 'days' };
/** Tasks removed by one pass. */
const MOST_PRUNED = 500;
/** States in which a task is under way and was told by a push that may be lost; as they stand on the wire. */
const ACTIVE = ['Waitting', 'Processing'];

/** What one pass found. */
export interface ReconcileBody {
  /** Quiet tasks that were asked for, and of how many the state had changed. */
  readonly asked: number;
  readonly changed: number;
  /** Tasks under way of which no push had come. */
  readonly found: number;
  /** Tasks that IoTDA does not know any more. */
  readonly gone: number;
  /** Tasks, or lists of them, that could not be read; they are asked for again. */
  readonly failed: number;
  /** Runs that began. */
  readonly started: number;
  /** Tasks that were over for long enough to be forgotten. */
  readonly pruned: number;
}
type Counts = { -readonly [Name in keyof ReconcileBody]: number };

/** What a pass works with. */
interface Pass {
  readonly database: Database;
  readonly chains: readonly Chain[];
  readonly context: OperationContext;
  readonly now: () => number;
  readonly counts: Counts;
  readonly started: StartedRun[];
}

/**
 * Asks IoTDA for batch tasks that went quiet: it discards a push that was not answered. What has changed is recorded and starts runs
 * as a push does, in one transaction; a push that comes late starts nothing again. One task that cannot be read holds up no other.
 * @param chains those of chains.yml
 * @throws MissingSettingError, InvalidSettingError, the errors of database-errors.ts before anything was asked
 */
export function reconcileBatchtasksWith(
  chains: readonly Chain[],
): Operation<ReturnType<typeof advanceInput.parse>, ReconcileBody> {
  return {
    name: NAME,
    parse: parseWith(advanceInput),
    run: async (_input, context) => {
      const { database, timing = realTiming } = context;
      const counts: Counts = { asked: 0, changed: 0, found: 0, gone: 0, failed: 0, started: 0, pruned: 0 };
      if (!database) {
        context.log('INFO', 'nothing to reconcile: batch tasks are kept in a database, and DATABASE_URL is not set');
        return { status: 200, body: counts, items: { ok: 0, failed: 0 } };
      }
      const pass: Pass = { database, chains, context, now: () => timing.now(), counts, started: [] };
      const quietMinutes = countSetting('RECONCILE_QUIET_MINUTES', quiet, context);
      const keptDays = countSetting('BATCHTASKS_KEPT_DAYS', kept, context);
      await prune(pass, keptDays);
      const tasks = await claimQuietTasks(database, quietMinutes, MOST_ASKED);
      let answered = 0;
      for (const task of tasks) {
        if ((context.remainingMs?.() ?? Number.POSITIVE_INFINITY) < TIME_FOR_ONE) break;
        counts.asked += 1;
        if (await tolerated(pass, { task_id: task.task_id }, () => ask(pass, task))) answered += 1;
      }
      for (const type of listOf(context.setting('RECONCILE_TASK_TYPES'))) {
        for (const status of ACTIVE) await tolerated(pass, { task_type: type, status }, () => find(pass, type, status));
      }
      counts.started = pass.started.length;
      if (counts.started > 0) await kickAdvance(pass.started, 'reconcile', context);
      context.log('INFO', 'batch tasks reconciled', { ...counts });
      const status = counts.failed > 0 ? 207 : 200;
      return { status, body: counts, items: { ok: answered + counts.found, failed: counts.failed } };
    },
  };
}

/** What is not removed now waits for the next pass; the tasks that went quiet do not wait for it. */
async function prune({ database, counts, context }: Pass, keptDays: number): Promise<void> {
  try {
    counts.pruned = await pruneBatchtaskHistory(database, keptDays, MOST_PRUNED);
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : typeof failure;
    context.log('WARN', 'old batch tasks could not be removed; the next pass tries again', { why });
  }
}

/** @returns whether it went well */
async function tolerated(pass: Pass, about: Record<string, string>, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (failure) {
    pass.counts.failed += 1;
    const why = failure instanceof Error ? failure.message : typeof failure;
    pass.context.log('WARN', 'a batch task could not be asked for; it is asked for again', { ...about, why });
    return false;
  }
}

async function ask(pass: Pass, task: QuietTask): Promise<void> {
  const { context, counts, database } = pass;
  // The answer is no newer than the question: a push that overtakes it wins.
  const askedAt = pass.now();
  let shown: RestBatchtask;
  try {
    shown = await showBatchtask(context.cloud, task.task_id);
  } catch (failure) {
    if (!isGone(failure)) throw failure;
    counts.gone += 1;
    await markGone(database, task.task_id);
    context.log('WARN', 'IoTDA does not know the batch task any more; it is not asked for again', { ...task });
    return;
  }
  const event = eventOf({ ...shown, ...knownOf(shown, task) });
  if (!event || event.status === task.status) return;
  if (await keep(pass, event, askedAt, (tx) => isStillAs(tx, task))) counts.changed += 1;
}

/** Tasks that nothing was ever heard of, because their first push was lost. Only those under way: an old one starts nothing. */
async function find(pass: Pass, taskType: string, status: string): Promise<void> {
  const askedAt = pass.now();
  const listed = await listBatchtasks(pass.context.cloud, taskType, status);
  const ids = listed.flatMap(({ task_id }) => task_id ?? []);
  const unheard = new Set(await unheardOf(pass.database, ids));
  for (const task of listed) {
    const known = { task_id: task.task_id, app_id: undefined, task_type: taskType };
    const event = unheard.has(task.task_id ?? '') ? eventOf({ ...task, ...knownOf(task, known) }) : undefined;
    if (event && (await keep(pass, event, askedAt, async () => true))) pass.counts.found += 1;
  }
}

/** Records the news and starts its runs, all of it or nothing. @returns whether it was news */
async function keep(
  { database, chains, started }: Pass,
  event: BatchtaskEvent,
  askedAt: number,
  isWanted: (tx: Queryable) => Promise<boolean>,
): Promise<boolean> {
  const runs = await database.transaction(async (tx) => {
    if (!(await isWanted(tx))) return undefined;
    const novelty = await recordBatchtask(tx, event, 'reconcile', askedAt);
    return novelty === 'changed' ? await startRuns(tx, chains, batchtaskEvent(event, askedAt)) : undefined;
  });
  started.push(...(runs ?? []));
  return runs !== undefined;
}

/** What never changes of a task: where the answer leaves it out, it is known all the same, and chains go by it. */
function knownOf(shown: RestBatchtask, known: Pick<RestBatchtask, 'task_id' | 'app_id' | 'task_type'>): RestBatchtask {
  return {
    task_id: known.task_id,
    app_id: shown.app_id ?? known.app_id,
    task_type: shown.task_type ?? known.task_type,
  };
}

/** A task of the REST pages in the form of a push; without a time of its own, for the pages give none. */
function eventOf(task: RestBatchtask): BatchtaskEvent | undefined {
  const push = normaliseBatchtaskPush({ resource: 'batchtask', event: 'update', notify_data: { body: task } });
  return push.ok && unstorable(push.event) === undefined ? push.event : undefined;
}

function listOf(setting: string | undefined): string[] {
  return (setting ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
