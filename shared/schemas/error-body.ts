import { isRecord, type LooseRecord } from './rules.js';

/** What an error body tells, in the cloud's own words. */
export interface ErrorBody {
  readonly error_code?: string;
  readonly error_msg?: string;
  readonly request_id?: string;
}

// The shapes of the signing guide's table of error bodies, in the order of trust.
const PAIRS = [
  ['error_code', 'error_msg'],
  ['errorCode', 'errorMsg'],
  ['code', 'message'],
  ['http_code', 'details'],
] as const;

/** Nobody nests errors deeper; a hostile body might. */
const DEEPEST = 5;

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}

function assemble(code: string | undefined, msg: string | undefined, requestId: string | undefined): ErrorBody {
  return {
    ...(code === undefined ? {} : { error_code: code }),
    ...(msg === undefined ? {} : { error_msg: msg }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

function readOwn(body: LooseRecord): ErrorBody {
  const requestId = typeof body.request_id === 'string' ? body.request_id : undefined;
  for (const [codeKey, msgKey] of PAIRS) {
    const code = asText(body[codeKey]);
    const msg = asText(body[msgKey]);
    if (code !== undefined || msg !== undefined) return assemble(code, msg ?? asText(body.details), requestId);
  }
  return assemble(undefined, asText(body.details), requestId);
}

/** `ces.0014` says more than `400`, which only repeats the HTTP status. */
function isStatusLike(code: string | undefined): boolean {
  return code === undefined || /^\d{3}$/.test(code);
}

function readRecord(body: LooseRecord, depth: number): ErrorBody {
  const own = readOwn(body);
  if (depth >= DEEPEST || (own.error_msg !== undefined && !isStatusLike(own.error_code))) return own;
  let best = own;
  for (const value of Object.values(body)) {
    if (!isRecord(value)) continue;
    const nested = readRecord(value, depth + 1);
    const code = isStatusLike(best.error_code) ? (nested.error_code ?? best.error_code) : best.error_code;
    best = assemble(code, best.error_msg ?? nested.error_msg, best.request_id ?? nested.request_id);
  }
  return best;
}

/**
 * Reads code, message and request id out of any error body that the clouds are known to send (signing guide, "Error body shapes").
 * Never throws; what is not there is left out. A text that is not JSON (a proxy's page) becomes the message, cut to 200 characters.
 */
export function readErrorBody(body: unknown): ErrorBody {
  if (isRecord(body)) return readRecord(body, 0);
  if (typeof body !== 'string') return {};
  const text = body.replace(/\s+/g, ' ').trim().slice(0, 200);
  return text === '' ? {} : { error_msg: text };
}
