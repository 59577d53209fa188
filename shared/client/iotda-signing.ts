import type { CloudService } from './cloud-client.js';
import { isLoopback } from './endpoints.js';
import { MissingSettingError } from './errors.js';
import type { DerivedScope } from './v11-hmac-sha256.js';

/** Hosts that take the plain algorithm; the rule of the official SDKs (signing guide §1.5), open at its end as it is there. */
const plainHost = /^[a-z][a-z0-9-]+(\.[a-z]{2,}-[a-z]+-\d{1,2})?\.(my)?(huaweicloud|myhwclouds)\.(com|cn)/;

/** `<id>.st1.iotda-app.<region>.myhuaweicloud.com`, the host of a standard or enterprise instance. */
const instanceHost = /\.iotda-app\.([a-z0-9-]+)\./;

/** What the client was told about derived signatures. */
export interface IotdaSigning {
  /** Region id, where the host does not tell it. */
  readonly region?: string | undefined;
  /** True: always derived, also to loopback; false: never; undefined: the host tells. */
  readonly derivedIotda?: boolean | undefined;
}

/**
 * The scope of a derived signature, undefined where the plain algorithm is the right one: for every service but IoTDA, for
 * IoTDA's basic edition, and for this machine. The wrong algorithm is answered with 400 about a missing `X-Auth-Token`.
 * @throws MissingSettingError where the region is needed and not known
 */
export function derivedScopeFor(
  service: CloudService,
  endpoint: URL,
  { region, derivedIotda }: IotdaSigning,
): DerivedScope | undefined {
  if (service !== 'iotda') return undefined;
  if (!(derivedIotda ?? takesDerived(endpoint))) return undefined;
  const scopeRegion = instanceHost.exec(endpoint.hostname)?.[1] ?? region;
  if (!scopeRegion) {
    throw new MissingSettingError('HUAWEICLOUD_REGION', 'set it: calls to this IoTDA instance are signed for a region');
  }
  return { region: scopeRegion, service: 'iotdm' };
}

function takesDerived({ host, hostname }: URL): boolean {
  return !isLoopback(hostname) && !plainHost.test(host);
}
