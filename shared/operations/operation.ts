import type { CloudClient } from '../client/cloud-client.js';
import type { Timing } from '../client/timing.js';
import type { Database } from '../store/database.js';

/** What an operation gets beside its input. It never learns which trigger called it. */
export interface OperationContext {
  /** The signed client. Reading it builds it: where credentials or the project are missing, that throws. */
  readonly cloud: CloudClient;
  /** The database of DATABASE_URL; undefined where that is not set, or the function was built without one. */
  readonly database?: Database | undefined;
  /** The URN of the running function on FunctionGraph; undefined elsewhere. */
  readonly functionUrn?: string | undefined;
  /** The timer that called, with its time as the platform wrote it; a repeated delivery bears the same one. */
  readonly timer?: { readonly name: string; readonly time: string } | undefined;
  /** Region id such as `cn-north-4`; undefined where HUAWEICLOUD_REGION is not set. */
  readonly region: string | undefined;
  /** A setting of the function, undefined where it is absent or empty. */
  readonly setting: (name: string) => string | undefined;
  /** Writes one structured line at the given level; secrets are redacted on the way. */
  readonly log: (level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', message: string, fields?: Record<string, unknown>) => void;
  /** Milliseconds left for all calls of this invocation, the margin to answer already taken off; no bound where it is absent. */
  readonly remainingMs?: (() => number) | undefined;
  /** Clock and sleep; the real ones by default. */
  readonly timing?: Pick<Timing, 'now' | 'sleep'> | undefined;
}

/** What an operation answers: `status` is the HTTP status, 207 where any item failed or had no answer. */
export interface OperationResult<Body> {
  readonly status: 200 | 201 | 207;
  readonly body: Body;
  /** For the log line: how many items were done and how many were not. */
  readonly items: { readonly ok: number; readonly failed: number };
}

/** One cloud operation, or a batch of it. */
export interface Operation<Input, Body> {
  /** The cloud's own name of the operation, as in `BatchCreateAgentInvocations`. */
  readonly name: string;
  /** Checks raw input. @throws InvalidInputError with every broken rule and its path */
  readonly parse: (raw: unknown) => Input;
  /** Does it. @throws FleetbatchError where nothing at all was achieved */
  readonly run: (input: Input, context: OperationContext) => Promise<OperationResult<Body>>;
}
