import { MissingSettingError } from '../client/errors.js';
import { functionUrn } from '../client/function-urn.js';
import type { OperationContext } from '../operations/operation.js';

/**
 * The URN of another function of this project: the running function's own with the other name, for they stand in one application;
 * where that is not known, the application `default`.
 * @throws MissingSettingError where the region is not known
 */
export function urnOfFunction(
  name: string,
  context: Pick<OperationContext, 'cloud' | 'functionUrn' | 'region'>,
): string {
  const [urn, fss, region, projectId, kind, app] = context.functionUrn?.split(':') ?? [];
  if (urn === 'urn' && fss === 'fss' && kind === 'function' && region && projectId && app) {
    return functionUrn({ region, projectId, app, name, version: 'latest' });
  }
  if (!context.region) throw new MissingSettingError('HUAWEICLOUD_REGION', 'set it to the id of the region');
  return functionUrn({ region: context.region, projectId: context.cloud.projectId, name, version: 'latest' });
}
