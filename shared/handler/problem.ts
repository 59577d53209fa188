import { CloudThrottledError, type FleetbatchError, InvalidInputError } from '../client/errors.js';
import { cleanTexts } from './clean-error.js';
import { IdempotencyInProgressError } from './idempotency-errors.js';
import { MethodNotAllowedError } from './request-errors.js';
import { type HttpResponse, jsonResponse } from './response.js';

/**
 * The answer to an HTTP caller where something failed: a problem document (RFC 9457) with our own members `code`,
 * `outcome`, `request_id` and, where they apply, `errors` and `upstream`.
 *
 * @param blot replaces known secrets in a text; the errors hold none, this is the second lock on the same door
 */
export function problemResponse(
  error: FleetbatchError,
  requestId: string,
  blot: (text: string) => string,
): HttpResponse {
  const words = error.code.toLowerCase().split('_');
  const problem = {
    type: `urn:fleetbatch:problem:${words.join('-')}`,
    title: sentence(words),
    status: error.status,
    detail: blot(error.message),
    code: error.code,
    outcome: error.outcome,
    request_id: requestId,
    errors: error instanceof InvalidInputError ? error.errors.map((entry) => cleanTexts(entry, blot)) : undefined,
    upstream: error.upstream && cleanTexts(error.upstream, blot),
  };
  return jsonResponse(error.status, problem, requestId, {
    'content-type': 'application/problem+json',
    ...extraHeaders(error),
  });
}

function extraHeaders(error: FleetbatchError): Record<string, string> {
  if (error instanceof CloudThrottledError || error instanceof IdempotencyInProgressError) {
    // Whole seconds (RFC 9110 §10.2.3), and never 0, which would invite to come back at once.
    return { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterSeconds))) };
  }
  return error instanceof MethodNotAllowedError ? { allow: error.allowed } : {};
}

function sentence(words: readonly string[]): string {
  const text = words.join(' ').replace('json', 'JSON');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
