import { bytesOfEncoding, canonicalEncoding } from './percent-encoding.js';
import type { WireUrl } from './wire-url.js';

/** The request in the six lines that are hashed (signing guide, "canonical request"). */
export interface CanonicalParts {
  readonly method: string;
  readonly url: WireUrl;
  /** Looks up a trimmed header value by lower-case name. */
  readonly headers: { get(lowerCaseName: string): string | undefined };
  /** Lower-case names, sorted, each present in `headers`. */
  readonly signedHeaders: readonly string[];
  /** Lower-case hex SHA-256 of the body, or the value of `X-Sdk-Content-Sha256` as it is. */
  readonly payloadHash: string;
}

export function canonicalRequest(parts: CanonicalParts): string {
  let headerLines = '';
  for (const name of parts.signedHeaders) headerLines += `${name}:${parts.headers.get(name)}\n`;
  return [
    parts.method,
    canonicalPath(parts.url.path),
    canonicalQuery(parts.url.query),
    headerLines,
    parts.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

/**
 * Each segment decoded once and encoded once, with a slash at the end that exists in the signature only (signing guide).
 * An escaped slash (`%2F`) stays part of its segment, as the signing vectors want it for a URL that someone else has built;
 * the calls of this client never hold one, see wire-call.ts.
 * @throws TypeError for empty, `.` and `..` segments, also written as `%2E`, and for control characters, also escaped:
 * clients and gateways rewrite the first, and stop reading or refuse at the others
 */
export function canonicalPath(path: string): string {
  const segments = path.slice(1).split('/');
  if (segments.at(-1) === '') segments.pop();
  let canonical = '/';
  for (const segment of segments) {
    const encoded = canonicalEncoding(segment);
    if (encoded === '') throw new TypeError('url: the path holds an empty segment ("//")');
    if (encoded === '.' || encoded === '..') throw new TypeError('url: the path holds a "." or ".." segment');
    if (escapedControl.test(encoded)) throw new TypeError('url: the path holds a control character');
    canonical += `${encoded}/`;
  }
  return canonical;
}

/** In canonical encoding every control character of ASCII is escaped, and its hexadecimal digits are in upper case. */
const escapedControl = /%(?:[01][0-9A-F]|7F)/;

interface QueryPair {
  readonly text: string;
  readonly name: string;
  readonly value: string;
}

/** Pairs sorted by raw name in code point order, then by raw value; `=` kept where the value is empty or missing. */
export function canonicalQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter((piece) => piece !== '')
    .map(readPair);
  pairs.sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value));
  return pairs.map((pair) => pair.text).join('&');
}

function readPair(piece: string): QueryPair {
  const equals = piece.indexOf('=');
  const name = canonicalEncoding(equals === -1 ? piece : piece.slice(0, equals));
  const value = canonicalEncoding(equals === -1 ? '' : piece.slice(equals + 1));
  return { text: `${name}=${value}`, name: bytesOfEncoding(name), value: bytesOfEncoding(value) };
}

/** By code unit, never by locale: Swedish and Turkish rules order and fold letters differently. */
export function compare(a: string, b: string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
