import type { FleetbatchError } from '../client/errors.js';
import type { OperationResult } from '../operations/operation.js';
import type { Invocation } from './triggers/invocation.js';
import type { Workplace } from './workplace.js';

/** What goes through the pipeline in the place of the event; made anew for each invocation. */
export interface Exchange {
  readonly invocation: Invocation;
  readonly workplace: Workplace;
  /** True once the caller has passed the door; from there on a lenient function answers 200 whatever happens. */
  admitted: boolean;
  /** The operation's input, unchecked. */
  input: unknown;
  result: OperationResult<unknown> | undefined;
  failure: FleetbatchError | undefined;
  /** True where the answer is that of an earlier call with the same Idempotency-Key. */
  replayed?: true;
  /** The status that the caller got, or would have got over HTTP. */
  status: number;
}
