import { readFileSync } from 'node:fs';
import { signatureSteps } from '../../../shared/client/sign.js';

/** One request of `test/vectors/signing.json` with the signature that it must get. */
export interface Vector {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly ak: string;
  readonly sk: string;
  readonly securityToken?: string;
  readonly projectId?: string;
  readonly domainId?: string;
  readonly sdkDate: string;
  readonly signedHeaders: string[];
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly authorization: string;
  /** Only in the group `v11`. */
  readonly algorithm?: string;
  readonly region?: string;
  readonly service?: string;
}

const file = new URL('../../vectors/signing.json', import.meta.url);
const groups = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[]; v11: Vector[] };

/** SDK-HMAC-SHA256. */
export const plainVectors = groups.vectors;
/** V11-HMAC-SHA256. */
export const derivedVectors = groups.v11.filter(({ algorithm }) => algorithm === 'V11-HMAC-SHA256');
/**
 * SDK-HMAC-SM3, which is out of scope: the signing guide names it for sites with Chinese cryptography only, no service that
 * this project calls asks for it, and the official Node signer does not have it either.
 */
export const vectorsOutOfScope = groups.v11.filter(({ algorithm }) => algorithm === 'SDK-HMAC-SM3');
export const vectorCount = groups.vectors.length + groups.v11.length;

export function momentOf(sdkDate: string): Date {
  return new Date(sdkDate.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

export function stepsOf(vector: Vector) {
  const { method, url, headers, ak, sk, securityToken, projectId, domainId, signedHeaders, sdkDate } = vector;
  const { region, service } = vector;
  const body = vector.bodyBase64 === undefined ? vector.body : Buffer.from(vector.bodyBase64, 'base64');
  const derived = region === undefined || service === undefined ? undefined : { region, service };
  const options = { date: momentOf(sdkDate), projectId, domainId, signedHeaders, derived };
  return signatureSteps({ method, url, headers, body }, { ak, sk, securityToken }, options);
}

/** Names of the vectors that come out otherwise than they must; empty where all is well. */
export function deviations(vectors: readonly Vector[]): string[] {
  return vectors
    .filter((vector) => {
      const steps = stepsOf(vector);
      const { canonicalRequest, stringToSign, authorization } = vector;
      return (
        steps.canonicalRequest !== canonicalRequest ||
        steps.stringToSign !== stringToSign ||
        steps.headers.Authorization !== authorization
      );
    })
    .map(({ name }) => name);
}
