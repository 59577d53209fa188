import { createHash } from 'node:crypto';
import { type AttemptReport, deliver } from './deliver.js';
import { CloudAuthError, CloudReplyError, CloudTimeoutError, MissingSettingError } from './errors.js';
import { processRetryBudget, type RetryBudget } from './retry-budget.js';
import { realTiming, type Timing } from './timing.js';

/** Where the value of `X-Auth-Token` comes from. */
export interface TokenSource {
  /** A token that should still be valid. */
  current(): Promise<string>;
  /** Another token in place of one that the cloud refused; the same one where there is no other. */
  renew(refused: string): Promise<string>;
}

/** A token that someone else looks after, such as the one of the function's context. */
export function fixedToken(token: string): TokenSource {
  const value = token.trim();
  return { current: () => Promise.resolve(value), renew: () => Promise.resolve(value) };
}

export interface IamTokenOptions {
  /** Base URL of IAM. */
  readonly endpoint: URL;
  readonly username: string;
  readonly password: string;
  /** Name of the account (domain) that the user belongs to. */
  readonly domain: string;
  /** The token is for this project, or for the project named like the region where only that is known. */
  readonly projectId?: string | undefined;
  readonly region?: string | undefined;
  /** Milliseconds left for everything, as of the client. */
  readonly remainingMs: () => number;
  readonly observe?: ((attempt: AttemptReport) => void) | undefined;
  readonly timing?: Timing | undefined;
  /** What may be repeated; that of the process by default. */
  readonly budget?: RetryBudget | undefined;
}

interface CachedToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** A token is replaced five minutes before it ends (it lives 24 h), one that lives shortly at half of its life. Milliseconds. */
const renewAheadMs = 5 * 60_000;
/** What is assumed where IAM does not say when a token ends. */
const assumedLifeMs = 15 * 60_000;

/** Tokens outlive an invocation: IAM recommends caching, and its rate limit is not documented. Failures are never kept. */
const tokens = new Map<string, CachedToken>();
const underWay = new Map<string, Promise<CachedToken>>();

/**
 * Tokens of an IAM user by password (`POST /v3/auth/tokens`, IAM token page), cached per endpoint, account, user and project.
 * Callers that need one at the same time wait for one request.
 * @throws CloudAuthError where IAM refuses the user, else errors of the Cloud… kinds; never with the password
 */
export function iamTokenSource(options: IamTokenOptions): TokenSource {
  const timing = options.timing ?? realTiming;
  const key = cacheKey(options);

  async function current(): Promise<string> {
    const cached = tokens.get(key);
    if (cached && timing.now() < cached.renewAt) return cached.token;
    try {
      return await fetched();
    } catch (error) {
      // Renewing ahead of time is a precaution: while the old token lives, a failure of IAM harms nobody.
      if (cached && timing.now() < cached.expiresAt && !(error instanceof CloudAuthError)) return cached.token;
      throw error;
    }
  }

  async function renew(refused: string): Promise<string> {
    if (tokens.get(key)?.token === refused) tokens.delete(key);
    const other = tokens.get(key);
    return other && timing.now() < other.expiresAt ? other.token : fetched();
  }

  async function fetched(): Promise<string> {
    const shared = underWay.get(key);
    if (shared) {
      try {
        return (await withinTime(shared, options.remainingMs())).token;
      } catch (error) {
        // It may have failed for want of the other invocation's time; a refusal would only be repeated.
        if (error instanceof CloudAuthError || !(options.remainingMs() > 0)) throw error;
      }
    }
    return (await withinTime(underWay.get(key) ?? begin(), options.remainingMs())).token;
  }

  function begin(): Promise<CachedToken> {
    const request = fetchToken(options, timing).finally(() => underWay.delete(key));
    underWay.set(key, request);
    request.then(
      (token) => tokens.set(key, token),
      () => undefined,
    );
    return request;
  }

  return { current, renew };
}

/** Forgets all tokens, for a test or a tool that starts afresh. */
export function forgetTokens(): void {
  tokens.clear();
}

async function fetchToken(options: IamTokenOptions, timing: Timing): Promise<CachedToken> {
  const { endpoint, username, password, domain, remainingMs, observe, budget = processRetryBudget } = options;
  const user = { name: username, password, domain: { name: domain } };
  const identity = { methods: ['password'], password: { user } };
  const body = Buffer.from(JSON.stringify({ auth: { identity, scope: { project: projectOf(options) } } }));
  const operation = 'KeystoneCreateUserTokenByPassword';
  const reply = await deliver(
    {
      service: 'iam',
      operation,
      // A second token is as good as the first, and IAM keeps both.
      repeatable: true,
      preparatory: true,
      origin: endpoint.origin,
      request: { method: 'POST', path: `${endpoint.pathname.replace(/\/$/, '')}/v3/auth/tokens?nocatalog=true`, body },
      headers: () => ({ Host: endpoint.host, 'Content-Type': 'application/json', Accept: 'application/json' }),
      secrets: () => [password, JSON.stringify(password).slice(1, -1)],
    },
    { remainingMs, observe, timing, budget },
  );
  const token = reply.headers.get('x-subject-token')?.trim();
  if (!token) {
    const trace = reply.requestId === undefined ? '' : ` (request id ${reply.requestId})`;
    const message = `iam ${operation} answered ${reply.status} without the header X-Subject-Token${trace}. Check IAM_ENDPOINT.`;
    const request_id = reply.requestId === undefined ? {} : { request_id: reply.requestId };
    throw new CloudReplyError(message, { service: 'iam', status: reply.status, ...request_id }, undefined, 'not-sent');
  }
  return { token, ...lifeOf(reply.body, timing.now()) };
}

function lifeOf(body: unknown, now: number): Pick<CachedToken, 'renewAt' | 'expiresAt'> {
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined;
  const text = typeof token === 'object' && token !== null && 'expires_at' in token ? token.expires_at : undefined;
  const stated = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  const expiresAt = Number.isNaN(stated) ? now + assumedLifeMs : stated;
  return { expiresAt, renewAt: expiresAt - Math.min(renewAheadMs, (expiresAt - now) / 2) };
}

function projectOf({ projectId, region }: IamTokenOptions): { id: string } | { name: string } {
  if (projectId) return { id: projectId };
  if (region) return { name: region };
  throw new MissingSettingError(
    'HUAWEICLOUD_SDK_PROJECT_ID',
    'set it or HUAWEICLOUD_REGION, so that IAM knows the project',
  );
}

/** Another invocation may have started the request with more time than this one has. */
async function withinTime<T>(request: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = 'iam gave no token in time. The call that needed it was not sent; call again.';
    const fail = () => reject(new CloudTimeoutError(message, 'not-sent', { service: 'iam' }));
    timer = setTimeout(fail, Math.max(0, Math.min(ms, 2 ** 31 - 1)));
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The password is part of the key, so that a corrected one is used at once, and as a hash, so that it is not kept. */
function cacheKey({ endpoint, username, password, domain, projectId, region }: IamTokenOptions): string {
  const hash = createHash('sha256').update(password).digest('hex');
  return JSON.stringify([endpoint.href, domain, username, projectId || region, hash]);
}
