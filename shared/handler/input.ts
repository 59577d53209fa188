import { FleetbatchError, InvalidInputError } from '../client/errors.js';
import type { Operation } from '../operations/operation.js';
import type { Exchange } from './exchange.js';
import type { HttpRules } from './http-rules.js';
import { readJsonBody } from './json-body.js';
import { pathFields, withPathFields } from './path-fields.js';
import { checkPushSize, checkPushText, checkTextInPush } from './push-body.js';
import { MethodNotAllowedError } from './request-errors.js';
import type { HttpRequest } from './triggers/invocation.js';

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
 * Finds the operation's input: in the path and the body or query of an HTTP request, else where the trigger keeps it.
 *
 * @throws PathNotOfferedError, UnsupportedMediaTypeError, UnparsableJsonError, InvalidInputError
 */
export async function readInput({ invocation }: Exchange, rules: HttpRules): Promise<unknown> {
  if (!('http' in invocation)) return invocation.readInput();
  const { http } = invocation;
  if (rules.path === undefined) return await readContent(http, rules);
  const fields = pathFields(rules.path, http.path);
  return withPathFields(await readContent(http, rules), fields);
}

/** The query or the body of a request. */
async function readContent(http: HttpRequest, rules: HttpRules): Promise<unknown> {
  if (rules.input === 'query') return rules.fromQuery(http.query);
  if (rules.bodyOptional && http.body === '') return {};
  if (!rules.lenientBody) return await readJsonBody(http);
  checkPushSize(http);
  const push = await readJsonBody(http, { checkText: checkPushText });
  checkTextInPush(push);
  return push;
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
