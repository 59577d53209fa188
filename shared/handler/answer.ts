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

/** Characters of a remark that are left where the answer is too large with all of them; ten thousand rows fit then. */
const shortRemark = 80;

/** What the trigger gets where the operation did its work: an HTTP response, or the body itself. */
export function answer(exchange: Exchange, worked: OperationResult<unknown>, { method }: HttpRules): unknown {
  const { redactor, requestId, operation } = exchange.workplace;
  const clean = { ...worked, body: cleanResult(worked.body, redactor.text) };
  exchange.status = clean.status;
  // A direct caller's answer is no text yet; for one that is too large the platform has an error of its own (4004).
  if (!('http' in exchange.invocation)) {
    exchange.result = clean;
    return clean.body;
  }
  const whole = jsonResponse(clean.status, clean.body, requestId);
  const bytes = bytesOf(whole);
  if (bytes <= longestAnswer) {
    exchange.result = clean;
    return whole;
  }
  // A read can be asked for in parts. What was done is done, and what became of each id matters more than all that was said of it.
  const result = method === 'GET' ? clean : { ...clean, body: cleanResult(clean.body, shortened) };
  const short = jsonResponse(result.status, result.body, requestId);
  if (bytesOf(short) > longestAnswer) throw new AnswerTooLargeError(bytes);
  operation.log('WARN', 'the answer was too large, so its remarks were cut', { bytes, characters: shortRemark });
  exchange.result = result;
  return short;
}

/** Escaping at most doubles a JSON text of ASCII, and other characters have three bytes at most: only a large one has to be measured. */
function bytesOf(response: HttpResponse): number {
  const { length } = response.body;
  return length < longestAnswer / 4 ? length : Buffer.byteLength(JSON.stringify(response));
}

function shortened(remark: string): string {
  return remark.length <= shortRemark ? remark : `${remark.slice(0, shortRemark)}…`;
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
