import { createHash, timingSafeEqual } from 'node:crypto';
import { InvalidSettingError } from '../client/errors.js';
import type { Authenticate } from './http-rules.js';
import { PushSignatureError } from './request-errors.js';
import type { HttpRequest } from './triggers/invocation.js';

/**
 * True where the three headers of an IoTDA push carry the signature of one of the tokens: sha256, in hex, over token,
 * timestamp and nonce sorted by code unit and joined (IoTDA push guide; separator and hex case are not confirmed, so the
 * case does not matter). False where a header is missing. The body is not part of the signature.
 *
 * @param headers names in any case
 */
export function verifyPushSignature(headers: Readonly<Record<string, string>>, tokens: readonly string[]): boolean {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const timestamp = byName.get('timestamp');
  const nonce = byName.get('nonce');
  const signature = byName.get('signature');
  if (!timestamp || !nonce || !signature) return false;

  let matched = false;
  for (const token of tokens) {
    const expected = sha256([token, timestamp, nonce].sort().join('')).toString('hex');
    // Every token is compared, and hashes of equal length at that, so that the time taken tells nothing.
    if (timingSafeEqual(sha256(expected), sha256(signature.toLowerCase()))) matched = true;
  }
  return matched;
}

/**
 * The door of the receiver of pushes: `IOTDA_PUSH_TOKEN` holds one token or several, comma-separated, of which any may
 * sign. Without the setting pushes are taken unauthenticated, and each says so in the log.
 *
 * @throws PushSignatureError where the signature is missing or wrong
 * @throws InvalidSettingError where the setting is there and holds no token: that must not open the door
 */
export const authenticatePush: Authenticate = (http: HttpRequest, { setting, log }) => {
  const configured = setting('IOTDA_PUSH_TOKEN');
  if (configured === undefined) {
    log('WARN', 'IOTDA_PUSH_TOKEN is not set: this push is taken without a check of who sent it');
    return;
  }
  const tokens = configured.split(',').flatMap((token) => token.trim() || []);
  if (tokens.length === 0) throw new InvalidSettingError('IOTDA_PUSH_TOKEN', 'it holds no token');
  if (verifyPushSignature(http.headers, tokens)) return;
  const complete = http.headers.timestamp && http.headers.nonce && http.headers.signature;
  throw new PushSignatureError(
    complete
      ? 'The signature of the push fits none of the configured tokens'
      : 'The push lacks one of the headers timestamp, nonce and signature',
  );
};

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
