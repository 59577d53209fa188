import type { Service } from '../serverless/service-file.js';
import type { Cloud, PushTarget } from './cloud/start-cloud.js';
import type { Platform } from './functiongraph/start-platform.js';

/** The route of the function that receives the cloud's pushes; undefined where the service has none. */
export function pushTargetOf(
  service: Service,
  { url }: Pick<Platform, 'url'>,
  token: string | undefined,
): PushTarget | undefined {
  const route = service.functions.find((fn) => fn.name === 'receive-batchtask')?.routes[0];
  return route && { url: `${url}${route.path}`, ...(token ? { token } : {}) };
}

/** What runs here, as far as pushes are concerned. */
interface PushingRun {
  readonly cloud: Pick<Cloud, 'registerPush'>;
  readonly platform: Pick<Platform, 'url'>;
  readonly pushToken: string | undefined;
}

/** Sends the pushes where a service that was changed meanwhile receives them. */
export function movePush({ cloud, platform, pushToken }: PushingRun, service: Service): void {
  const target = pushTargetOf(service, platform, pushToken);
  if (target) cloud.registerPush(target);
}
