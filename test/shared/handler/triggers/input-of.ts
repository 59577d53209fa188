import { recognise } from '../../../../shared/handler/triggers/recognise.js';

/** The input that an event without HTTP carries. */
export function inputOf(event: unknown): unknown {
  const invocation = recognise(event);
  if ('http' in invocation) throw new Error('recognised as HTTP');
  return invocation.readInput();
}
