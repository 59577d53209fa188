/** Signing guide: these stand as they are in a path or a query, everything else becomes `%XY` in upper case (RFC 3986 unreserved). */
const unreserved = /[A-Za-z0-9\-._~]/;

/** One `%XY`, one run of characters that need encoding, or a `%` that starts no escape. */
const escapeOrRun = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~%]+|%/g;

/**
 * Encodes raw text once, UTF-8. Unlike `encodeURIComponent` also `!'()*`, because the signature needs them escaped.
 * @throws TypeError where the text holds half of a surrogate pair
 */
export function percentEncode(raw: string): string {
  try {
    return encodeURIComponent(raw).replace(/[!'()*]/g, escapeOf);
  } catch {
    throw new TypeError('the text holds half of a surrogate pair, which has no UTF-8 form');
  }
}

/**
 * Brings one part of a URL as it stands on the wire into its canonical form: decoded once, encoded once.
 * Works byte by byte, so escapes that are not UTF-8 survive. A literal `+` stays a plus (signing guide; only Go reads it as a space).
 * @throws TypeError where a `%` is not followed by two hexadecimal digits
 */
export function canonicalEncoding(wire: string): string {
  return wire.replace(escapeOrRun, (part) => {
    if (!part.startsWith('%')) return percentEncode(part);
    if (part.length === 1) throw new TypeError('a "%" in the URL is not followed by two hexadecimal digits');
    const character = String.fromCharCode(Number.parseInt(part.slice(1), 16));
    return unreserved.test(character) ? character : part.toUpperCase();
  });
}

/**
 * The decoded bytes of a canonical encoding, one character per byte. Comparing these with `<` orders by Unicode code point,
 * as UTF-8 keeps that order; comparing strings of JavaScript would order by UTF-16 unit.
 */
export function bytesOfEncoding(encoded: string): string {
  return encoded.replace(/%[0-9A-F]{2}/g, (part) => String.fromCharCode(Number.parseInt(part.slice(1), 16)));
}

function escapeOf(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
