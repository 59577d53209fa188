import { errorMessageOf, type InvokeResult } from './invoke-result.js';

/** `DISCARD`: its age ran out before it could be run, or run again. */
export type AsyncStatus = 'WAIT' | 'RUNNING' | 'SUCCESS' | 'FAIL' | 'DISCARD';

/** One asynchronous invocation, as the status list shows it. */
export interface AsyncInvocation {
  /** The same for every attempt; whether the platform keeps it over a retry is not confirmed. */
  readonly requestId: string;
  readonly functionName: string;
  readonly status: AsyncStatus;
  /** When it was accepted. */
  readonly startTime: Date;
  readonly endTime?: Date;
  /** Of the last attempt, where the platform has a code for its failure. */
  readonly errorCode?: number;
  readonly errorMessage?: string;
  /** How often it was begun; more than once means that the function may have done its work more than once. */
  readonly attempts: number;
}

/** An event in the queue, with what is known of it so far. */
export interface Queued {
  readonly requestId: string;
  readonly functionName: string;
  readonly event: Uint8Array;
  readonly trigger: string;
  readonly startTime: Date;
  /** How many notifications led to it. */
  readonly hops: number;
  status: AsyncStatus;
  attempts: number;
  result?: InvokeResult;
  errorMessage?: string;
  endTime?: Date;
  /** Calls off what it waits for: the end of its age, the next attempt. */
  callOff: () => void;
}

/** What the status list shows of it. */
export function shown(queued: Queued): AsyncInvocation {
  const { requestId, functionName, status, startTime, endTime, attempts, result } = queued;
  const errorMessage = queued.errorMessage ?? (result ? errorMessageOf(result) : undefined);
  return {
    requestId,
    functionName,
    status,
    startTime,
    ...(endTime ? { endTime } : {}),
    ...(result?.errorCode === undefined ? {} : { errorCode: result.errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    attempts,
  };
}
