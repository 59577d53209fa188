import { functionHandler } from '../../../shared/handler/function-handler.js';
import type { HttpRules } from '../../../shared/handler/http-rules.js';
import { echo, fakeRuntime, readResponse } from './fake-platform.js';

export const post: HttpRules = { method: 'POST', input: 'body' };
export const json = { 'content-type': 'application/json' };
export const context = { getRequestID: () => 'r-1', getFunctionName: () => 'echo' };

/** Calls a fresh function once; `seen` tells what it left behind. */
export function call(event: unknown, rules = post, operation = echo(), seen = fakeRuntime()) {
  const { handler } = functionHandler(operation, rules, seen.runtime);
  return { seen, answer: handler(event, context) };
}

/** The same for an HTTP event, with the answer taken apart. */
export async function callHttp(event: unknown, rules = post, operation = echo(), seen = fakeRuntime()) {
  return readResponse(await call(event, rules, operation, seen).answer);
}

/** An operation that throws what it is given. */
export const failing = (error: unknown) =>
  echo(async () => {
    throw error;
  });
