import { rfc3339 } from '../../serverless/region-time.js';
import type { AsyncDestination } from './async-config.js';
import type { AsyncInvocation } from './async-status.js';
import { errorMessageOf, type InvokeResult } from './invoke-result.js';
import { largestAsyncEvent } from './limits.js';

/** An asynchronous invocation that came to its end. */
export interface EndedInvocation extends AsyncInvocation {
  readonly event: Uint8Array;
  /** Absent where it never ran. */
  readonly result?: InvokeResult | undefined;
}

/**
 * The event that a destination gets (asynchronous notification page). The names of the fields and the odd form of `timestamp`
 * are documented; the texts of `condition` for a failure are not: here the kind of the error, or `EventAgeExceeded`.
 */
export function notificationOf(ended: EndedInvocation, functionUrn: string, zone: string): Buffer {
  const { result } = ended;
  const failed = ended.status !== 'SUCCESS';
  const notification = {
    timestamp: documentedTimestamp(ended.startTime, zone),
    request_context: {
      request_id: ended.requestId,
      function_urn: functionUrn,
      condition: failed ? conditionOf(ended) : '',
      approximate_invoke_count: ended.attempts,
    },
    request_payload: Buffer.from(ended.event).toString(),
    response_context: {
      // "If the code is not 200, a system error occurred": an error of the code is 200, with its text beside it.
      status_code: result && result.failure !== 'killed' ? 200 : 500,
      function_error: failed ? (ended.errorMessage ?? '') : '',
    },
    response_payload: keptPayload(result),
  };
  return Buffer.from(JSON.stringify(notification));
}

/** The URN of the function that a destination names; undefined where it names none. */
export function functionUrnOf({ destination, param }: AsyncDestination): string | undefined {
  if (destination !== 'FunctionGraph') return undefined;
  try {
    const { func_urn: urn } = JSON.parse(param) as { func_urn?: unknown };
    return typeof urn === 'string' ? urn : undefined;
  } catch {
    return undefined;
  }
}

/** `2020-08-20T12:00:00.000Z+08:00`: the region's local time with a `Z` and its offset behind it. No parser takes it. */
function documentedTimestamp(at: Date, zone: string): string {
  const local = rfc3339(at, zone);
  return `${local.slice(0, 19)}.${String(at.getUTCMilliseconds()).padStart(3, '0')}Z${local.slice(19)}`;
}

/** A result of more than 256 KB is dropped to nothing (asynchronous notification page). */
function keptPayload(result: InvokeResult | undefined): string {
  return result && result.body.length <= largestAsyncEvent ? result.body.toString() : '';
}

function conditionOf({ status, result }: EndedInvocation): string {
  if (status === 'DISCARD') return 'EventAgeExceeded';
  return result && errorMessageOf(result) !== undefined ? (errorTypeOf(result) ?? 'FunctionError') : 'FunctionError';
}

function errorTypeOf(result: InvokeResult): string | undefined {
  try {
    const { errorType } = JSON.parse(result.body.toString()) as { errorType?: unknown };
    return typeof errorType === 'string' ? errorType : undefined;
  } catch {
    return undefined;
  }
}
