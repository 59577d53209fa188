import { FleetbatchError } from '../client/errors.js';
import type { OperationResult } from '../operations/operation.js';
import type { Exchange } from './exchange.js';
import type { HttpRules } from './http-rules.js';
import { problemResponse } from './problem.js';
import { InternalError } from './request-errors.js';
import { jsonResponse } from './response.js';

/** What the trigger gets where the operation did its work: an HTTP response, or the body itself. */
export function answer(exchange: Exchange, result: OperationResult<unknown>): unknown {
  const given = wrap(exchange, result.status, result.body);
  exchange.result = result;
  exchange.status = result.status;
  return given;
}

/**
 * What the trigger gets where something failed: a problem document for HTTP. For timers and direct calls there is no
 * answer, and the error that is returned rejects the invocation.
 */
export function answerToFailure(
  exchange: Exchange,
  thrown: unknown,
  rules: HttpRules,
): { readonly response: unknown } | { readonly error: FleetbatchError } {
  const { requestId, redactor, outcome } = exchange.workplace;
  const failure = thrown instanceof FleetbatchError ? thrown : new InternalError(requestId, outcome(), thrown);
  exchange.failure = failure;
  exchange.status = failure.status;

  if (rules.lenientBody && exchange.admitted) {
    exchange.status = 200;
    return { response: wrap(exchange, 200, { accepted: false, reason: redactor.text(failure.message) }) };
  }
  if ('http' in exchange.invocation) return { response: problemResponse(failure, requestId, redactor.text) };

  // The platform shows message and stack to the caller, and needs the stack to be there (FunctionGraph runtime).
  failure.message = redactor.text(failure.message);
  failure.stack = redactor.text(failure.stack ?? `${failure.name}: ${failure.message}`);
  return { error: failure };
}

function wrap({ invocation, workplace }: Exchange, status: number, body: unknown): unknown {
  return 'http' in invocation ? jsonResponse(status, body, workplace.requestId) : body;
}
