import { filled, type InvocationContext } from './context.js';

/** Reads one setting, undefined where it is absent or empty. */
export type Settings = (name: string) => string | undefined;

/**
 * Settings of one invocation: FunctionGraph keeps a function's variables behind `getUserData`, AWS Lambda and a shell
 * in the environment. Read each time, trimmed, and never kept, so that a changed variable counts at once.
 */
export function settingsOf(context: InvocationContext, env: Readonly<Record<string, string | undefined>>): Settings {
  return (name) => context.userData(name) ?? filled(env[name]);
}

/** The settings that are secrets: their values are blotted out wherever they appear in a log line or an answer. */
export const secretSettings = [
  'HUAWEICLOUD_SDK_AK',
  'HUAWEICLOUD_SDK_SK',
  'HUAWEICLOUD_SDK_SECURITY_TOKEN',
  'HUAWEICLOUD_IAM_PASSWORD',
  'IOTDA_PUSH_TOKEN',
] as const;
