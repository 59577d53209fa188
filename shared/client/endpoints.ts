import { canonicalPath } from './canonical-request.js';
import type { CloudService } from './cloud-client.js';
import { InvalidSettingError, MissingSettingError } from './errors.js';
import { readWireUrl } from './wire-url.js';

/** Where an endpoint comes from: the setting `<SERVICE>_ENDPOINT`, else the region. */
export interface EndpointSettings {
  readonly override?: string | undefined;
  /** Region id such as `cn-north-4`. */
  readonly region?: string | undefined;
}

/**
 * The base URL of a service: the override, else `https://<service>.<region>.myhuaweicloud.com` (endpoint lists of the SDKs;
 * not confirmed for every pair of service and region, hence the override). A path prefix is kept, slashes at its end are not.
 * @throws MissingSettingError where neither is set
 * @throws InvalidSettingError where it is no base URL, or plain http to another machine; the value is never repeated
 */
export function endpointFor(service: CloudService, { override, region }: EndpointSettings): URL {
  const setting = `${service.toUpperCase()}_ENDPOINT`;
  const given = override?.trim();
  if (given) return readEndpoint(setting, given);
  if (!region) {
    throw new MissingSettingError('HUAWEICLOUD_REGION', `set it to a region id such as cn-north-4, or set ${setting}`);
  }
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(region)) {
    throw new InvalidSettingError(
      'HUAWEICLOUD_REGION',
      'a region id holds lower-case letters, digits and hyphens, as cn-north-4',
    );
  }
  return new URL(`https://${service}.${region}.myhuaweicloud.com`);
}

function readEndpoint(setting: string, text: string): URL {
  const url = parse(setting, text);
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
    throw new InvalidSettingError(setting, 'a base URL has no query and no fragment');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new InvalidSettingError(
      setting,
      'plain http is allowed only to this machine (localhost, 127.0.0.1, [::1]); use https',
    );
  }
  return url;
}

/** Checked as text first: WHATWG `URL` would quietly mend what the signature could not cover. */
function parse(setting: string, text: string): URL {
  try {
    const { path } = readWireUrl(text);
    const url = new URL(text);
    url.pathname = canonicalPath(path.replace(/\/{1,8}$/, '')).slice(0, -1);
    return url;
  } catch (error) {
    const problem = error instanceof TypeError ? error.message.replace(/^url: /, '') : 'it is not a URL';
    throw new InvalidSettingError(setting, `as a base URL, ${problem}`);
  }
}

/** Whether a host name of a URL means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
