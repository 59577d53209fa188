import type { Operation, OperationResult } from '../operations/operation.js';
import { parseWith } from '../operations/parse-input.js';
import type { Chain } from './chain.js';
import { kickAdvance } from './kick-advance.js';
import { neededDatabase, RunNotFoundError, RunStateError } from './run-errors.js';
import {
  type ListRunsInput,
  listRunsInput,
  type RetryRunInput,
  type RunIdInput,
  retryRunInput,
  runIdInput,
} from './run-inputs.js';
import { type ListedRun, listRuns, type ShownRun, showRun } from './runs.js';
import { cancelRun, retryRun, type Steered } from './steer-runs.js';

/** The runs, newest first. @throws MissingSettingError, the errors of database-errors.ts */
export const listChainRuns: Operation<ListRunsInput, Awaited<ReturnType<typeof listRuns>>> = {
  name: 'ListChainRuns',
  parse: parseWith(listRunsInput),
  run: async (input, context) => {
    const body = await listRuns(neededDatabase(context), input);
    return { status: 200, body, items: { ok: body.runs.length, failed: 0 } };
  },
};

/** One run with its steps and attempts. @throws RunNotFoundError, MissingSettingError, the errors of database-errors.ts */
export const showChainRun: Operation<RunIdInput, ShownRun> = {
  name: 'ShowChainRun',
  parse: parseWith(runIdInput),
  run: async ({ id }, context) => {
    const body = await showRun(neededDatabase(context), id);
    if (!body) throw new RunNotFoundError(id);
    return { status: 200, body, items: { ok: 1, failed: 0 } };
  },
};

/** Lets a run go on, at once. @throws RunNotFoundError, RunStateError, MissingSettingError, the errors of database-errors.ts */
export function retryChainRunWith(chains: readonly Chain[]): Operation<RetryRunInput, ListedRun> {
  return {
    name: 'RetryChainRun',
    parse: parseWith(retryRunInput),
    run: async ({ id, unknown }, context) => {
      const result = steered(
        id,
        await retryRun(neededDatabase(context), id, { chains, ...(unknown ? { unknown } : {}) }),
      );
      const { chain, held } = result.body;
      await kickAdvance([{ id, chain, held }], 'hand', context);
      return result;
    },
  };
}

/** Ends a run. @throws RunNotFoundError, RunStateError, MissingSettingError, the errors of database-errors.ts */
export const cancelChainRun: Operation<RunIdInput, ListedRun> = {
  name: 'CancelChainRun',
  parse: parseWith(runIdInput),
  run: async ({ id }, context) => steered(id, await cancelRun(neededDatabase(context), id)),
};

function steered(id: string, wish: Steered): OperationResult<ListedRun> {
  if (wish.ok) return { status: 200, body: wish.run, items: { ok: 1, failed: 0 } };
  throw wish.found ? new RunStateError(wish.reason) : new RunNotFoundError(id);
}
