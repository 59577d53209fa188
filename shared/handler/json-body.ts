import { isUtf8 } from 'node:buffer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { UnparsableJsonError, UnsupportedMediaTypeError } from './request-errors.js';
import type { HttpRequest } from './triggers/invocation.js';

const parser = httpJsonBodyParser();

/**
 * Reads the JSON body of a request with middy's parser. The parser answers 415 both for a wrong media type and for bad
 * JSON, and takes a media type only in its plainest spelling; so what it gets is checked and spelled out beforehand, and
 * a refusal of its own can only mean bad JSON.
 *
 * @param lenient for pushes: the media type is not looked at, because a push that can be read is not to be lost for its label;
 *   `checkText` may refuse the text before it is parsed
 * @throws UnsupportedMediaTypeError, UnparsableJsonError
 */
export async function readJsonBody(
  http: HttpRequest,
  lenient?: { readonly checkText: (text: string) => void },
): Promise<unknown> {
  checkEncoding(http.headers);
  if (!lenient) checkMediaType(http.headers);
  const body = readText(http);
  if (body.trim() === '') throw new UnparsableJsonError('The body is empty where JSON is expected');
  lenient?.checkText(body);
  const request = {
    event: { headers: { 'content-type': 'application/json' }, body, isBase64Encoded: false },
    context: {},
    response: null,
    error: null,
    internal: {},
  };
  try {
    // The package's types speak of AWS events, of which only these three fields are read.
    await parser.before?.(request as never);
  } catch (error) {
    throw new UnparsableJsonError(`The body is not valid JSON${placeIn(error)}`);
  }
  return request.event.body;
}

function checkEncoding(headers: HttpRequest['headers']): void {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== '') {
    throw new UnsupportedMediaTypeError('The body has a content-encoding, which is not taken');
  }
}

function checkMediaType(headers: HttpRequest['headers']): void {
  const declared = headers['content-type'];
  if (!declared?.trim()) throw new UnsupportedMediaTypeError('The request has no content-type');
  // Parameters do not matter (JSON is always UTF-8, RFC 8259 §8.1), nor does the header's repetition after a comma.
  const mediaType = declared.split(/[;,]/, 1).join('').trim().toLowerCase();
  if (!/^application\/(?:[^/\s]+\+)?json$/.test(mediaType)) {
    throw new UnsupportedMediaTypeError('The content-type is not JSON');
  }
}

/** The text of the body without a byte order mark, which some tools put before it and RFC 8259 §8.1 permits to ignore. */
function readText({ body, isBase64Encoded }: HttpRequest): string {
  if (!isBase64Encoded) return body.replace(/^\uFEFF/, '');
  const bytes = Buffer.from(body, 'base64');
  if (!isUtf8(bytes)) throw new UnparsableJsonError('The body is not valid UTF-8');
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** Where the JSON parser stopped. Its whole message is not repeated, for it may quote the body. */
function placeIn(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const message = typeof cause === 'object' && cause !== null && 'message' in cause ? String(cause.message) : '';
  const [place] = /at position \d+/.exec(message) ?? [];
  return place === undefined ? '' : ` (${place})`;
}
