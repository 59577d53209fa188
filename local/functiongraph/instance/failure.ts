import type { Failure } from './messages.js';

/** The platform's codes (error page and its wrapper's error list). Texts beyond the documented beginnings are not confirmed. */
const texts = {
  4001: 'function entry exception, error: ',
  4002: 'function invocation exception, error: ',
  4004: 'function result is too large: ',
  4007: 'function result cannot be serialised: ',
  4009: 'function initialization exception, error: ',
} as const;

export type FailureCode = keyof typeof texts;

/** A failure that the platform itself finds. */
export function platformFailure(code: FailureCode, message: string, errorType = 'Error'): Failure {
  return { code, body: JSON.stringify({ errorMessage: `${texts[code]}${message}`, errorType }) };
}

/**
 * What a caller sees of something that was thrown: message, name and stack with the code folder as `.`; `code`, `cause` and
 * every other field are lost. Without `stack`, as for `callback(error)`, the stack is left out.
 */
export function thrownFailure(code: FailureCode, thrown: unknown, show: { codeRoot: string; stack: boolean }): Failure {
  if (!(thrown instanceof Error)) return platformFailure(code, asText(thrown), 'UserFunctionError');
  const hide = (text: string) => text.replaceAll(show.codeRoot, '.');
  const body = {
    errorMessage: `${texts[code]}${hide(thrown.message)}`,
    errorType: thrown.name,
    ...(show.stack ? { stackTrace: frames(thrown).map(hide) } : {}),
  };
  return { code, body: JSON.stringify(body) };
}

function frames(error: Error): string[] {
  const lines = typeof error.stack === 'string' ? error.stack.split('\n') : [];
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
}

function asText(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  try {
    return JSON.stringify(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
