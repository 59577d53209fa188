import { AsyncEventTooLargeError } from '../functiongraph/async-invocations.js';
import type { InvokeResult } from '../functiongraph/invoke-result.js';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply } from './cloud-operation.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import type { FgsFunction } from './functiongraph-state.js';
import { ofFunction } from './functiongraph-urn.js';

const path = '/v2/:project_id/fgs/functions/:function_urn';

/** 6 MB, the limit of a synchronous call. */
const eventLimit = 6 * 1024 * 1024;

/** The gateway in front of FunctionGraph waits no longer for a result, however long the function may run (FAQ of timeouts). */
const longestWaitMs = 90_000;

const noPlatform = errorReply(
  503,
  'FSS.0503',
  'Service unavailable. This cloud runs without a platform for functions.',
);
// Which body the cut has is not confirmed: this is the general one of its status.
const cut = errorReply(
  504,
  'FSS.0504',
  'Gateway timeout. A synchronous call gets no result after 90 s; the function runs on.',
);

/** Invocations (pages of executing a function). */
export function invocationOperations(parts: FunctionGraphParts): CloudOperation[] {
  return [
    ofFunction(parts, { name: 'functiongraph.invoke', method: 'POST', path: `${path}/invocations` }, invoke),
    ofFunction(
      parts,
      { name: 'functiongraph.invokeAsync', method: 'POST', path: `${path}/invocations-async` },
      invokeAsync,
    ),
  ];
}

async function invoke({ platform, after }: FunctionGraphParts, call: Call, fn: FgsFunction): Promise<Reply> {
  const refused = eventRefusal(call);
  if (refused) return refused;
  if (!platform) return noPlatform;
  const running = platform.invoke(fn.func_name, call.body, 'direct');
  return new Promise((resolve, reject) => {
    const callOff = after(longestWaitMs, () => resolve(cut));
    running.then((result) => resolve(invokedReply(call, fn, result)), reject).finally(callOff);
  });
}

/** Accepted is all that the caller learns; the rest is in the status list, or with a destination. */
function invokeAsync({ platform }: FunctionGraphParts, call: Call, fn: FgsFunction): Reply {
  const refused = eventRefusal(call);
  if (refused) return refused;
  if (!platform) return noPlatform;
  try {
    const request_id = platform.invokeAsync(fn.func_name, call.body);
    return { status: 202, headers: { 'x-cff-request-id': request_id }, body: { request_id } };
  } catch (error) {
    if (!(error instanceof AsyncEventTooLargeError)) throw error;
    return errorReply(413, 'FSS.0413', `The request body is too large. ${error.message}`);
  }
}

function eventRefusal({ body }: Call): Reply | undefined {
  const event = parseJson(body);
  if (event === null || typeof event !== 'object') {
    return errorReply(400, 'FSS.0400', 'Invalid parameter. The event is not a JSON object.');
  }
  if (body.length <= eventLimit) return undefined;
  return errorReply(
    413,
    'FSS.0413',
    `The request body is too large. The event has ${body.length} bytes, at most 6 MB.`,
  );
}

/** The reply is 200 also for a function that failed; only the headers, and `status` in form v1, say so. */
function invokedReply(call: Call, fn: FgsFunction, result: InvokeResult): Reply {
  const failed = !result.ok;
  // The last 2,000 bytes, as the reply table of the invocation page says (its request table says 4 KB).
  const tail = Buffer.from(result.log.join('\n')).subarray(-2000);
  const withLog = call.headers.get('x-cff-log-type') === 'tail';
  const version = call.headers.get('x-cff-request-version') === 'v1' ? 'v1' : 'v0';
  const billed = String(Math.max(1, Math.ceil(result.durationMs)));
  const headers = {
    'x-cff-request-id': result.requestId,
    'x-cff-response-version': version,
    'x-cff-invoke-summary': summaryOf(fn, result, billed),
    'x-cff-billing-duration': billed,
    'x-is-func-err': String(failed),
    // "The value is 0 if the execution is successful"; what it is otherwise has no table: the status of form v1.
    'x-func-err-code': failed ? '500' : '0',
    ...(withLog ? { 'x-cff-function-log': tail.toString('base64') } : {}),
  };
  if (version === 'v0') return { status: 200, headers, body: result.body };
  const body = {
    request_id: result.requestId,
    result: result.body.toString('utf8'),
    log: withLog ? tail.toString('utf8') : '',
    status: failed ? 500 : 200,
  };
  return { status: 200, headers, body };
}

/** The page says no more than that it is a summary: the names of its fields are not confirmed. Times in ms, memory in MB. */
function summaryOf(fn: FgsFunction, { durationMs, initMs, memoryMb }: InvokeResult, billed: string): string {
  return JSON.stringify({
    funcDigest: fn.code.digest.slice(0, 32),
    duration: Math.round(durationMs * 1000) / 1000,
    billingDuration: Number(billed),
    memorySize: fn.memory_size,
    memoryUsed: memoryMb,
    ...(initMs === undefined ? {} : { initDuration: Math.round(initMs * 1000) / 1000 }),
  });
}
