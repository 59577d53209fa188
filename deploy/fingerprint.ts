import { createHmac } from 'node:crypto';

/**
 * A fingerprint of an encrypted variable, to tell at the next deployment whether it is the same: keyed, so that whoever can read the function's
 * plain variables cannot try out values, and bound to function and name, so that equal values do not show. 128 bits in 22 characters.
 * @param key `FLEETBATCH_DEPLOY_KEY`, else the secret access key of the one who deploys. The first line keeps it apart from every text that is signed with that key.
 */
export function fingerprintOf(key: string, urn: string, name: string, value: string): string {
  const text = ['fleetbatch fingerprint v1', urn, name, value].join('\n');
  return createHmac('sha256', key).update(text).digest().subarray(0, 16).toString('base64url');
}
