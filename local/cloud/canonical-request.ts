import { createHash } from 'node:crypto';

/** A request as it came over the wire, texts decoded to Unicode. */
export interface WireRequest {
  readonly method: string;
  /** The raw request target: path, and query where there is one, exactly as sent. */
  readonly target: string;
  /** Lower-case name to value. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** Rebuilds the canonical request from the listed header names only (signing guide, "Algorithm"). */
export function canonicalRequestOf(request: WireRequest, signedHeaders: readonly string[]): string {
  const mark = request.target.indexOf('?');
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  const query = mark < 0 ? '' : request.target.slice(mark + 1);
  const names = signedHeaders.map((name) => name.toLowerCase()).sort(byCodePoint);
  return [
    request.method.toUpperCase(),
    canonicalPath(path),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${(request.headers.get(name) ?? '').trim()}`),
    '',
    names.join(';'),
    hashedPayload(request),
  ].join('\n');
}

/** Each segment decoded once and encoded once; the path always ends in a slash, which need not be on the wire. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

/** Sorted by the decoded name, then by value; `=` stays for an empty or missing value; a literal `+` is a plus. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const sign = pair.indexOf('=');
      return sign < 0 ? [decode(pair), ''] : [decode(pair.slice(0, sign)), decode(pair.slice(sign + 1))];
    })
    .sort((a, b) => byCodePoint(a[0], b[0]) || byCodePoint(a[1], b[1]))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** The value of x-sdk-content-sha256 stands for the hash where it is sent (`UNSIGNED-PAYLOAD` or a hash made before). */
function hashedPayload(request: WireRequest): string {
  return request.headers.get('x-sdk-content-sha256') ?? createHash('sha256').update(request.body).digest('hex');
}

/** UTF-8 bytes compare as code points do; JavaScript's own order is by UTF-16 unit, which differs beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Only `A-Z a-z 0-9 - _ . ~` stay literal; encodeURIComponent leaves five more. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A `%` that starts no valid sequence stays what it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
