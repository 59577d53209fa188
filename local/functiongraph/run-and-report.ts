import type { Clock } from './clock.js';
import type { FunctionRunner } from './function-runner.js';
import type { InvokeResult } from './invoke-result.js';
import { reportLine } from './report.js';

/** Runs a function by name; `statusOf` says what the caller gets, where that is more than the result says. */
export type Run = (
  functionName: string,
  event: Uint8Array,
  trigger: string,
  statusOf?: (result: InvokeResult) => string,
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
  const run: Run = async (functionName, event, trigger, statusOf) => {
    const runner = runners.get(functionName);
    if (!runner) throw new Error(`There is no function ${functionName}. There are ${[...runners.keys()].join(', ')}.`);
    const result = await runner.run(event);
    const status = statusOf ? { status: statusOf(result) } : {};
    const line = reportLine({ endedAt: clock.now(), functionName, trigger, result, ...status });
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    report(line);
    return result;
  };
  return { run, lines };
}
