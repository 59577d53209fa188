import { FleetbatchError } from '../client/errors.js';
import type { Chunk } from './in-batches.js';
import type { OperationContext } from './operation.js';

/** One WARN line per call of a batch that failed or was not tried: the answer may only hold the gravest of them. */
export function logChunks(
  operation: string,
  chunks: readonly Chunk<unknown, unknown>[],
  context: Pick<OperationContext, 'log'>,
): void {
  chunks.forEach((chunk, index) => {
    if (chunk.result === 'answered') return;
    const { error } = chunk;
    const known =
      error instanceof FleetbatchError
        ? { code: error.code, outcome: error.outcome, error: error.message }
        : { failure: error instanceof Error ? error.name : typeof error };
    context.log('WARN', `${operation}: call ${index + 1} of ${chunks.length} ${chunk.result}`, {
      items: chunk.items.length,
      ...known,
    });
  });
}
