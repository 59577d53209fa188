import type { Operation } from '../operations/operation.js';
import { type ReceiveBatchtaskBody, receiveBatchtaskWith } from '../operations/receive-batchtask.js';
import type { RecentPushes } from '../operations/recent-pushes.js';
import type { Chain } from './chain.js';
import { batchtaskEvent, isMeantFor } from './chain-event.js';
import { kickAdvance } from './kick-advance.js';
import { type StartedRun, startRuns } from './start-runs.js';

/**
 * The receiver of pushes, which starts the chains that a push is meant for: in the transaction that keeps the push, before it is
 * answered. Then advance-chains is called asynchronously, so that they begin at once; where that fails, its timer finds them.
 */
export function receiveIntoChains(
  recent: RecentPushes,
  chains: readonly Chain[],
): Operation<unknown, ReceiveBatchtaskBody> {
  const withoutChains = receiveBatchtaskWith(recent);
  return {
    ...withoutChains,
    run: async (input, context) => {
      const started: StartedRun[] = [];
      const receive = receiveBatchtaskWith(recent, {
        concerns: (push) => chains.some((chain) => isMeantFor(chain, push)),
        startRuns: async (tx, push, receivedAtMs) => {
          started.length = 0;
          started.push(...(await startRuns(tx, chains, batchtaskEvent(push, receivedAtMs))));
        },
      });
      const result = await receive.run(input, context);
      // A reason is given where the push was handed on: what was begun for it is gone with its transaction.
      const isKept = result.body.reason === undefined;
      if (isKept && started.length > 0) await kickAdvance(started, 'push', context);
      return result;
    },
  };
}
