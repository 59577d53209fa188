import { randomBytes } from 'node:crypto';
import type { IssuedToken, TemporaryCredentials } from './state.js';
import type { World } from './world.js';

const dayMs = 24 * 3600_000;
/** The platform hands the same agency credentials out for ten minutes (FunctionGraph runtime, context). */
const shareMs = 10 * 60_000;

/** Issues and finds tokens and temporary credentials. */
export interface Tokens {
  /** A new token, good for 24 hours. `owner` is a user or an agency. */
  issueToken(owner: string): IssuedToken;
  /** New temporary credentials, good for `durationMs`. */
  issueCredentials(owner: string, durationMs: number): TemporaryCredentials;
  /** The agency's token and credentials, the same ones within ten minutes, good for 24 hours. */
  agencyToken(agency: string): IssuedToken;
  agencyCredentials(agency: string): TemporaryCredentials;
  /** Also finds one that is over; undefined where it was never issued. */
  findToken(token: string): IssuedToken | undefined;
  /** Also finds ones that are over; undefined where the access key was never issued. */
  findCredentials(ak: string): TemporaryCredentials | undefined;
  /** Forgets what is shared; what was issued goes with the state. */
  clear(): void;
}

/** Tokens and credentials of one world, by its real clock. */
export function createTokens(world: World): Tokens {
  const shared = new Map<string, { at: number; token?: IssuedToken; credentials?: TemporaryCredentials }>();

  const issueToken = (owner: string): IssuedToken => {
    const issued_at = world.realNow();
    forgetOld(world.state.tokens, issued_at);
    // As long as a small real one, so that header limits are met here and not first in the cloud.
    const token = `MIIlocal${randomBytes(1200).toString('base64url')}`;
    const issued = { token, owner, issued_at, expires_at: issued_at + dayMs };
    world.state.tokens.set(token, issued);
    return issued;
  };

  const issueCredentials = (owner: string, durationMs: number): TemporaryCredentials => {
    const now = world.realNow();
    forgetOld(world.state.credentials, now);
    const issued = {
      ak: `HSTA${randomBytes(8).toString('hex').toUpperCase()}`,
      sk: randomBytes(30).toString('base64url'),
      security_token: randomBytes(180).toString('base64'),
      owner,
      expires_at: now + durationMs,
    };
    world.state.credentials.set(issued.ak, issued);
    return issued;
  };

  const sharedOf = (agency: string): { at: number; token?: IssuedToken; credentials?: TemporaryCredentials } => {
    const now = world.realNow();
    const known = shared.get(agency);
    if (known && now - known.at < shareMs) return known;
    const fresh = { at: now };
    shared.set(agency, fresh);
    return fresh;
  };

  return {
    issueToken,
    issueCredentials,
    agencyToken(agency) {
      const entry = sharedOf(agency);
      entry.token ??= issueToken(agency);
      return entry.token;
    },
    agencyCredentials(agency) {
      const entry = sharedOf(agency);
      entry.credentials ??= issueCredentials(agency, dayMs);
      return entry.credentials;
    },
    findToken: (token) => world.state.tokens.get(token),
    findCredentials: (ak) => world.state.credentials.get(ak),
    clear: () => shared.clear(),
  };
}

/** Keeps an hour of what is over, so that its refusal can say so. */
function forgetOld<Row extends { expires_at: number }>(table: Map<string, Row>, now: number): void {
  for (const [key, row] of table) if (row.expires_at < now - 3600_000) table.delete(key);
}
