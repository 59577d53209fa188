import { canonicalPath, canonicalQuery } from './canonical-request.js';
import type { CloudCall } from './cloud-client.js';
import { InvalidInputError } from './errors.js';
import { percentEncode } from './percent-encoding.js';

/** A call as it goes on the wire, but for the headers that authenticate it. */
export interface WireCall {
  readonly origin: string;
  readonly host: string;
  /** Path with query, in canonical encoding and order, so that no rule of ordering can make the signature differ. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** A fixed text: nothing of the machine is told. */
export const userAgent = 'fleetbatch/0.1.0';

/**
 * Puts a call into its wire form: segments and query encoded once, the body serialised once.
 * @param endpoint base URL; its path prefix is kept
 * @throws InvalidInputError for what cannot be sent; the message names the part
 */
export function wireCall(call: CloudCall, endpoint: URL): WireCall {
  const path = canonicalPath(endpoint.pathname) + call.path.map(encodeSegment).join('/');
  const query = encodeQuery(call.query);
  return {
    origin: endpoint.origin,
    host: endpoint.host,
    path: query === '' ? path : `${path}?${query}`,
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'User-Agent': userAgent,
      ...checkHeaders(call.headers),
    },
    body: serialise(call.body),
  };
}

/**
 * A slash or dots in an id would make it another path, and with it another operation. Escaped they would be signed rightly
 * (`sign` takes `%2F`), and the gateway may still route by the unescaped path: so they are refused here, where ids come in.
 */
function encodeSegment(segment: string): string {
  // Nearly every id; the rules below cost the first call a tenth of a millisecond for their class of Unicode.
  if (/^[A-Za-z0-9_-]+$/.test(segment)) return segment;
  if (segment === '' || segment === '.' || segment === '..' || /[/\\\p{Cc}]/u.test(segment)) {
    const rule = 'a part of the path is empty, "." or "..", or holds a slash, a backslash or a control character';
    throw refused(`${rule}: ${JSON.stringify(segment)}`);
  }
  return encode(segment, 'path');
}

function encodeQuery(pairs: CloudCall['query']): string {
  if (pairs === undefined) return '';
  const pieces: string[] = [];
  for (const [name, value] of pairs) {
    if (value !== undefined) pieces.push(`${encode(name, 'query')}=${encode(value, 'query')}`);
  }
  return canonicalQuery(pieces.join('&'));
}

function encode(text: string, where: string): string {
  try {
    return percentEncode(text);
  } catch {
    throw refused(`a part of the ${where} holds half of a surrogate pair`);
  }
}

/** What HTTP can carry: Latin-1 without control characters. */
function checkHeaders(headers: CloudCall['headers']): CloudCall['headers'] {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw refused(`header ${name} holds a character that HTTP cannot carry`);
  }
  return headers;
}

function serialise(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  try {
    return Buffer.from(JSON.stringify(body));
  } catch {
    throw refused('the request body cannot be written as JSON');
  }
}

function refused(message: string): InvalidInputError {
  return new InvalidInputError([{ path: '', message }]);
}
