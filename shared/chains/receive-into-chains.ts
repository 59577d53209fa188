import type { Operation, OperationContext } from '../operations/operation.js';
import { type ReceiveBatchtaskBody, receiveBatchtaskWith } from '../operations/receive-batchtask.js';
import type { RecentPushes } from '../operations/recent-pushes.js';
import type { Chain } from './chain.js';
import { batchtaskEvent, startsChain } from './chain-event.js';
import { urnOfFunction } from './function-urns.js';
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
        concerns: (push) => chains.some((chain) => startsChain(chain, batchtaskEvent(push))),
        startRuns: async (tx, push) => {
          started.length = 0;
          started.push(...(await startRuns(tx, chains, batchtaskEvent(push))));
        },
      });
      const result = await receive.run(input, context);
      if (started.length > 0) await kick(started, context);
      return result;
    },
  };
}

/** Nothing depends on it but a minute. */
async function kick(started: readonly StartedRun[], context: OperationContext): Promise<void> {
  const runs = started.map(({ id, chain, held }) => ({ id, chain, held }));
  try {
    // Not before it is needed: most pushes start nothing.
    const { invokeFunctionAsync } = await import('../client/functiongraph.js');
    await invokeFunctionAsync(context.cloud, urnOfFunction('advance-chains', context), { reason: 'push' });
    context.log('INFO', 'chains started', { runs });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    context.log('WARN', 'chains started; they wait for the timer, for advance-chains could not be called', {
      runs,
      failure,
    });
  }
}
