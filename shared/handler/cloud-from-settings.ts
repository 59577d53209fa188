import type { CloudService } from '../client/cloud-client.js';
import type { Auth, CloudClientOptions } from '../client/create-cloud-client.js';
import type { Credentials } from '../client/credentials.js';
import { type EndpointSettings, endpointFor } from '../client/endpoints.js';
import { InvalidSettingError, MissingSettingError } from '../client/errors.js';
import { fixedToken, iamTokenSource, type TokenSource } from '../client/token.js';
import type { InvocationContext } from './context.js';
import { projectOf } from './project-of.js';
import type { Settings } from './settings.js';

/** What the client's options are made of. */
export interface CloudSources {
  readonly context: InvocationContext;
  /** Milliseconds left for all calls. */
  readonly remainingMs: () => number;
  readonly setting: Settings;
  readonly observe: NonNullable<CloudClientOptions['observe']>;
  /** Told of every secret that only appears on the way, such as a token that IAM gave. */
  readonly keepSecret: (secret: string) => void;
}

/**
 * The options of the signed client, from the context's agency first and the settings else. Endpoints are looked up when
 * a call needs them, so that a function only misses the settings that it uses.
 *
 * @throws MissingSettingError naming the first setting that is missing, InvalidSettingError
 */
export function cloudOptions(sources: CloudSources): CloudClientOptions {
  const { context, remainingMs, setting, observe, keepSecret } = sources;
  const region = setting('HUAWEICLOUD_REGION');
  const endpoint = (service: CloudService): URL =>
    readOnce(service, setting(`${service.toUpperCase()}_ENDPOINT`), region);
  const calls = { endpoint, remainingMs, observe };
  const auth = authFrom(context, setting, () =>
    // IAM's own user is asked for only where the agency has no token.
    keepingTokens(
      iamTokenSource({ ...iamUserFrom(setting), ...calls, endpoint: endpoint('iam'), projectId: projectOf(sources) }),
      keepSecret,
    ),
  );
  return { ...calls, auth, projectId: projectOf(sources), region };
}

/** The last base URL of each service: no secret (a user name or a password in it is refused), and the same in every invocation. */
const lastRead = new Map<CloudService, EndpointSettings & { readonly url: URL }>();

function readOnce(service: CloudService, override: string | undefined, region: string | undefined): URL {
  const last = lastRead.get(service);
  if (last && last.override === override && last.region === region) return last.url;
  const url = endpointFor(service, { override, region });
  lastRead.set(service, { override, region, url });
  return url;
}

function authFrom(context: InvocationContext, setting: Settings, askIam: () => TokenSource): Auth {
  const mode = setting('AUTH_MODE') ?? 'aksk';
  if (mode === 'aksk') return { mode, credentials: context.agencyCredentials() ?? credentialsFrom(setting) };
  if (mode !== 'token') throw new InvalidSettingError('AUTH_MODE', 'it must be aksk or token');
  const token = context.agencyToken();
  return { mode, source: token ? fixedToken(token) : askIam() };
}

/** All of the settings or none: a key of one origin never goes with the security token of another. */
function credentialsFrom(setting: Settings): Credentials {
  const remedy = 'give the function an agency, or set the access key';
  return {
    ak: required(setting, 'HUAWEICLOUD_SDK_AK', remedy),
    sk: required(setting, 'HUAWEICLOUD_SDK_SK', remedy),
    securityToken: setting('HUAWEICLOUD_SDK_SECURITY_TOKEN'),
  };
}

function iamUserFrom(setting: Settings): { username: string; password: string; domain: string } {
  const remedy = 'with AUTH_MODE=token, give the function an agency or set the IAM user';
  return {
    username: required(setting, 'HUAWEICLOUD_IAM_USERNAME', remedy),
    password: required(setting, 'HUAWEICLOUD_IAM_PASSWORD', remedy),
    domain: required(setting, 'HUAWEICLOUD_IAM_DOMAIN', remedy),
  };
}

function required(setting: Settings, name: string, remedy: string): string {
  const value = setting(name);
  if (value === undefined) throw new MissingSettingError(name, remedy);
  return value;
}

/** Makes every token known to the redactor before anyone can put it into a message. */
function keepingTokens(source: TokenSource, keepSecret: CloudSources['keepSecret']): TokenSource {
  const kept = (token: string): string => {
    keepSecret(token);
    return token;
  };
  return {
    current: async () => kept(await source.current()),
    renew: async (refused) => kept(await source.renew(refused)),
  };
}
