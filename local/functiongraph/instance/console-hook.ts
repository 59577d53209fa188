import type { LogLevel } from './messages.js';

/**
 * Replaces both `write` functions as the platform's wrapper does: they take one argument, return nothing and never call a
 * callback, so that whoever awaits it waits for ever. Lines get the most recently begun request id, whoever wrote them.
 */
export function hookConsole(log: (level: LogLevel, text: string) => void): void {
  const hook = (level: LogLevel) => (chunk: unknown) => {
    const text = chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk);
    for (const line of text.replace(/\n$/, '').split('\n')) log(level, line);
  };
  Object.assign(process.stdout, { write: hook('INFO') });
  Object.assign(process.stderr, { write: hook('ERROR') });
}
