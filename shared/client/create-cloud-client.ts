import type { CloudCall, CloudClient, CloudReply, CloudService } from './cloud-client.js';
import type { Credentials } from './credentials.js';
import { type AttemptReport, type Delivery, type DeliveryTerms, deliver } from './deliver.js';
import { InvalidSettingError, MissingSettingError } from './errors.js';
import { sign } from './sign.js';
import { realTiming, type Timing } from './timing.js';
import type { TokenSource } from './token.js';
import { type WireCall, wireCall } from './wire-call.js';

/** How calls are authenticated: signed with an access key, or with a token in `X-Auth-Token`. */
export type Auth =
  | { readonly mode: 'aksk'; readonly credentials: Credentials }
  | { readonly mode: 'token'; readonly source: TokenSource };

export interface CloudClientOptions {
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
}

type Authentication = Pick<Delivery, 'headers' | 'secrets' | 'renewToken'>;

/**
 * A client for the calls of one invocation. It keeps no state of its own: connections and IAM tokens are shared by all
 * clients of the process, credentials by none.
 * @throws MissingSettingError, InvalidSettingError where the credentials or the project cannot be used; the value is not repeated
 */
export function createCloudClient(options: CloudClientOptions): CloudClient {
  const { auth, projectId, endpoint, remainingMs, observe } = options;
  if (!projectId) throw new MissingSettingError('HUAWEICLOUD_SDK_PROJECT_ID', 'set it to the id of the project');
  if (auth.mode === 'aksk') checkCredentials(auth.credentials);
  const terms: DeliveryTerms = { remainingMs, observe, timing: options.timing ?? realTiming };

  async function send(call: CloudCall): Promise<CloudReply> {
    const { service, operation, method, repeatable } = call;
    const wire = wireCall(call, endpoint(service));
    const { origin, path, body } = wire;
    const authentication =
      auth.mode === 'aksk' ? bySignature(auth.credentials, projectId, call, wire, terms) : byToken(auth.source, wire);
    const request = { method, path, body };
    const delivered = await deliver({ service, operation, repeatable, origin, request, ...authentication }, terms);
    return {
      status: delivered.status,
      body: delivered.body,
      requestId: delivered.requestId,
      attempts: delivered.attempts,
    };
  }

  return { projectId, send };
}

function bySignature(
  credentials: Credentials,
  projectId: string,
  call: CloudCall,
  wire: WireCall,
  { timing }: DeliveryTerms,
): Authentication {
  const { ak, sk, securityToken } = credentials;
  const request = { method: call.method, url: wire.origin + wire.path, headers: wire.headers, body: wire.body };
  return {
    headers: () => sign(request, credentials, { date: new Date(timing.now()), projectId }).headers,
    secrets: () => (securityToken ? [sk, securityToken, ak] : [sk, ak]),
  };
}

function byToken(source: TokenSource, wire: WireCall): Authentication {
  const used: string[] = [];
  let token: string | undefined;
  const use = (value: string): string => {
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
    async renewToken() {
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
  for (const [setting, value] of Object.entries(settings)) {
    if (!/^[\x20-\x7e]*$/.test(value)) {
      throw new InvalidSettingError(setting, 'it holds a line break or another character that no key has');
    }
  }
}
