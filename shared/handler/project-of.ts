import { InvalidSettingError, MissingSettingError } from '../client/errors.js';
import type { CloudSources } from './cloud-from-settings.js';

/**
 * The project of all calls: the setting, else that of the function. It is checked here because it stands in every path, where
 * the client would take a slash in it for a mistake of the caller.
 * @throws MissingSettingError, InvalidSettingError
 */
export function projectOf({ setting, context }: Pick<CloudSources, 'setting' | 'context'>): string {
  const name = 'HUAWEICLOUD_SDK_PROJECT_ID';
  const id = setting(name) ?? context.projectId();
  if (!id) throw new MissingSettingError(name, 'set it to the id of the project in the region');
  if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return id;
  throw new InvalidSettingError(
    name,
    'it, or else the id that the context gives, must be 1 to 64 letters, digits, hyphens or underscores',
  );
}
