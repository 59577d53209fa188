import { wholeNumberOf } from './number-setting.js';
import { PushNotTakenError } from './request-errors.js';
import type { Settings } from './settings.js';

const longestAgeSeconds = 7 * 24 * 3600;
/** Smaller numbers are seconds: as milliseconds they would lie before 1974, as seconds this one lies in the year 5138. */
const firstMilliseconds = 100_000_000_000;

/**
 * Checks that a push was signed not long ago, where `IOTDA_PUSH_MAX_AGE_SECONDS` is set. It is off by default: IoTDA
 * pushes a backlog of up to 24 hours after a break, and whether it signs that anew is not confirmed.
 *
 * @param timestamp the header, in seconds or milliseconds since the epoch (which of them is not confirmed)
 * @param now milliseconds since the epoch
 * @throws PushNotTakenError where it is too old, from the future or no number
 * @throws InvalidSettingError
 */
export function checkPushAge(timestamp: string, setting: Settings, now: number): void {
  const maxAgeSeconds = wholeNumberOf('IOTDA_PUSH_MAX_AGE_SECONDS', setting, longestAgeSeconds);
  if (maxAgeSeconds === 0) return;
  if (!/^\d{1,16}$/.test(timestamp)) {
    throw new PushNotTakenError('Its timestamp is no number of seconds or milliseconds');
  }
  const number = Number(timestamp);
  const signedAt = number < firstMilliseconds ? number * 1000 : number;
  const ageMs = now - signedAt;
  if (Math.abs(ageMs) <= maxAgeSeconds * 1000) return;
  const distance = `by more than the ${maxAgeSeconds} s of IOTDA_PUSH_MAX_AGE_SECONDS`;
  throw new PushNotTakenError(
    ageMs > 0 ? `It was signed too long ago, ${distance}` : `Its timestamp lies in the future, ${distance}`,
  );
}
