import type { BatchtaskEvent } from '../schemas/iotda-batchtask-push.js';
import { type Novelty, recordBatchtask, type StartRuns } from '../store/batchtask-history.js';
import type { Database } from '../store/database.js';
import { DatabaseOutcomeUnknownError } from '../store/database-errors.js';
import { recordPush } from '../store/joint-news.js';

/** What follows from a change of a batch task. */
export interface Chains {
  /** Whether a change starts anything at all, without a look into the database. A change that does not costs one statement only. */
  readonly concerns: (event: BatchtaskEvent) => boolean;
  readonly startRuns: StartRuns;
}

/** Nothing follows. */
export const noChains: Chains = { concerns: () => false, startRuns: async () => {} };

/**
 * Commits a push, its place in the history of its task and the runs that it starts, all of it or nothing.
 * @throws FleetbatchError of the database where it is not known to be kept
 */
export async function keepBatchtask(
  database: Database,
  event: BatchtaskEvent,
  receivedAtMs: number,
  chains: Chains,
): Promise<Novelty> {
  const keep = () => keepOnce(database, event, receivedAtMs, chains);
  try {
    return await keep();
  } catch (failure) {
    // The history takes the same news once: whichever became of the first attempt, the second one leaves things right.
    if (failure instanceof DatabaseOutcomeUnknownError) return await keep();
    throw failure;
  }
}

async function keepOnce(
  database: Database,
  event: BatchtaskEvent,
  receivedAtMs: number,
  { concerns, startRuns }: Chains,
): Promise<Novelty> {
  if (!concerns(event)) return await recordPush(database, event, receivedAtMs);
  return await database.transaction(async (tx) => {
    const novelty = await recordBatchtask(tx, event, 'push', receivedAtMs);
    if (novelty === 'changed') await startRuns(tx, event, receivedAtMs);
    return novelty;
  });
}
