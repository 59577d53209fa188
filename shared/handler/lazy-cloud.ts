import type { CloudClient } from '../client/cloud-client.js';
import type { CloudSources } from './cloud-from-settings.js';
import { projectOf } from './project-of.js';

/**
 * A client for a function that calls the cloud only where something else failed: signing and HTTP are loaded with the first call.
 * @throws MissingSettingError, InvalidSettingError where the project is not known
 */
export function lazyCloud(sources: CloudSources): CloudClient {
  let client: Promise<CloudClient> | undefined;
  const load = async (): Promise<CloudClient> => (await import('./signed-cloud.js')).signedCloud(sources);
  return {
    projectId: projectOf(sources),
    send: async (call) => {
      client ??= load();
      return (await client).send(call);
    },
  };
}
