import { FleetbatchError } from '../client/errors.js';
import type { OperationResult } from '../operations/operation.js';
import { PushNotKeptError } from '../operations/push-not-kept.js';
import { cleanError } from './clean-error.js';
import { cleanResult } from './clean-result.js';
import type { Exchange } from './exchange.js';
import type { HttpRules } from './http-rules.js';
import { problemResponse } from './problem.js';
import { AnswerTooLargeError, InternalError } from './request-errors.js';
import { type HttpResponse, jsonResponse } from './response.js';

/** Both platforms end a synchronous answer at 6 MB, counted with the body as a JSON string inside it (FunctionGraph limits page). */
const longestAnswer = 6 * 1024 * 1024;

/** What the trigger gets where the operation did its work: an HTTP response, or the body itself. */
export function answer(exchange: Exchange, worked: OperationResult<unknown>): unknown {
  const result = { ...worked, body: cleanResult(worked.body, exchange.workplace.redactor.text) };
  const given = 'http' in exchange.invocation ? httpAnswer(exchange, result) : result.body;
  exchange.result = result;
  exchange.status = result.status;
  return given;
}

/** A direct caller's answer is no text yet; for one that is too large the platform has an error of its own (4004). */
function httpAnswer({ workplace }: Exchange, { status, body }: OperationResult<unknown>): HttpResponse {
  const response = jsonResponse(status, body, workplace.requestId);
  // Escaping at most doubles a JSON text, so that only a large one has to be measured.
  if (response.body.length < longestAnswer / 4) return response;
  const bytes = Buffer.byteLength(JSON.stringify(response));
  if (bytes > longestAnswer) throw new AnswerTooLargeError(bytes);
  return response;
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

  if (rules.lenientBody && exchange.admitted && !(failure instanceof PushNotKeptError)) {
    exchange.status = 200;
    return { response: wrap(exchange, 200, { accepted: false, reason: redactor.text(failure.message) }) };
  }
  if ('http' in exchange.invocation) return { response: problemResponse(failure, requestId, redactor.text) };

  return { error: cleanError(failure, redactor.text) };
}

function wrap({ invocation, workplace }: Exchange, status: number, body: unknown): unknown {
  return 'http' in invocation ? jsonResponse(status, body, workplace.requestId) : body;
}
