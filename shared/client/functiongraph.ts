import { invokeAsyncReply, invokeReply } from '../schemas/function-invocation.js';
import { isRecord } from '../schemas/rules.js';
import type { CloudCall, CloudClient, CloudReply } from './cloud-client.js';
import { readReply } from './reply-kind.js';

/** What one synchronous run of a function came to. */
export interface InvokedFunction {
  /** True where the function threw, rejected, timed out or could not be loaded: the platform answers 200 all the same. */
  readonly failed: boolean;
  /** What the function returned, as text, mostly JSON; of a failed one the error object `{errorMessage, errorType, stackTrace}`. */
  readonly result: string;
  /** The platform's own code of the run: 200, or such as 4001 to 4009 for the kind of failure. */
  readonly errorCode: string | undefined;
  /** Id of the run, for its log. */
  readonly requestId: string | undefined;
}

/**
 * FunctionGraph InvokeFunction: runs a function and waits for its result (page functiongraph_06_0125). The event has at most
 * 6 MB, the result too; the gateway answers nothing after 90 s.
 * @param urn with or without a version, see `functionUrn`
 * @param event a JSON object, which is all that the page allows
 * @throws FleetbatchError of the Cloud… kinds; never repeated once it may have arrived
 */
export async function invokeFunction(
  cloud: CloudClient,
  urn: string,
  event: unknown,
  { leaveMs }: Pick<CloudCall, 'leaveMs'> = {},
): Promise<InvokedFunction> {
  const operation = 'InvokeFunction';
  const reply = await cloud.send({
    service: 'functiongraph',
    operation,
    method: 'POST',
    path: ['v2', cloud.projectId, 'fgs', 'functions', urn, 'invocations'],
    headers: { 'X-CFF-Request-Version': 'v1' },
    body: event,
    repeatable: false,
    leaveMs,
  });
  const remedy = 'look into the log of the function before invoking it again';
  const of = { service: 'functiongraph', operation, remedy } as const;
  const { result, status } = readReply(invokeReply, reply, of, (parsed) => typeof parsed.result === 'string');
  return {
    failed: hasFailed(reply, status),
    // A platform that ignores the version header answers with the result itself (form v0).
    result: isRecord(reply.body) && 'result' in reply.body ? (result ?? '') : JSON.stringify(reply.body),
    errorCode: reply.headers.get('x-func-err-code'),
    requestId: reply.headers.get('x-cff-request-id') ?? runIdOf(reply),
  };
}

/**
 * FunctionGraph AsyncInvokeFunction: queues an event, at most 256 KB, and does not wait (page functiongraph_06_0126).
 * What becomes of it is in the function's asynchronous configuration and log.
 * @returns the request id that the platform gave the event
 * @throws FleetbatchError of the Cloud… kinds; never repeated once it may have arrived
 */
export async function invokeFunctionAsync(
  cloud: CloudClient,
  urn: string,
  event: unknown,
  { leaveMs }: Pick<CloudCall, 'leaveMs'> = {},
): Promise<{ readonly requestId: string | undefined }> {
  const operation = 'AsyncInvokeFunction';
  const reply = await cloud.send({
    service: 'functiongraph',
    operation,
    method: 'POST',
    path: ['v2', cloud.projectId, 'fgs', 'functions', urn, 'invocations-async'],
    body: event,
    repeatable: false,
    leaveMs,
  });
  const remedy = 'list the asynchronous invocations of the function before sending the event again';
  const of = { service: 'functiongraph', operation, remedy } as const;
  const { request_id } = readReply(invokeAsyncReply, reply, of, (parsed) => typeof parsed.request_id === 'string');
  return { requestId: request_id ?? reply.headers.get('x-cff-request-id') ?? reply.requestId };
}

/** The header is documented; `status` and the code in the other header are taken as well, for no source says that all three agree. */
function hasFailed({ headers }: CloudReply, status: number | null | undefined): boolean {
  const flag = headers.get('x-is-func-err');
  if (flag !== undefined) return flag.trim().toLowerCase() === 'true';
  const code = headers.get('x-func-err-code');
  if (code !== undefined && code !== '' && code !== '0' && code !== '200') return true;
  return typeof status === 'number' && status >= 400;
}

function runIdOf({ body, requestId }: CloudReply): string | undefined {
  return isRecord(body) && typeof body.request_id === 'string' ? body.request_id : requestId;
}
