import { InvalidInputError } from '../../client/errors.js';
import type { HttpRequest } from './invocation.js';

/** An object of an event, its values not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for an object that is not an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value where it is a string, else ''. */
export function textOr(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

/**
 * The operation's input where an event carries it as JSON text. No text means no input; an object is taken as it is, for events
 * written by hand and for AWS EventBridge, which sends both.
 *
 * @param path the field of the event, for a text that is no JSON
 */
export function readInputText(input: unknown, path: string): unknown {
  if (typeof input !== 'string') return input ?? {};
  if (input.trim() === '') return {};
  try {
    return JSON.parse(input);
  } catch {
    // The parser's own message quotes the text, which may hold what is not for the log.
    throw new InvalidInputError([{ path, message: 'must be the input of the operation as JSON text' }]);
  }
}

/**
 * The body as text. Gateways send text or nothing; an event written by hand may hold the JSON object itself, which is taken as
 * if it had been written out.
 */
export function readBody({ body, isBase64Encoded }: Fields): Pick<HttpRequest, 'body' | 'isBase64Encoded'> {
  if (isFields(body)) return { body: writtenOut(body), isBase64Encoded: false };
  return { body: textOr(body), isBase64Encoded: isBase64Encoded === true };
}

function writtenOut(body: Fields): string {
  try {
    return textOr(JSON.stringify(body));
  } catch {
    return '';
  }
}

/**
 * Headers in any case and as text or array (the official types of the FunctionGraph gateway event permit both), brought
 * to lower-case names and one text each. Values that are neither text, number nor boolean are left out.
 */
export function readHeaders(raw: unknown): HttpRequest['headers'] {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(isFields(raw) ? raw : {})) {
    const texts = textsOf(value);
    if (texts.length === 0) continue;
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = (before === undefined ? texts : [before, ...texts]).join(', ');
  }
  return headers;
}

/** Query parameters as text or array per name; a name with one value keeps it as text. */
export function readQuery(raw: unknown): HttpRequest['query'] {
  const pairs = Object.entries(isFields(raw) ? raw : {});
  return queryFromPairs(pairs.flatMap(([name, value]) => textsOf(value).map((text) => [name, text] as const)));
}

/** Query parameters out of decoded name and value pairs, in which a name may come more than once. */
export function queryFromPairs(pairs: Iterable<readonly [string, string]>): HttpRequest['query'] {
  const query: HttpRequest['query'] = Object.create(null);
  for (const [name, value] of pairs) {
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return query;
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter(isScalar).map(String);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
