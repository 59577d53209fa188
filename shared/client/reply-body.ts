import { type ErrorBody, readErrorBody } from '../schemas/error-body.js';
import type { RawReply } from './transport.js';

/** The most that a compressed body may unfold to. */
const maxUnpackedBytes = 32 * 1024 * 1024;
/** How much of a compressed error is unpacked (at most to its thousandfold, by the format), and how much of that is read. */
const packedErrorBytes = 16 * 1024;
const unpackedErrorBytes = 64 * 1024;

/** A body as text, without a byte order mark. */
export function textOf(body: Buffer): string {
  const text = body.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

export function isPacked({ headers, body }: RawReply): boolean {
  const encoding = headers.get('content-encoding');
  return encoding !== undefined && encoding.trim().toLowerCase() !== 'identity' && body.length > 0;
}

/**
 * The text of a compressed body (`content-encoding`). An error reply may have been cut off, so there what can be unpacked
 * is enough. node:zlib is loaded only here: no cloud of ours is known to compress unasked, and loading it costs time.
 * @throws Error where it cannot be unpacked
 */
export async function unpackedText({ status, headers, body }: RawReply): Promise<string> {
  const { brotliDecompressSync, constants, gunzipSync, inflateSync } = await import('node:zlib');
  const limits = { maxOutputLength: maxUnpackedBytes };
  const isError = status >= 300;
  const packed = isError ? body.subarray(0, packedErrorBytes) : body;
  const zlibLimits = isError ? { ...limits, finishFlush: constants.Z_SYNC_FLUSH } : limits;
  const text = (bytes: Buffer) => textOf(isError ? bytes.subarray(0, unpackedErrorBytes) : bytes);
  switch (headers.get('content-encoding')?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return text(gunzipSync(packed, zlibLimits));
    case 'deflate':
      return text(inflateSync(packed, zlibLimits));
    case 'br':
      return text(brotliDecompressSync(body, limits));
    default:
      throw new Error('the content encoding is not known');
  }
}

/** The text of an error reply, '' where it cannot be read: its status says enough. */
export async function errorText(reply: RawReply): Promise<string> {
  if (!isPacked(reply)) return textOf(reply.body);
  return unpackedText(reply).catch(() => '');
}

export const notJson = Symbol('not JSON');

/** The value, or {@link notJson}. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return notJson;
  }
}

const nothingInIt = /^\s*(?:\{\s*\}|\[\s*\]|null|"")\s*$/;

/** What an error says; of JSON in none of the known shapes the text itself is all there is (signing guide §5). */
export function errorBodyOf(text: string): ErrorBody {
  const parsed = parseJson(text);
  if (parsed === notJson) return readErrorBody(text);
  const told = readErrorBody(parsed);
  const saysNothing = told.error_code === undefined && told.error_msg === undefined;
  return saysNothing && !nothingInIt.test(text) ? { ...told, ...readErrorBody(text) } : told;
}
