import { format } from 'node:util';
import type { LogLevel } from './messages.js';

export type WriteLog = (requestId: string, level: LogLevel, text: string) => void;

const order: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARN', 'ERROR'];

/** A longer text becomes several lines (wrapper's logger); whether it counts characters or bytes does not show in what it logs. */
const longestLine = 90 * 1024;

/** `context.getLogger()` (logging page): lines keep the request id of their own invocation, INFO and above by default. */
export class FunctionLogger {
  readonly #requestId: string;
  readonly #write: WriteLog;
  #least: LogLevel = 'INFO';

  constructor(requestId: string, write: WriteLog) {
    this.#requestId = requestId;
    this.#write = write;
  }

  /** Takes `DEBUG`, `INFO`, `WARN` or `ERROR`; anything else changes nothing. */
  setLevel(level: LogLevel): void {
    if (order.includes(level)) this.#least = level;
  }

  debug(...values: unknown[]): void {
    this.#log('DEBUG', values);
  }

  info(...values: unknown[]): void {
    this.#log('INFO', values);
  }

  warn(...values: unknown[]): void {
    this.#log('WARN', values);
  }

  error(...values: unknown[]): void {
    this.#log('ERROR', values);
  }

  #log(level: LogLevel, values: unknown[]): void {
    if (order.indexOf(level) < order.indexOf(this.#least)) return;
    const text = format(...values);
    for (let start = 0; start === 0 || start < text.length; start += longestLine) {
      this.#write(this.#requestId, level, text.slice(start, start + longestLine));
    }
  }
}
