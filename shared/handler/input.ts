import { FleetbatchError, InvalidInputError } from '../client/errors.js';
import type { Operation } from '../operations/operation.js';
import type { Exchange } from './exchange.js';
import type { HttpRules } from './http-rules.js';
import { readJsonBody } from './json-body.js';
import { checkPushSize, checkPushText } from './push-body.js';
import { MethodNotAllowedError } from './request-errors.js';

/**
 * The door: an HTTP caller needs the right method and, where the function asks for it, must prove who it is. Timers and
 * direct calls were let in by the platform already.
 *
 * @throws MethodNotAllowedError, or what the function's `authenticate` throws
 */
export function admit(exchange: Exchange, rules: HttpRules): void {
  if ('http' in exchange.invocation) {
    const { http } = exchange.invocation;
    if (http.method !== rules.method) throw new MethodNotAllowedError(http.method, rules.method);
    const screen = rules.authenticate?.(http, exchange.workplace.operation);
    exchange.admitted = true;
    screen?.();
  }
  exchange.admitted = true;
}

/**
 * Finds the operation's input: in the body or the query of an HTTP request, else where the trigger keeps it.
 *
 * @throws UnsupportedMediaTypeError, UnparsableJsonError, InvalidInputError
 */
export async function readInput({ invocation }: Exchange, rules: HttpRules): Promise<unknown> {
  if (!('http' in invocation)) return invocation.readInput();
  const { http } = invocation;
  if (rules.input === 'query') return rules.fromQuery(http.query);
  if (!rules.lenientBody) return await readJsonBody(http);
  checkPushSize(http);
  return await readJsonBody(http, { checkText: checkPushText });
}

/**
 * Lets the operation check its input. A direct event need not come out of JSON (a test can hand over anything): one
 * that JSON cannot hold, such as an object that throws when it is read, is the caller's mistake and not ours.
 *
 * @throws InvalidInputError
 */
export function checkInput<Input>(operation: Pick<Operation<Input, unknown>, 'parse'>, raw: unknown): Input {
  try {
    return operation.parse(raw);
  } catch (error) {
    if (error instanceof FleetbatchError || canBeJson(raw)) throw error;
    throw new InvalidInputError([{ path: '', message: 'holds something that JSON cannot hold' }]);
  }
}

function canBeJson(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
