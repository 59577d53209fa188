import { createHash } from 'node:crypto';
import { InvalidInputError } from '../client/errors.js';
import type { HttpRules } from './http-rules.js';
import type { Invocation, PlainInvocation } from './triggers/invocation.js';

const longestKey = 255;
/** The inside of a string of RFC 8941 §3.3.3: printable ASCII, `"` and `\` escaped. */
const characters = String.raw`(?:[ !#-[\]-~]|\\["\\])*`;
/** Any bare item of RFC 8941 §3.3: number, string, token, bytes or boolean. */
const bareItem = String.raw`(?:-?\d{1,15}(?:\.\d{1,3})?|"${characters}"|[A-Za-z*][\w!#$%&'*+.^|~:/${'`'}-]*|:[\w+/=]*:|\?[01])`;
/**
 * An item of RFC 8941 §3.3 whose value is a string, which the IETF draft of the header asks for (§2.1). Its parameters mean nothing to
 * us, and unknown ones are passed over (RFC 8941 §3.1.2).
 */
const quoted = new RegExp(String.raw`^"(${characters})"(?:; *[a-z*][a-z\d_.*-]*(?:=${bareItem})?)*$`);
/** Without quotes, as most clients send it: more than the draft asks for. */
const bare = /^[!#-+\--[\]-~]+$/;

/**
 * The key under which an invocation has its effect once: the header `Idempotency-Key` of an HTTP caller (IETF draft
 * draft-ietf-httpapi-idempotency-key-header), else the occurrence of a timer. Undefined where there is none, and for functions that
 * only read or that receive pushes.
 * @throws InvalidInputError for a header that is none
 */
export function idempotencyKeyOf(invocation: Invocation, rules: HttpRules): string | undefined {
  if (rules.method !== 'POST' || rules.lenientBody || rules.repeatable) return undefined;
  if (!('http' in invocation)) {
    const occurrence = occurrenceOf(invocation);
    return occurrence === undefined ? undefined : `occurrence:${hashOf(occurrence)}`;
  }
  const header = invocation.http.headers['idempotency-key']?.trim();
  return header === undefined ? undefined : `header:${readKey(header)}`;
}

/** Tells one request from another without keeping it; the key is in it, so that nobody can look a known body up. */
export function fingerprintOf(key: string, input: unknown): string {
  return hashOf(`${key}\n${canonical(input)}`);
}

/** What is the same where the platform delivers the same event again. FunctionGraph's timer event has no id (timer page). */
function occurrenceOf({ timer, eventId }: PlainInvocation): string | undefined {
  return timer ? JSON.stringify([timer.name, timer.time]) : eventId;
}

function readKey(header: string): string {
  const [, inQuotes] = quoted.exec(header) ?? [];
  const key = inQuotes?.replace(/\\(["\\])/g, '$1') ?? (bare.test(header) ? header : '');
  if (key !== '' && key.length <= longestKey) return key;
  const message = `must be one string of 1 to ${longestKey} printable ASCII characters, in double quotes`;
  throw new InvalidInputError([{ path: 'Idempotency-Key', message }]);
}

/** JSON with the fields of every object in one order: the order says nothing. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_name, entry: unknown) =>
      typeof entry === 'object' && entry !== null && !Array.isArray(entry)
        ? Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
        : entry,
    ) ?? ''
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
