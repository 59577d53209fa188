import type { Clock } from './clock.js';
import type { FunctionRunner } from './function-runner.js';
import type { InvokeResult } from './invoke-result.js';
import { reportLine } from './report.js';

export interface RunDetails {
  /** Says what the caller gets, where that is more than the result says. */
  readonly statusOf?: (result: InvokeResult) => string;
  /** A new one by default. */
  readonly requestId?: string;
}

/** Runs a function by name. */
export type Run = (
  functionName: string,
  event: Uint8Array,
  trigger: string,
  details?: RunDetails,
) => Promise<InvokeResult>;

/** How many report lines are kept. */
const keptLines = 200;

/** The one way by which routes, timers and direct calls reach a function: each invocation leaves its report line. */
export function runAndReport(
  runners: ReadonlyMap<string, Pick<FunctionRunner, 'run'>>,
  clock: Clock,
  report: (line: string) => void,
): { run: Run; lines: readonly string[] } {
  const lines: string[] = [];
  const run: Run = async (functionName, event, trigger, { statusOf, requestId } = {}) => {
    const runner = runners.get(functionName);
    if (!runner) throw noSuchFunction(functionName, runners);
    const result = await runner.run(event, requestId);
    const status = statusOf ? { status: statusOf(result) } : {};
    const line = reportLine({ endedAt: clock.now(), functionName, trigger, result, ...status });
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    report(line);
    return result;
  };
  return { run, lines };
}

export function noSuchFunction(functionName: string, runners: ReadonlyMap<string, unknown>): Error {
  return new Error(`There is no function ${functionName}. There are ${[...runners.keys()].join(', ')}.`);
}
