import type { OperationContext } from '../operations/operation.js';
import { urnOfFunction } from './function-urns.js';
import type { StartedRun } from './start-runs.js';

/**
 * Calls advance-chains asynchronously, so that runs begin or go on at once. Nothing depends on it but a minute: where it fails, the
 * timer of advance-chains finds them. Never throws.
 */
export async function kickAdvance(
  runs: readonly StartedRun[],
  reason: 'push' | 'reconcile' | 'hand',
  context: OperationContext,
): Promise<void> {
  try {
    // Not before it is needed: most pushes start nothing.
    const { invokeFunctionAsync } = await import('../client/functiongraph.js');
    await invokeFunctionAsync(context.cloud, urnOfFunction('advance-chains', context), { reason });
    context.log('INFO', 'chains started', { runs });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    context.log('WARN', 'chains started; they wait for the timer, for advance-chains could not be called', {
      runs,
      failure,
    });
  }
}
