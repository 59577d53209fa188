import { randomUUID } from 'node:crypto';
import { realTiming, type Timing } from '../client/timing.js';
import type { Operation, OperationContext, OperationResult } from '../operations/operation.js';
import { parseWith } from '../operations/parse-input.js';
import { countSetting } from '../operations/setting.js';
import type { Database } from '../store/database.js';
import { DatabaseOutcomeUnknownError } from '../store/database-errors.js';
import { type AdvanceInput, advanceInput } from './advance-input.js';
import { functionCaller } from './call-function.js';
import type { Chain } from './chain.js';
import { timerEvent } from './chain-event.js';
import { cloudLooks } from './cloud-looks.js';
import type { PassCounts } from './engine.js';
import { urnOfFunction } from './function-urns.js';
import { runPass } from './pass.js';
import { databaseNow } from './run-store.js';
import { startRuns } from './start-runs.js';
import { pruneRuns } from './steer-runs.js';
import { countDue } from './step-store.js';

const NAME = 'AdvanceChains';

/** What one pass found and did. */
export interface AdvanceBody extends PassCounts {
  /** Runs that this timer started. */
  readonly started: number;
  /** Steps that were due when it began, and for how long the oldest of them, in seconds. */
  readonly due: number;
  readonly oldest_waiting_s: number;
  /** Runs that were over for long enough to be removed. */
  readonly pruned: number;
}

const DAY_MS = 86_400_000;
/** How long runs are kept after their end: CHAIN_RUNS_KEPT_DAYS. */
const keptDays = { usual: 30, least: 1, most: 3650, unit: 'days' };
/** Runs removed by one pass: the next one is a minute away. */
const MOST_PRUNED = 500;
/** Milliseconds: a chain of short steps is over in one pass, and a pass that waits costs little more. */
const usualPatienceMs = 10_000;
/** Assumed where the platform does not say how long an invocation may take. */
const USUAL_TIME_MS = 30_000;

/**
 * Advances the chains: starts those that the calling timer starts, and does everything that is due in any run, until nothing is or
 * the time is up. Any number of these may run at once.
 * @param chains those of chains.yml
 * @param options `keysKept`: whether the functions that are called keep the keys of their calls;
 *   `patienceMs`: how long one pass may wait in all for what is due in a moment, 10 s by default
 */
export function advanceChainsWith(
  chains: readonly Chain[],
  { keysKept, patienceMs = usualPatienceMs }: { readonly keysKept: boolean; readonly patienceMs?: number },
): Operation<AdvanceInput, AdvanceBody> {
  return {
    name: NAME,
    parse: parseWith(advanceInput),
    run: async (_input, context) => {
      const { database, timing = realTiming } = context;
      if (!database) return nothingToDo(context);
      const keptMs = countSetting('CHAIN_RUNS_KEPT_DAYS', keptDays, context) * DAY_MS;
      const startedAt = timing.now();
      const ahead = (await databaseNow(database)) - startedAt;
      const now = () => timing.now() + ahead;
      const started = await startTimed(database, chains, context);
      const waiting = await countDue(database, new Date(now()));
      const remainingMs = context.remainingMs ?? (() => startedAt + USUAL_TIME_MS - timing.now());
      const counts = await runPass({
        database,
        chains,
        call: functionCaller(
          () => context.cloud,
          (name) => urnOfFunction(name, context),
        ),
        looks: cloudLooks(looksContext(context, { ...realTiming, now })),
        log: context.log,
        now,
        random: realTiming.random,
        keysKept,
        patienceMs,
        sleep: (ms) => timing.sleep(ms),
        owner: randomUUID(),
        remainingMs,
      });
      const pruned = await pruneRuns(database, new Date(now() - keptMs), MOST_PRUNED).catch((failure: unknown) => {
        // The pass is done, and who watches has to hear of it.
        const why = failure instanceof Error ? failure.message : typeof failure;
        context.log('WARN', 'runs that are over could not be removed; the next pass tries again', { why });
        return 0;
      });
      const body = { ...waiting, started, ...counts, pruned };
      context.log('INFO', 'chains advanced', body);
      return { status: 200, body, items: { ok: counts.settled, failed: counts.lost } };
    },
  };
}

/** Whoever has no chains needs no database, and the timer is there all the same. */
function nothingToDo({ log }: OperationContext): OperationResult<AdvanceBody> {
  log('INFO', 'nothing to advance: chains keep their runs in a database, and DATABASE_URL is not set');
  const counts = { claimed: 0, calls: 0, looks: 0, settled: 0, lost: 0 };
  const body = { due: 0, oldest_waiting_s: 0, started: 0, ...counts, pruned: 0 };
  return { status: 200, body, items: { ok: 0, failed: 0 } };
}

/** A getter of the context is asked when a call needs it: without credentials there is still much to do. */
function looksContext(context: OperationContext, timing: Timing): Parameters<typeof cloudLooks>[0] {
  return {
    get cloud() {
      return context.cloud;
    },
    log: context.log,
    setting: context.setting,
    timing,
  };
}

/** A timer that fires twice with the same time is the same event: where nobody knows of the first attempt, a second one leaves things right. */
async function startTimed(database: Database, chains: readonly Chain[], { timer }: OperationContext): Promise<number> {
  if (!timer) return 0;
  const event = timerEvent(timer.name, timer.time);
  const start = () => database.transaction((tx) => startRuns(tx, chains, event));
  const runs = await start().catch((failure: unknown) => {
    if (failure instanceof DatabaseOutcomeUnknownError) return start();
    throw failure;
  });
  return runs.length;
}
