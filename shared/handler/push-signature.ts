import { createHash, timingSafeEqual } from 'node:crypto';
import { InvalidSettingError } from '../client/errors.js';
import type { Authenticate } from './http-rules.js';
import { checkPushAge } from './push-age.js';
import { checkPushReplay, SignedPushes } from './push-replays.js';
import { PushSignatureError } from './request-errors.js';
import type { HttpRequest } from './triggers/invocation.js';

/** The three headers of a signed push. */
export interface PushHeaders {
  readonly timestamp: string;
  readonly nonce: string;
  /** In lower case. */
  readonly signature: string;
}

/**
 * The three headers of a push, undefined where one is missing or empty. A header that came twice stands here as one text
 * with a comma (RFC 9110 §5.3), which fits no signature: nobody has to decide which of the two counts.
 *
 * @param headers names in any case
 */
export function pushHeaders(headers: Readonly<Record<string, string>>): PushHeaders | undefined {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const [timestamp, nonce, signature] = ['timestamp', 'nonce', 'signature'].map((name) => byName.get(name));
  return timestamp && nonce && signature ? { timestamp, nonce, signature: signature.toLowerCase() } : undefined;
}

/**
 * True where the headers carry the signature of one of the tokens: sha256, in hex, over token, timestamp and nonce sorted by
 * code unit and joined (IoTDA push guide; separator and hex case are not confirmed, so the case does not matter). The body
 * is not part of the signature.
 */
export function fitsAnyToken({ timestamp, nonce, signature }: PushHeaders, tokens: readonly string[]): boolean {
  const given = sha256(signature);
  let matched = false;
  for (const token of tokens) {
    const expected = sha256([token, timestamp, nonce].sort().join('')).toString('hex');
    // Every token is compared, and hashes of equal length at that, so that the time taken tells nothing.
    if (timingSafeEqual(sha256(expected), given)) matched = true;
  }
  return matched;
}

/** What the door takes from outside. */
export interface PushDoor {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The signatures that this instance has seen. */
  readonly seen: SignedPushes;
}

/**
 * The door of the receiver of pushes: `IOTDA_PUSH_TOKEN` holds one token or several, comma-separated, of which any may
 * sign. Without the setting pushes are taken unauthenticated, and each says so in the log.
 *
 * A push that is authentic can still be too old or a replay, where `IOTDA_PUSH_MAX_AGE_SECONDS` or `IOTDA_PUSH_REPLAY_CACHE`
 * asks for that. It is then not taken, and answered like any other authentic push.
 *
 * @throws PushSignatureError where the signature is missing or wrong
 * @throws InvalidSettingError where the setting is there and holds no token: that must not open the door
 */
export function pushDoor({ now, seen }: PushDoor): Authenticate {
  return (http: HttpRequest, { setting, log }) => {
    const configured = setting('IOTDA_PUSH_TOKEN');
    if (configured === undefined) {
      log('WARN', 'IOTDA_PUSH_TOKEN is not set: this push is taken without a check of who sent it');
      return undefined;
    }
    const tokens = configured.split(',').flatMap((token) => token.trim() || []);
    if (tokens.length === 0) throw new InvalidSettingError('IOTDA_PUSH_TOKEN', 'it holds no token');
    const headers = pushHeaders(http.headers);
    if (!headers) throw new PushSignatureError('The push lacks one of the headers timestamp, nonce and signature');
    if (!fitsAnyToken(headers, tokens)) {
      throw new PushSignatureError('The signature of the push fits none of the configured tokens');
    }
    return () => {
      checkPushAge(headers.timestamp, setting, now());
      checkPushReplay(headers, http.body, setting, seen);
    };
  };
}

/** The door of this instance of the function. */
export const authenticatePush = pushDoor({ now: () => Date.now(), seen: new SignedPushes() });

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
