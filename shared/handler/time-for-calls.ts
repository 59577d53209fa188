import type { InvocationContext } from './context.js';

/** Kept back from the time of the invocation to write the answer, and at most this part of it. */
const answerMargin = { ms: 500, part: 0.1 };

/**
 * Milliseconds that are left for calls. The margin is fixed at the start: a part of what is left would shrink to nothing just
 * when it is needed.
 */
export function timeForCalls(context: Pick<InvocationContext, 'remainingMs'>): () => number {
  const kept = Math.min(answerMargin.ms, context.remainingMs() * answerMargin.part);
  return () => Math.max(0, context.remainingMs() - kept);
}
