import type { CloudClient } from '../client/cloud-client.js';
import { createCloudClient } from '../client/create-cloud-client.js';
import { type CloudSources, cloudOptions } from './cloud-from-settings.js';

/**
 * The signed client of one invocation. A function that calls a cloud names it, so that one that calls none does not load
 * signing and HTTP at its start.
 * @throws MissingSettingError, InvalidSettingError
 */
export function signedCloud(sources: CloudSources): CloudClient {
  return createCloudClient(cloudOptions(sources));
}
