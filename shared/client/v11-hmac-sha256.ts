import { createHmac, hkdfSync } from 'node:crypto';
import { type SigningAlgorithm, sdkHmacSha256 } from './sdk-hmac-sha256.js';

/** What a derived key is good for, beside one day: one service in one region. */
export interface DerivedScope {
  /** Region id such as `cn-north-4`. */
  readonly region: string;
  /** The service's name in signatures, which need not be that of its host: `iotdm` for IoTDA. */
  readonly service: string;
}

/**
 * The algorithm of IoTDA's standard and enterprise instances (signing guide, "derived"). The key is derived anew for each
 * signature: keeping it would be a copy of a credential that outlives its invocation, and deriving costs some microseconds.
 * @param sdkDate the value of `X-Sdk-Date`; its day is part of the scope
 * @throws TypeError where region or service could not stand in the header
 */
export function v11HmacSha256({ region, service }: DerivedScope, sdkDate: string): SigningAlgorithm {
  for (const [name, value] of Object.entries({ region, service })) {
    if (typeof value !== 'string' || !/^[A-Za-z0-9_-]+$/.test(value)) {
      throw new TypeError(`derived: ${name} must be letters, digits and hyphens`);
    }
  }
  const scope = `${sdkDate.slice(0, 8)}/${region}/${service}`;
  return {
    hash: sdkHmacSha256.hash,

    stringToSign(canonicalRequest) {
      return `V11-HMAC-SHA256\n${sdkDate}\n${scope}\n${sdkHmacSha256.hash(canonicalRequest)}`;
    },

    authorization(stringToSign, signedHeaders, { ak, sk }) {
      // The HMAC key is the hexadecimal text of the derived key, not its 32 bytes.
      const key = Buffer.from(hkdfSync('sha256', sk, ak, scope, 32)).toString('hex');
      const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
      return `V11-HMAC-SHA256 Credential=${ak}/${scope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
    },
  };
}
