import type { WireRequest } from './canonical-request.js';
import type { Tokens } from './tokens.js';
import {
  compactTime,
  readAuthorization,
  readSdkDate,
  type SignatureParts,
  shownCanonicalRequest,
  verifySignature,
} from './verify-signature.js';
import type { World } from './world.js';

/** Who sent a request, or why nobody can say. */
export type Identity =
  | {
      readonly verified: true;
      readonly by: 'aksk';
      readonly algorithm: string;
      readonly ak: string;
      readonly owner: string;
    }
  | { readonly verified: true; readonly by: 'token'; readonly owner: string }
  | {
      readonly verified: false;
      readonly by: 'aksk';
      readonly algorithm?: string;
      readonly ak?: string;
      readonly why: string;
    }
  | { readonly verified: false; readonly by: 'token' | 'nothing'; readonly why: string };

/** Checks requests and locks access keys. */
export interface Authenticator {
  /** Looks only: counts nothing, locks nothing. */
  identify(request: WireRequest, derivedSigning: boolean): Identity;
  /** Counts the failure or the success of a key; the text of the refusal, undefined where the request may pass. */
  admit(identity: Identity): string | undefined;
  /** Opens all locks. */
  clear(): void;
}

const skewMs = 15 * 60_000;
const lockMs = 5 * 60_000;
const failuresBeforeLock = 5;

interface Key {
  readonly sk: string;
  readonly owner: string;
  readonly securityToken?: string;
  readonly expiresAt?: number;
}

/** The gateway's check of one account (signing guide: algorithm, failure codes, tokens). */
export function createAuthenticator(world: World, tokens: Tokens): Authenticator {
  const failures = new Map<string, { count: number; lockedUntil: number }>();

  const keyOf = (ak: string): Key | undefined => {
    if (ak === world.account.ak) return { sk: world.account.sk, owner: world.account.user };
    const issued = tokens.findCredentials(ak);
    if (!issued) return undefined;
    return { sk: issued.sk, owner: issued.owner, securityToken: issued.security_token, expiresAt: issued.expires_at };
  };

  const byToken = (token: string): Identity => {
    const issued = tokens.findToken(token);
    if (!issued) return { verified: false, by: 'token', why: 'decrypt token fail' };
    if (issued.expires_at <= world.realNow()) return { verified: false, by: 'token', why: 'The token expires' };
    return { verified: true, by: 'token', owner: issued.owner };
  };

  const bySignature = (request: WireRequest, parts: SignatureParts, derivedSigning: boolean): Identity => {
    const { ak, algorithm } = parts;
    const refuse = (why: string): Identity => ({ verified: false, by: 'aksk', algorithm, ak, why });
    const key = keyOf(ak);
    if (!key) return refuse(`Get secretKey failed,ak:${ak},err:ak not exist`);
    if (algorithm === 'V11-HMAC-SHA256' && !scopeFits(parts, request, derivedSigning)) return refuse('Unauthorized');
    const date = readSdkDate(request.headers.get('x-sdk-date') ?? '');
    // The texts for a missing date and for a wrong clock are not confirmed for AK/SK; status and code are the guide's.
    if (date === undefined) return refuse('x-sdk-date not found');
    if (Math.abs(world.realNow() - date) > skewMs) {
      return refuse(
        `signature expired, signature time:${compactTime(date)},server time:${compactTime(world.realNow())}`,
      );
    }
    const verdict = verifySignature(request, parts, key.sk);
    if (!verdict.ok) {
      return refuse(`verify aksk signature fail, canonicalRequest:${shownCanonicalRequest(verdict.canonicalRequest)}`);
    }
    if (request.headers.get('x-security-token') !== key.securityToken) return refuse('decrypt token fail');
    if (key.expiresAt !== undefined && key.expiresAt <= world.realNow()) return refuse('The token expires');
    return { verified: true, by: 'aksk', algorithm, ak, owner: key.owner };
  };

  /** `YYYYMMDD/region/service`: the day of the signature, this region, and the one service that uses it. */
  const scopeFits = (parts: SignatureParts, request: WireRequest, derivedSigning: boolean): boolean => {
    const day = (request.headers.get('x-sdk-date') ?? '').slice(0, 8);
    return derivedSigning && parts.scope === `${day}/${world.account.region}/iotdm`;
  };

  return {
    identify(request, derivedSigning) {
      const authorization = request.headers.get('authorization');
      if (authorization !== undefined) {
        const parts = readAuthorization(authorization);
        return parts
          ? bySignature(request, parts, derivedSigning)
          : { verified: false, by: 'aksk', why: 'Unauthorized' };
      }
      const token = request.headers.get('x-auth-token');
      return token ? byToken(token) : { verified: false, by: 'nothing', why: 'x-auth-token not found' };
    },
    admit(identity) {
      if (identity.by !== 'aksk') return identity.verified ? undefined : identity.why;
      const entry = failures.get(identity.ak ?? '') ?? { count: 0, lockedUntil: 0 };
      if (entry.lockedUntil > world.realNow()) return 'AK access failed to reach the limit,forbidden';
      if (identity.verified) {
        failures.delete(identity.ak);
        return undefined;
      }
      if (identity.ak !== undefined && keyOf(identity.ak)) countFailure(identity.ak, entry);
      return identity.why;
    },
    clear: () => failures.clear(),
  };

  /** More than five failures in a row lock the key, also for whoever signs well with it. */
  function countFailure(ak: string, entry: { count: number; lockedUntil: number }): void {
    entry.count += 1;
    if (entry.count > failuresBeforeLock) {
      entry.lockedUntil = world.realNow() + lockMs;
      entry.count = 0;
    }
    failures.set(ak, entry);
  }
}
