import { hash } from 'node:crypto';
import type { Credentials } from './credentials.js';

/** SHA-256 of nothing, so that the many calls without a body do not compute it. */
const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Bytes that SHA-256 takes in at a time (FIPS 180-4). */
const blockBytes = 64;

/**
 * HMAC as RFC 2104 §2 defines it, in lower-case hex, out of two one-shot hashes. `createHmac` gives the same, through a stream
 * and a key object: half a millisecond more in a cold start, and twice the time in a warm call.
 */
export function hmacSha256(key: string, text: string): string {
  const keyBytes = Buffer.byteLength(key) > blockBytes ? hash('sha256', key, 'buffer') : Buffer.from(key);
  const inner = Buffer.alloc(blockBytes + Buffer.byteLength(text));
  const outer = Buffer.alloc(blockBytes + hashBytes);
  for (let index = 0; index < blockBytes; index++) {
    const keyByte = keyBytes[index] ?? 0;
    inner[index] = keyByte ^ 0x36;
    outer[index] = keyByte ^ 0x5c;
  }
  inner.write(text, blockBytes);
  outer.set(hash('sha256', inner, 'buffer'), blockBytes);
  return hash('sha256', outer, 'hex');
}

const hashBytes = 32;

/** How one algorithm turns a canonical request into the header `Authorization`. Another algorithm is another such object. */
export interface SigningAlgorithm {
  /** Lower-case hex digest of a body, or of nothing. */
  hash(data: string | Uint8Array | undefined): string;
  stringToSign(canonicalRequest: string, sdkDate: string): string;
  authorization(stringToSign: string, signedHeaders: readonly string[], credentials: Credentials): string;
}

/** The algorithm of CES, IEF, ROMA Connect, IAM and FunctionGraph (signing guide). The key is the SK itself, as UTF-8. */
export const sdkHmacSha256: SigningAlgorithm = {
  hash(data) {
    if (data === undefined || data.length === 0) return hashOfNothing;
    return hash('sha256', data, 'hex');
  },

  stringToSign(canonicalRequest, sdkDate) {
    return `SDK-HMAC-SHA256\n${sdkDate}\n${this.hash(canonicalRequest)}`;
  },

  authorization(stringToSign, signedHeaders, { ak, sk }) {
    const signature = hmacSha256(sk, stringToSign);
    return `SDK-HMAC-SHA256 Access=${ak}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  },
};
