import { InvalidSettingError } from '../client/errors.js';
import type { Settings } from './settings.js';

/** A setting that is a whole number from 0 to `most`; 0 where it is not set. @throws InvalidSettingError */
export function wholeNumberOf(name: string, setting: Settings, most: number): number {
  const text = setting(name);
  if (text === undefined) return 0;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= most) return number;
  throw new InvalidSettingError(name, `it must be a whole number from 0 (off) to ${most}`);
}
