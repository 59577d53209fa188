import { secretsIn } from './body-secrets.js';
import type { CloudCall, CloudClient, CloudReply, CloudService } from './cloud-client.js';
import { type CloudClock, createCloudClock } from './cloud-clock.js';
import { cloudText } from './cloud-text.js';
import type { Credentials } from './credentials.js';
import { type AttemptReport, type Delivery, type DeliveryTerms, deliver } from './deliver.js';
import { InvalidSettingError, MissingSettingError } from './errors.js';
import { derivedScopeFor, type IotdaSigning } from './iotda-signing.js';
import { createKeyGuard } from './key-guard.js';
import { processRetryBudget, type RetryBudget } from './retry-budget.js';
import { type SigningOptions, sign } from './sign.js';
import { realTiming, type Timing } from './timing.js';
import type { TokenSource } from './token.js';
import { type WireCall, wireCall } from './wire-call.js';

/** How calls are authenticated: signed with an access key, or with a token in `X-Auth-Token`. */
export type Auth =
  | { readonly mode: 'aksk'; readonly credentials: Credentials }
  | { readonly mode: 'token'; readonly source: TokenSource };

export interface CloudClientOptions extends IotdaSigning {
  readonly auth: Auth;
  readonly projectId: string;
  /** The base URL of a service. @throws MissingSettingError, InvalidSettingError */
  readonly endpoint: (service: CloudService) => URL;
  /** Milliseconds left for all calls of this invocation, the margin to answer already taken off; asked before each attempt. */
  readonly remainingMs: () => number;
  /** Called after each attempt, for the log line. */
  readonly observe?: ((attempt: AttemptReport) => void) | undefined;
  /** Clock, chance and sleep; the real ones by default. */
  readonly timing?: Timing | undefined;
  /** What may be repeated; that of the process by default. */
  readonly budget?: RetryBudget | undefined;
  /** Ends every call of this client at once, and frees its connections and timers. */
  readonly signal?: AbortSignal | undefined;
}

type Authentication = Pick<Delivery, 'headers' | 'secrets' | 'renew'>;

/**
 * A client for the calls of one invocation. What it learns of the cloud's clock and of its key ends with it; connections, IAM tokens and the
 * budget of repetitions are shared by all clients of the process, credentials by none.
 * @throws MissingSettingError, InvalidSettingError where the credentials or the project cannot be used; the value is not repeated
 */
export function createCloudClient(options: CloudClientOptions): CloudClient {
  const { auth, projectId, endpoint, remainingMs, observe, signal } = options;
  if (!projectId) throw new MissingSettingError('HUAWEICLOUD_SDK_PROJECT_ID', 'set it to the id of the project');
  if (auth.mode === 'aksk') checkCredentials(auth.credentials);
  const { timing = realTiming, budget = processRetryBudget } = options;
  const terms: DeliveryTerms = { remainingMs, observe, timing, budget, signal };
  const clock = createCloudClock(timing.now);
  const guarded = auth.mode === 'aksk' ? createKeyGuard(timing.now, remainingMs) : unguarded;

  async function send(call: CloudCall): Promise<CloudReply> {
    const { service, operation, method, repeatable } = call;
    const base = endpoint(service);
    const wire = wireCall(call, base);
    const { origin, path, body } = wire;
    const authentication =
      auth.mode === 'aksk'
        ? bySignature(
            auth.credentials,
            { projectId, derived: derivedScopeFor(service, base, options) },
            method,
            wire,
            clock,
          )
        : byToken(auth.source, wire);
    const request = { method, path, body };
    const secrets = () => [...authentication.secrets(), ...secretsIn(call.body)];
    const delivery = { service, operation, repeatable, origin, request, ...authentication, secrets };
    const delivered = await guarded(`${service} ${operation}`, () => deliver(delivery, leavingTime(terms, call)));
    return {
      status: delivered.status,
      body: delivered.body,
      headers: delivered.headers,
      requestId: delivered.requestId,
      attempts: delivered.attempts,
      inWords: (text, limit) => cloudText(text, secrets(), limit),
    };
  }

  return { projectId, send };
}

/** A token that is refused locks nothing. */
function unguarded<Reply>(_name: string, send: () => Promise<Reply>): Promise<Reply> {
  return send();
}

function leavingTime(terms: DeliveryTerms, { leaveMs = 0 }: CloudCall): DeliveryTerms {
  if (leaveMs <= 0) return terms;
  const keptMs = Math.min(leaveMs, terms.remainingMs() / 3);
  return { ...terms, remainingMs: () => terms.remainingMs() - keptMs };
}

function bySignature(
  credentials: Credentials,
  options: Pick<SigningOptions, 'projectId' | 'derived'>,
  method: CloudCall['method'],
  wire: WireCall,
  clock: CloudClock,
): Authentication {
  const { ak, sk, securityToken } = credentials;
  const request = { method, url: wire.origin + wire.path, headers: wire.headers, body: wire.body };
  let usedOffsetMs = 0;
  return {
    headers() {
      usedOffsetMs = clock.offsetMs;
      return sign(request, credentials, { ...options, date: new Date(clock.now()) }).headers;
    },
    secrets: () => (securityToken ? [sk, securityToken, ak] : [sk, ak]),
    renew: (reply) => clock.explainsRefusal(reply.headers.get('date'), usedOffsetMs),
  };
}

function byToken(source: TokenSource, wire: WireCall): Authentication {
  const used: string[] = [];
  let token: string | undefined;
  const use = (value: string): string => {
    checkKey('AUTH_MODE', value, 'its token');
    used.push(value);
    token = value;
    return value;
  };
  return {
    async headers() {
      const value = token ?? use(await source.current());
      return { ...wire.headers, Host: wire.host, 'X-Auth-Token': value };
    },
    secrets: () => used,
    async renew() {
      const refused = token ?? '';
      return use(await source.renew(refused)) !== refused;
    },
  };
}

/** A line break in a secret, left there by the editor that wrote it, would become a signature error and a locked key. */
function checkCredentials({ ak, sk, securityToken }: Credentials): void {
  if (!ak) throw new MissingSettingError('HUAWEICLOUD_SDK_AK', 'give the function an agency, or set the access key');
  if (!sk) throw new MissingSettingError('HUAWEICLOUD_SDK_SK', 'give the function an agency, or set the secret key');
  const settings = {
    HUAWEICLOUD_SDK_AK: ak,
    HUAWEICLOUD_SDK_SK: sk,
    HUAWEICLOUD_SDK_SECURITY_TOKEN: securityToken ?? '',
  };
  for (const [setting, value] of Object.entries(settings)) checkKey(setting, value, 'it');
}

function checkKey(setting: string, value: string, what: string): void {
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new InvalidSettingError(setting, `${what} holds a line break or another character that no key has`);
  }
}
