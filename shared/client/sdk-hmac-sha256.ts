import { createHmac, hash } from 'node:crypto';
import type { Credentials } from './credentials.js';

/** SHA-256 of nothing, so that the many calls without a body do not compute it. */
const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

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
    if (data === undefined) return hashOfNothing;
    return hash('sha256', data, 'hex');
  },

  stringToSign(canonicalRequest, sdkDate) {
    return `SDK-HMAC-SHA256\n${sdkDate}\n${this.hash(canonicalRequest)}`;
  },

  authorization(stringToSign, signedHeaders, { ak, sk }) {
    const signature = createHmac('sha256', sk).update(stringToSign).digest('hex');
    return `SDK-HMAC-SHA256 Access=${ak}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  },
};
