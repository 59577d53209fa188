import { createHash } from 'node:crypto';
import { wholeNumberOf } from './number-setting.js';
import type { PushHeaders } from './push-signature.js';
import { PushNotTakenError } from './request-errors.js';
import type { Settings } from './settings.js';

/** About 400 bytes each, of the 128 MB or more that a function has. */
const mostRemembered = 50_000;

/**
 * The signatures that this instance of the function has seen, each with the hash of the body that it came with. Only what is
 * authentic gets in here, so that nobody without a token can fill it. Another instance knows nothing of it.
 */
export class SignedPushes {
  readonly #bodies = new Map<string, string>();

  get size(): number {
    return this.#bodies.size;
  }

  /**
   * True where none of the keys was used before, or only with the same body. Remembers them, and forgets the oldest ones
   * beyond the capacity.
   */
  mayCarry(keys: readonly string[], bodyHash: string, capacity: number): boolean {
    const known = keys.map((key) => this.#bodies.get(key)).filter((hash) => hash !== undefined);
    if (known.some((hash) => hash !== bodyHash)) return false;
    for (const key of keys) this.#bodies.set(key, bodyHash);
    for (const oldest of this.#bodies.keys()) {
      if (this.#bodies.size <= capacity * keys.length) break;
      this.#bodies.delete(oldest);
    }
    return true;
  }
}

/**
 * Refuses a signature that comes a second time with another body, where `IOTDA_PUSH_REPLAY_CACHE` says how many pushes to
 * remember. The signature does not cover the body, so that whoever saw one push could send anything under its headers.
 * The same push again is no replay but a repetition, and for the operation to judge.
 *
 * The signature is remembered beside timestamp and nonce: the three texts are joined without a separator, so that moving
 * a character from one header to the other can leave the signature valid.
 *
 * @param body as the gateway passed it on
 * @throws PushNotTakenError
 * @throws InvalidSettingError
 */
export function checkPushReplay(headers: PushHeaders, body: string, setting: Settings, seen: SignedPushes): void {
  const capacity = wholeNumberOf('IOTDA_PUSH_REPLAY_CACHE', setting, mostRemembered);
  if (capacity === 0) return;
  const keys = [headers.signature, hashOf(JSON.stringify([headers.timestamp, headers.nonce]))];
  if (seen.mayCarry(keys, hashOf(body), capacity)) return;
  throw new PushNotTakenError(
    'Its timestamp, nonce and signature came before with another body, so this may be a replay',
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
