import { errorMessageOf, type InvokeResult } from './invoke-result.js';

/** What one report line is made of. */
export interface Invocation {
  /** When it ended, in epoch ms. */
  readonly endedAt: number;
  readonly functionName: string;
  /** `APIG POST /path`, `TIMER name`, `direct` … */
  readonly trigger: string;
  readonly result: InvokeResult;
  /** What the caller got, where it is more than the result says: the HTTP status of a route. */
  readonly status?: string;
}

/** One line per invocation: time, function, trigger, request id, status, duration, start, memory, error if any. */
export function reportLine(invocation: Invocation): string {
  const { result } = invocation;
  const error = errorMessageOf(result);
  const status = invocation.status ?? (result.ok ? 'ok' : 'failed');
  const code = result.errorCode === undefined ? '' : ` (${result.errorCode})`;
  return [
    new Date(invocation.endedAt).toISOString().slice(11, 23),
    invocation.functionName.padEnd(21),
    invocation.trigger.padEnd(37),
    result.requestId,
    `${status}${code}`.padEnd(6),
    `${Math.round(result.durationMs)} ms`.padStart(8),
    ...(result.cold ? [`start ${Math.round(result.initMs ?? 0)} ms`] : []),
    ...(result.memoryMb > 0 ? [`max ${result.memoryMb} MB`] : []),
    ...(error === undefined ? [] : [error]),
  ].join('  ');
}
