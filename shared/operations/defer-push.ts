import { checkInput } from '../schemas/check-input.js';
import { type DeferredPush, deferredPush } from '../schemas/deferred-push.js';
import { isRecord } from '../schemas/rules.js';
import type { OperationContext } from './operation.js';

/** What a deferred push carries; undefined for an event that is none. */
export function readDeferred(raw: unknown): DeferredPush['deferred_push'] | undefined {
  // Nearly every event is a push itself, and telling in words why it is not a deferred one is dear.
  if (!isRecord(raw) || !('deferred_push' in raw)) return undefined;
  const checked = checkInput(deferredPush, raw);
  return checked.ok ? checked.value.deferred_push : undefined;
}

/**
 * Hands a push to an asynchronous invocation of the same function: the platform keeps it until the database is there again. That
 * invocation fails where it cannot keep it either, so that the function's asynchronous configuration decides how often it is
 * repeated and where it goes then.
 * @throws FleetbatchError; MissingSettingError where the function does not know its own URN
 */
export async function deferPush(push: unknown, receivedAtMs: number, context: OperationContext): Promise<void> {
  const urn = context.setting('RECEIVE_BATCHTASK_URN') ?? context.functionUrn;
  if (urn === undefined) throw new Error('the URN of this function is not known; set RECEIVE_BATCHTASK_URN');
  const event: DeferredPush = { deferred_push: { attempt: 1, received_at_ms: receivedAtMs, push } };
  // Not before it is needed: nearly every push is kept.
  const { invokeFunctionAsync } = await import('../client/functiongraph.js');
  await invokeFunctionAsync(context.cloud, urn, event);
}

/** Longest piece of an event in one log line. */
const longestPiece = 7_000;
/** More than the 1 MB of the longest push that the door lets in. */
const mostPieces = 160;

/**
 * Writes an event into the log so that nothing of it is cut off: as JSON text, in pieces where it is long. What no door bounds, an
 * event of a direct call, ends after so many of them, and their count shows that.
 */
export function logWhole(push: unknown, failure: unknown, { log }: Pick<OperationContext, 'log'>): void {
  const text = JSON.stringify(push) ?? 'null';
  const pieces = Math.ceil(text.length / longestPiece);
  for (let piece = 0; piece < Math.min(mostPieces, pieces); piece += 1) {
    log('ERROR', 'push not kept', {
      piece: `${piece + 1} of ${pieces}`,
      event: text.slice(piece * longestPiece, (piece + 1) * longestPiece),
      ...(piece === 0 ? { failure: failure instanceof Error ? failure.message : typeof failure } : {}),
    });
  }
}
