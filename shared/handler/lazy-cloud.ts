import type { CloudClient } from '../client/cloud-client.js';
import { MissingSettingError } from '../client/errors.js';
import type { CloudSources } from './cloud-from-settings.js';

/**
 * A client for a function that calls the cloud only where something else failed: signing and HTTP are loaded with the first call.
 * @throws MissingSettingError where the project is not known
 */
export function lazyCloud(sources: CloudSources): CloudClient {
  const projectId = sources.setting('HUAWEICLOUD_SDK_PROJECT_ID') ?? sources.context.projectId();
  if (!projectId) {
    throw new MissingSettingError('HUAWEICLOUD_SDK_PROJECT_ID', 'set it to the id of the project in the region');
  }
  let client: Promise<CloudClient> | undefined;
  const load = async (): Promise<CloudClient> => (await import('./signed-cloud.js')).signedCloud(sources);
  return {
    projectId,
    send: async (call) => {
      client ??= load();
      return (await client).send(call);
    },
  };
}
