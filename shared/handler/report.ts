import type { FleetbatchError } from '../client/errors.js';
import type { Exchange } from './exchange.js';
import type { Level } from './log.js';
import { InternalError } from './request-errors.js';

/**
 * Writes the one line that each invocation leaves: who called, what came out, which calls it took.
 *
 * @param cold true for the first invocation of this instance
 */
export function report(exchange: Exchange, cold: boolean): void {
  const { invocation, workplace, status, result, failure, replayed } = exchange;
  workplace.operation.log(levelOf(exchange), 'invocation', {
    trigger: invocation.trigger,
    cold,
    status,
    replayed,
    error: failure && describe(failure),
    items: result?.items,
    ...workplace.upstream(),
    ms: Math.round(workplace.elapsedMs()),
  });
}

function levelOf({ failure, result }: Exchange): Level {
  if (failure) return failure.status >= 500 ? 'ERROR' : 'WARN';
  return result?.status === 207 ? 'WARN' : 'INFO';
}

function describe(failure: FleetbatchError): Record<string, unknown> {
  const { name, code, outcome, message, upstream, cause } = failure;
  const caused = cause instanceof Error ? cause : undefined;
  return {
    name,
    code,
    outcome,
    message,
    upstream,
    cause: caused ? `${caused.name}: ${caused.message}` : cause && `thrown value of type ${typeof cause}`,
    stack: failure instanceof InternalError ? (caused ?? failure).stack : undefined,
  };
}
