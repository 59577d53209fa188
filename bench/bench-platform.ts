import { type Platform, type PlatformOptions, startPlatform } from '../local/functiongraph/start-platform.js';
import { readServiceFile, type ServiceFunction } from '../serverless/service-file.js';
import type { StubCloud } from './stub-cloud.js';

export const project = '0123456789abcdef0123456789abcdef';

/** The settings of a function whose cloud is the stub. */
export function settingsFor(cloud: Pick<StubCloud, 'url'>): Record<string, string> {
  return {
    HUAWEICLOUD_SDK_AK: 'LOCALACCESSKEY000001',
    HUAWEICLOUD_SDK_SK: 'local-secret-key-0000000000000000000001',
    HUAWEICLOUD_SDK_PROJECT_ID: project,
    HUAWEICLOUD_REGION: 'cn-north-4',
    CES_ENDPOINT: cloud.url,
  };
}

/** The definition of a function of this project, and a platform without functions to put it on. */
export async function benchPlatform(
  options: Partial<PlatformOptions> = {},
): Promise<{ platform: Platform; definition: ServiceFunction }> {
  const service = readServiceFile('serverless.yml');
  const definition = service.functions.find(({ name }) => name === 'list-invocations');
  if (!definition) throw new Error('serverless.yml has no function list-invocations.');
  const platform = await startPlatform({
    port: 0,
    service: { functions: [], zone: service.zone },
    distDir: 'dist',
    projectId: project,
    userData: () => ({}),
    ...options,
  });
  return { platform, definition: { ...definition, routes: [], timers: [] } };
}
