import type * as z from 'zod/mini';
import { InvalidSettingError } from '../client/errors.js';
import { checkInput } from '../schemas/check-input.js';
import type { OperationContext } from './operation.js';

/** A setting under the same rule as the input field that it stands in for. Undefined where it is not set. @throws InvalidSettingError */
export function settingOf<Schema extends z.ZodMiniType<string>>(
  name: string,
  schema: Schema,
  context: Pick<OperationContext, 'setting'>,
): string | undefined {
  const value = context.setting(name);
  if (value === undefined) return undefined;
  const checked = checkInput(schema, value);
  if (checked.ok) return checked.value;
  throw new InvalidSettingError(name, `it ${checked.errors[0]?.message ?? 'is not valid'}`);
}

/** What a setting that counts something may say, and what holds where it is not set. */
export interface Span {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  /** In the plural, for the message. */
  readonly unit: string;
}

/** A setting that is a whole number of something. @throws InvalidSettingError */
export function countSetting(
  name: string,
  { usual, least, most, unit }: Span,
  { setting }: Pick<OperationContext, 'setting'>,
): number {
  const count = Number(setting(name) ?? usual);
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw new InvalidSettingError(name, `it must be a whole number of ${unit} from ${least} to ${most}`);
}
