import { iefInstanceId } from '../schemas/ief-jobs.js';
import type { OperationContext } from './operation.js';
import { settingOf } from './setting.js';

/**
 * The value of the header `ief-instance-id`: the input's, else that of IEF_INSTANCE_ID; '' in the input says professional edition,
 * which sends none. @throws InvalidSettingError
 */
export function iefInstanceOf(
  input: { readonly ief_instance_id?: string | undefined },
  context: Pick<OperationContext, 'setting'>,
): string | undefined {
  const id = input.ief_instance_id ?? settingOf('IEF_INSTANCE_ID', iefInstanceId, context);
  return id === '' ? undefined : id;
}
