/** A URL as it goes on the wire, cut into parts and otherwise untouched. */
export interface WireUrl {
  /** Host in lower case, with the port where it is not the protocol's own. */
  readonly host: string;
  /** From the first slash, '' where the URL ends after the host. */
  readonly path: string;
  /** Without the question mark, '' where there is none. */
  readonly query: string;
}

const parts = /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i;
const hostAndPort = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{0,5}))?$/;
const defaultPort: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * Reads the text itself instead of using WHATWG `URL`, which rewrites dot segments, backslashes and escapes: the signature
 * has to cover the bytes that are sent. What clients are known to rewrite is refused (signing guide: relative and empty
 * segments are never sent). The fragment is no part of a request.
 * @throws TypeError naming what is wrong, without the URL
 */
export function readWireUrl(url: string): WireUrl {
  if (typeof url !== 'string') throw new TypeError('url: must be a string, as it goes on the wire');
  if (hasUnsafeCharacter(url)) {
    throw new TypeError('url: holds a space, a control character or a backslash; percent-encode it');
  }
  const match = parts.exec(url);
  if (!match) throw new TypeError('url: must be absolute and start with http:// or https://');
  const [, protocol = '', authority = '', path = '', query = ''] = match;
  return { host: readHost(protocol.toLowerCase(), authority), path, query };
}

function readHost(protocol: string, authority: string): string {
  if (authority.includes('@')) throw new TypeError('url: must not hold a user name or a password');
  const match = hostAndPort.exec(authority.toLowerCase());
  if (!match) throw new TypeError('url: the host is missing or is not written in plain ASCII');
  const [, host = '', portText] = match;
  if (!portText) return host;
  const port = Number(portText);
  if (port < 1 || port > 65_535) throw new TypeError('url: the port must be between 1 and 65535');
  return port === defaultPort[protocol] ? host : `${host}:${port}`;
}

/** Everything up to the space, DEL and the backslash; a loop, because a character class of controls is a lint error for a reason. */
function hasUnsafeCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit <= 0x20 || unit === 0x7f || unit === 0x5c) return true;
  }
  return false;
}
