import type { PlainInvocation } from './invocation.js';

/** A call without a trigger: the event is the operation's input itself, whatever it is. */
export function fromDirect(event: unknown): PlainInvocation {
  return { trigger: 'direct', readInput: () => event };
}
