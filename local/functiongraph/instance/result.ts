import type { Completion } from './call.js';
import { platformFailure, thrownFailure } from './failure.js';

/** 6 MiB for a synchronous result (limits page; RUNTIME_MAX_RESP_BODY_SIZE). */
const largestResult = 6_291_456;

/** The exact bytes that a caller gets, and the platform's code where they are an error. */
export interface Payload {
  readonly body: Uint8Array;
  readonly errorCode?: number;
}

/** Turns the end of an invocation into its payload. */
export function payloadOf(completion: Completion, codeRoot: string): Payload {
  if (completion.kind === 'threw') return failed(thrownFailure(4002, completion.error, { codeRoot, stack: true }));
  if (completion.kind === 'callback-error') return callbackPayload(completion.error, codeRoot);

  const written = write(completion.value);
  if (!written.ok) return failed(platformFailure(4007, written.reason));
  const body = Buffer.from(written.text);
  if (body.length <= largestResult) return { body };
  return failed(platformFailure(4004, `${body.length} bytes, at most ${largestResult} are allowed`));
}

/** `callback('text')` hands the text to the caller as it is; an error has no stack (wrapper's error handler). */
function callbackPayload(error: unknown, codeRoot: string): Payload {
  if (typeof error === 'string') return { body: Buffer.from(error), errorCode: 4001 };
  return failed(thrownFailure(4001, error, { codeRoot, stack: false }));
}

/** A text goes out as it is, not in quotes; nothing becomes an empty body; everything else is JSON. */
function write(value: unknown): { ok: true; text: string } | { ok: false; reason: string } {
  if (typeof value === 'string') return { ok: true, text: value };
  try {
    return { ok: true, text: JSON.stringify(value) ?? '' };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

export function failed(failure: { code: number; body: string }): Payload {
  return { body: Buffer.from(failure.body), errorCode: failure.code };
}
