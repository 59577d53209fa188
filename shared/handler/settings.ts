import { filled, type InvocationContext } from './context.js';

/** Reads one setting, undefined where it is absent or empty. @throws InvalidSettingError where it cannot be read */
export type Settings = (name: string) => string | undefined;

/**
 * Settings of one invocation: FunctionGraph keeps a function's variables behind `getUserData`, AWS Lambda and a shell
 * in the environment. Read each time, trimmed, and never kept, so that a changed variable counts at once.
 */
export function settingsOf(context: InvocationContext, env: Readonly<Record<string, string | undefined>>): Settings {
  return (name) => {
    // The environment of a process is slow to ask, a dozen times in an invocation: only where the context has nothing.
    const inEnvironment = () => filled(env[name]);
    let given: string | undefined;
    try {
      given = context.userData(name);
    } catch (unreadable) {
      given = inEnvironment();
      if (given === undefined) throw unreadable;
    }
    return given ?? inEnvironment();
  };
}

/** The same settings for what must not fail, such as the log: what cannot be read counts as absent. */
export function asFarAsReadable(setting: Settings): Settings {
  return (name) => {
    try {
      return setting(name);
    } catch {
      return undefined;
    }
  };
}

/** The settings that are secrets: their values are blotted out wherever they appear in a log line or an answer. */
export const secretSettings = [
  'HUAWEICLOUD_SDK_AK',
  'HUAWEICLOUD_SDK_SK',
  'HUAWEICLOUD_SDK_SECURITY_TOKEN',
  'HUAWEICLOUD_IAM_PASSWORD',
  'IOTDA_PUSH_TOKEN',
  'DATABASE_URL',
] as const;
