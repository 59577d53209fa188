import { utcText } from '../client/utc-text.js';
import type { OperationContext } from '../operations/operation.js';
import type { LineLogger } from './context.js';
import type { Redactor } from './redact.js';

export type Log = OperationContext['log'];
export type Level = Parameters<Log>[0];

/** From the least to the gravest. */
const levels: readonly string[] = ['DEBUG', 'INFO', 'WARN', 'ERROR'];
const methods = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** FunctionGraph cuts a line at 90 KiB; a line that is cut is no JSON any more. */
const longestLine = 64 * 1024;

/** What a log needs. */
export interface LogSources {
  readonly logger: LineLogger;
  /** The `LOG_LEVEL` setting; anything but one of the four levels counts as INFO. */
  readonly threshold: string | undefined;
  /** Stands in every line, such as the request id; fields of a single line cannot change it. */
  readonly common: Readonly<Record<string, unknown>>;
  readonly redactor: Redactor;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A log that writes each entry as one line of JSON, secrets blotted out. Writing never fails an invocation. */
export function createLog({ logger, threshold, common, redactor, now }: LogSources): Log {
  const lowest = rankOf(threshold ?? 'INFO');

  return (level, message, fields = {}) => {
    if (levels.indexOf(level) < lowest) return;
    try {
      const head = { time: utcText(new Date(now())), level, message, ...common };
      const line = toLine(redactor, head, fields);
      logger[methods[level]](line);
    } catch {
      // A log that cannot be written must not turn a done batch into a failed one.
    }
  };
}

function rankOf(threshold: string): number {
  const rank = levels.indexOf(threshold.toUpperCase());
  return rank === -1 ? levels.indexOf('INFO') : rank;
}

function toLine(redactor: Redactor, head: Record<string, unknown>, fields: Record<string, unknown>): string {
  const line = redactor.line(head, fields);
  // A character takes three bytes at most, so that only a long line has to be counted.
  if (line.length <= longestLine / 3 || Buffer.byteLength(line) <= longestLine) return line;
  return redactor.line(head, { truncated: true });
}
