import { CloudAuthError, CloudThrottledError, FleetbatchError } from '../client/errors.js';
import { isRecord } from '../schemas/rules.js';
import type { JsonObject } from './chain.js';

/** What became of one call of a function, as far as the decision needs it. */
export type CallAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: JsonObject }
  /** Nothing was done, and the same call may work later. */
  | { readonly kind: 'not-sent'; readonly code: string; readonly message: string; readonly retryAfterMs?: number }
  /**
   * Nothing was done, and the same call would be refused again. `by` says who refused it: the function with what it knows of the key, or
   * the way to that.
   */
  | {
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: string;
      readonly status?: number;
      readonly by: 'call' | 'function';
    }
  /** The first call with this key is still under way. */
  | { readonly kind: 'in-progress'; readonly code: string; readonly message: string }
  /** Nobody can say: the call was lost on its way (then the function knows more), or the function itself does not know. */
  | { readonly kind: 'unknown'; readonly code: string; readonly message: string; readonly by: 'call' | 'function' };

/** Failures before anything was sent that come back until a person mends them. */
const PERMANENT = ['MISSING_SETTING', 'INVALID_SETTING', 'CLOUD_AUTH_REFUSED'];

interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** What an HTTP answer of one of our functions says; a problem document tells the outcome (contract). */
export function readHttpAnswer({ status, headers, body }: HttpAnswer): CallAnswer {
  const parsed = parse(body);
  if (status >= 200 && status < 300 && parsed) return { kind: 'answered', status, body: parsed };
  const code = typeof parsed?.code === 'string' ? parsed.code : `HTTP_${status}`;
  const message =
    typeof parsed?.detail === 'string' ? parsed.detail : `The function was answered for with HTTP ${status}.`;
  const failure = { code, message };
  if (status === 409 && code.includes('IN_PROGRESS')) return { kind: 'in-progress', ...failure };
  const outcome = parsed?.outcome;
  if (outcome === 'unknown') return { kind: 'unknown', by: 'function', ...failure };
  if (status === 429) return { kind: 'not-sent', ...failure, retryAfterMs: secondsIn(headers['retry-after']) * 1_000 };
  const isOurs = outcome === 'not-sent' || outcome === 'rejected';
  if (isOurs && (outcome === 'rejected' || status < 500 || PERMANENT.includes(code))) {
    // What is refused before the key is looked up, for a setting that is missing or an input that this version does not take, may have
    // been taken at the first call, by another version; what the cloud refuses was asked of it with a key that was free.
    return { kind: 'rejected', by: outcome === 'rejected' ? 'function' : 'call', status, ...failure };
  }
  if (isOurs) return { kind: 'not-sent', ...failure };
  // No document of ours: a gateway spoke. What it refused never reached the function, anything else may have.
  return status >= 400 && status < 500
    ? { kind: 'rejected', by: 'call', status, ...failure }
    : { kind: 'unknown', by: 'call', ...failure };
}

/** What a failed invocation says: of the platform's refusals nothing came through, after its silence anything may have. */
export function readInvocationFailure(error: unknown): CallAnswer {
  if (!(error instanceof FleetbatchError)) {
    const name = error instanceof Error ? error.name : typeof error;
    return { kind: 'unknown', by: 'call', code: 'UNEXPECTED_FAILURE', message: `The call itself failed (${name}).` };
  }
  const { code, message, outcome } = error;
  if (error instanceof CloudThrottledError) {
    return { kind: 'not-sent', code, message, retryAfterMs: error.retryAfterSeconds * 1_000 };
  }
  if (outcome === 'unknown') return { kind: 'unknown', by: 'call', code, message };
  if (outcome === 'not-sent' && !PERMANENT.includes(code) && !(error instanceof CloudAuthError)) {
    return { kind: 'not-sent', code, message };
  }
  return { kind: 'rejected', by: 'call', code, message, status: error.status };
}

function parse(body: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function secondsIn(value: unknown): number {
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
