import { MissingSettingError } from '../client/errors.js';
import { functionUrn } from '../client/function-urn.js';
import type { OperationContext } from '../operations/operation.js';

/** The functions that call others. */
const CALLERS = ['advance-chains', 'receive-batchtask', 'reconcile-batchtasks', 'retry-chain-run', 'run-chain'];

/**
 * The URN of another function of this project: the running function's own with the other name, for they stand in one application and
 * belong to one stage; where that is not known, in the application `default` and without a stage.
 * @throws MissingSettingError where the region is not known
 */
export function urnOfFunction(
  name: string,
  context: Pick<OperationContext, 'cloud' | 'functionUrn' | 'region'>,
): string {
  const [urn, fss, region, projectId, kind, app, ownName = ''] = context.functionUrn?.split(':') ?? [];
  if (urn === 'urn' && fss === 'fss' && kind === 'function' && region && projectId && app) {
    return functionUrn({ region, projectId, app, name: `${name}${stageIn(ownName)}`, version: 'latest' });
  }
  if (!context.region) throw new MissingSettingError('HUAWEICLOUD_REGION', 'set it to the id of the region');
  return functionUrn({ region: context.region, projectId: context.cloud.projectId, name, version: 'latest' });
}

/** `-STAGE` where the functions were deployed as NAME-STAGE (`npm run deploy -- --stage STAGE`), else nothing. */
function stageIn(ownName: string): string {
  const caller = CALLERS.find((name) => ownName.startsWith(`${name}-`));
  return caller === undefined ? '' : ownName.slice(caller.length);
}
