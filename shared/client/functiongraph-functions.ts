import {
  type AsyncInvokeConfig,
  asyncInvokeConfig,
  type FunctionConfig,
  functionConfig,
  functionListReply,
} from '../schemas/functiongraph.js';
import type { CloudCall, CloudClient } from './cloud-client.js';
import { CloudRejectedError } from './errors.js';
import { readReply } from './reply-kind.js';

/** What a function is made with; sizes in MB, timeouts in seconds. Sent as it is. */
export interface CreateFunctionRequest extends FunctionSettings {
  readonly package: string;
  readonly code_type: 'zip';
  readonly code_filename: string;
  readonly func_code: { readonly file: string };
  /** The platform's generation; v2 is the one that is offered for new functions. */
  readonly type?: 'v1' | 'v2';
}

/** What UpdateFunctionConfig replaces. */
export interface FunctionSettings {
  readonly func_name: string;
  /** Mandatory at an update too, where it cannot be another one than the function was made with. */
  readonly runtime: string;
  readonly handler: string;
  readonly memory_size: number;
  readonly timeout: number;
  readonly description?: string;
  /** JSON text of the plain variables. */
  readonly user_data?: string;
  /** JSON text of the variables that are stored encrypted. */
  readonly encrypted_user_data?: string;
  readonly app_xrole?: string;
  readonly initializer_handler?: string;
  readonly initializer_timeout?: number;
}

/** New code: the zip in base64, at most 50 MB by this way. */
export interface UpdateFunctionCodeRequest {
  readonly code_type: 'zip';
  readonly code_filename: string;
  readonly func_code: { readonly file: string };
}

/** What becomes of asynchronous invocations that fail or succeed; the age in seconds, `param` a JSON text. */
export interface AsyncInvokeConfigRequest {
  readonly max_async_event_age_in_seconds?: number;
  readonly max_async_retry_attempts?: number;
  readonly destination_config?: {
    readonly on_success?: { readonly destination: string; readonly param: string };
    readonly on_failure?: { readonly destination: string; readonly param: string };
  };
}

type Write = Pick<CloudCall, 'operation' | 'method' | 'body' | 'repeatable'>;

/**
 * FunctionGraph CreateFunction (page functiongraph_06_0103).
 * @throws FleetbatchError of the Cloud… kinds; never repeated once it may have arrived: look with `findFunction`
 */
export function createFunction(cloud: CloudClient, request: CreateFunctionRequest): Promise<FunctionConfig> {
  const write: Write = { operation: 'CreateFunction', method: 'POST', body: request, repeatable: false };
  return readConfig(cloud, write, []);
}

/**
 * FunctionGraph ShowFunctionConfig.
 * @returns undefined where there is no such function
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export function findFunction(cloud: CloudClient, urn: string): Promise<FunctionConfig | undefined> {
  const read: Write = { operation: 'ShowFunctionConfig', method: 'GET', body: undefined, repeatable: true };
  return orNone(readConfig(cloud, read, [urn, 'config']));
}

/**
 * FunctionGraph ListFunctions, all pages; each function with its newest version only.
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export async function listFunctions(cloud: CloudClient): Promise<readonly FunctionConfig[]> {
  const operation = 'ListFunctions';
  const all: FunctionConfig[] = [];
  for (let marker = 0; ; ) {
    const reply = await cloud.send({
      service: 'functiongraph',
      operation,
      method: 'GET',
      path: pathOf(cloud, []),
      query: [
        ['marker', String(marker)],
        ['maxitems', '400'],
      ],
      repeatable: true,
    });
    const of = { service: 'functiongraph', operation } as const;
    const page = readReply(functionListReply, reply, of, (parsed) => parsed.functions.length > 0);
    all.push(...page.functions);
    // No page says how the last one is told: an empty page, or a marker that does not move on, is the end.
    if (page.functions.length === 0 || page.next_marker === undefined || page.next_marker <= marker) return all;
    marker = page.next_marker;
  }
}

/**
 * FunctionGraph UpdateFunctionCode.
 * @throws FleetbatchError of the Cloud… kinds; a large upload is not repeated within one call, but may be called again
 */
export function updateFunctionCode(
  cloud: CloudClient,
  urn: string,
  request: UpdateFunctionCodeRequest,
): Promise<FunctionConfig> {
  const write: Write = { operation: 'UpdateFunctionCode', method: 'PUT', body: request, repeatable: false };
  return readConfig(cloud, write, [urn, 'code']);
}

/**
 * FunctionGraph UpdateFunctionConfig: replaces what the request holds, all of `user_data` at once (page functiongraph_06_0111).
 * @throws FleetbatchError of the Cloud… kinds
 */
export function updateFunctionConfig(
  cloud: CloudClient,
  urn: string,
  request: FunctionSettings,
): Promise<FunctionConfig> {
  const write: Write = { operation: 'UpdateFunctionConfig', method: 'PUT', body: request, repeatable: true };
  return readConfig(cloud, write, [urn, 'config']);
}

/**
 * FunctionGraph DeleteFunction. By a URN without a version the function goes with all of its versions and triggers. One that is not
 * there any more counts as deleted.
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function deleteFunction(cloud: CloudClient, urn: string): Promise<void> {
  const write: Write = { operation: 'DeleteFunction', method: 'DELETE', body: undefined, repeatable: true };
  await orNone(send(cloud, write, [urn]));
}

/**
 * FunctionGraph ShowFunctionAsyncInvokeConfig.
 * @returns undefined where the function has none of its own
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export async function findAsyncInvokeConfig(cloud: CloudClient, urn: string): Promise<AsyncInvokeConfig | undefined> {
  const operation = 'ShowFunctionAsyncInvokeConfig';
  const read: Write = { operation, method: 'GET', body: undefined, repeatable: true };
  const reply = await orNone(send(cloud, read, [urn, 'async-invoke-config']));
  if (reply?.body === undefined) return undefined;
  return readReply(asyncInvokeConfig, reply, { service: 'functiongraph', operation }, () => false);
}

/**
 * FunctionGraph UpdateFunctionAsyncInvokeConfig: makes or replaces it (page functiongraph_06_0142).
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function putAsyncInvokeConfig(
  cloud: CloudClient,
  urn: string,
  request: AsyncInvokeConfigRequest,
): Promise<void> {
  const operation = 'UpdateFunctionAsyncInvokeConfig';
  await send(cloud, { operation, method: 'PUT', body: request, repeatable: true }, [urn, 'async-invoke-config']);
}

/**
 * FunctionGraph DeleteFunctionAsyncInvokeConfig: the platform's defaults count again. One that is not there counts as deleted.
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function deleteAsyncInvokeConfig(cloud: CloudClient, urn: string): Promise<void> {
  const operation = 'DeleteFunctionAsyncInvokeConfig';
  await orNone(
    send(cloud, { operation, method: 'DELETE', body: undefined, repeatable: true }, [urn, 'async-invoke-config']),
  );
}

async function readConfig(cloud: CloudClient, call: Write, rest: readonly string[]): Promise<FunctionConfig> {
  const reply = await send(cloud, call, rest);
  const of = { service: 'functiongraph', operation: call.operation, remedy: 'look at the function' } as const;
  return readReply(functionConfig, reply, of, (parsed) => typeof parsed.func_urn === 'string');
}

function send(cloud: CloudClient, call: Write, rest: readonly string[]) {
  return cloud.send({ service: 'functiongraph', path: pathOf(cloud, rest), ...call });
}

function pathOf(cloud: CloudClient, rest: readonly string[]): readonly string[] {
  return ['v2', cloud.projectId, 'fgs', 'functions', ...rest];
}

/** FSS.1051 and its kin come with 404. */
async function orNone<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof CloudRejectedError && error.status === 404) return undefined;
    throw error;
  }
}
