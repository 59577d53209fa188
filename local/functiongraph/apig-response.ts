import type { InvokeResult } from './invoke-result.js';

/** What goes back over HTTP. */
export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Set by the connection itself: a function's own would contradict it. */
const ownHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/**
 * Reads a function's result as the gateway does (response page): all four of `statusCode`, `headers`, `body` and
 * `isBase64Encoded` have to be there with their types, else the caller gets 500, as for a function that failed. The exact
 * body of that 500 is not confirmed; here it says what was wrong.
 */
export function gatewayResponse(result: InvokeResult, requestId: string): GatewayResponse {
  if (result.failure === 'timeout') return gatewayError(504, 'APIG.0203', 'Backend timeout.', requestId);
  if (result.failure === 'too-large') return gatewayError(413, 'APIG.0201', 'Request entity too large.', requestId);
  if (!result.ok) return functionError('The function failed; its log says why', requestId);

  const reply = parse(result.body);
  if (!reply) return functionError('The function did not answer with a JSON object', requestId);
  const { statusCode, headers, body, isBase64Encoded } = reply;
  const problem =
    (!isStatus(statusCode) && 'statusCode is not a whole number from 200 to 599') ||
    (!isTexts(headers) && 'headers is not an object of texts') ||
    (typeof body !== 'string' && 'body is not a text') ||
    (typeof isBase64Encoded !== 'boolean' && 'isBase64Encoded is not true or false');
  if (problem) return functionError(`The answer of the function is malformed: ${problem}`, requestId);

  const passed = Object.entries(headers as Record<string, string>).filter(
    ([name]) => !ownHeaders.has(name.toLowerCase()),
  );
  return {
    status: statusCode as number,
    headers: { 'x-request-id': requestId, ...Object.fromEntries(passed) },
    body: Buffer.from(body as string, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** An answer of the gateway itself: `{error_code, error_msg, request_id}` (gateway's error code page). */
export function gatewayError(status: number, code: string, message: string, requestId: string): GatewayResponse {
  const body = { error_code: code, error_msg: message, request_id: requestId };
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': requestId },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function functionError(message: string, requestId: string): GatewayResponse {
  return gatewayError(500, 'FUNCTION_FAILED', `${message}.`, requestId);
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isStatus(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599;
}

/** Arrays as values are documented for HTTP functions only. */
function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'string');
}
