import type { AsyncInvokeConfigRequest } from '../shared/client/functiongraph-functions.js';
import type { CreateTriggerRequest } from '../shared/client/functiongraph-triggers.js';
import type { Code } from './code.js';

/** One function as it should be on the account, everything read and checked. */
export interface DesiredFunction {
  /** The key in `serverless.yml`, for messages. */
  readonly key: string;
  readonly name: string;
  readonly app: string;
  /** Without a version; see `latest`. */
  readonly urn: string;
  readonly settings: DesiredSettings;
  /** Plain variables that have a value. */
  readonly variables: Readonly<Record<string, string>>;
  /** Encrypted variables that have a value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Encrypted variables that the file names and that have no value here. */
  readonly emptySecrets: readonly string[];
  /** A fingerprint of each encrypted variable, '' where none can be made. */
  readonly fingerprints: Readonly<Record<string, string>>;
  readonly code: Code;
  /** Undefined where the platform's defaults are to count. */
  readonly asyncInvoke: AsyncInvokeConfigRequest | undefined;
  readonly triggers: readonly CreateTriggerRequest[];
  /** What the file asks for and no deployment does; to be told. */
  readonly notes: readonly string[];
}

/** Settings that can be compared one by one; memory in MB, timeouts in seconds. '' stands for none. */
export interface DesiredSettings {
  readonly runtime: string;
  readonly handler: string;
  readonly memory_size: number;
  readonly timeout: number;
  readonly description: string;
  readonly app_xrole: string;
  readonly initializer_handler: string;
  /** Meaningless without an initializer. */
  readonly initializer_timeout: number;
}

/** The service as it should be. */
export interface DesiredService {
  readonly name: string;
  readonly stage: string;
  readonly functions: readonly DesiredFunction[];
}

/** The URN of the one version that a deployment changes. */
export function latest(urn: string): string {
  return `${urn}:latest`;
}
