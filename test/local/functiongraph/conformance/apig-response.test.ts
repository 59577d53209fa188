import { describe, expect, it } from 'vitest';
import { gatewayResponse } from '../../../../local/functiongraph/apig-response.js';
import type { InvokeResult } from '../../../../local/functiongraph/invoke-result.js';

const whole = { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'hello', isBase64Encoded: false };

function answerTo(payload: unknown, settings: Partial<InvokeResult> = {}) {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const result = { requestId: 'r', ok: true, body, log: [], durationMs: 1, cold: false, memoryMb: 1, ...settings };
  const { status, headers, body: answered } = gatewayResponse(result, 'request-1');
  return { status, headers, text: answered.toString() };
}

describe('an answer of a function', () => {
  it('with all four fields goes to the caller', () => {
    expect(answerTo(whole)).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain', 'x-request-id': 'request-1' },
      text: 'hello',
    });
  });

  it('in base64 is decoded', () => {
    expect(answerTo({ ...whole, body: 'aGVsbG8=', isBase64Encoded: true }).text).toBe('hello');
  });

  it('leaves the headers of the connection to the gateway', () => {
    expect(answerTo({ ...whole, headers: { 'Content-Length': '1', 'Transfer-Encoding': 'chunked' } }).headers).toEqual({
      'x-request-id': 'request-1',
    });
  });

  it.each([
    ['no statusCode', { ...whole, statusCode: undefined }, 'statusCode is not'],
    ['a status as text', { ...whole, statusCode: '200' }, 'statusCode is not'],
    ['a status below 200', { ...whole, statusCode: 100 }, 'statusCode is not'],
    ['a broken status', { ...whole, statusCode: 200.5 }, 'statusCode is not'],
    ['no headers', { ...whole, headers: undefined }, 'headers is not'],
    ['a list as headers', { ...whole, headers: [] }, 'headers is not'],
    ['a list as a header', { ...whole, headers: { a: ['b'] } }, 'headers is not'],
    ['no body', { ...whole, body: undefined }, 'body is not a text'],
    ['an object as body', { ...whole, body: {} }, 'body is not a text'],
    ['no isBase64Encoded', { ...whole, isBase64Encoded: undefined }, 'isBase64Encoded is not'],
    ['a plain text', 'hello', 'did not answer with a JSON object'],
    ['nothing', '', 'did not answer with a JSON object'],
    ['null', 'null', 'did not answer with a JSON object'],
    ['a number', '5', 'did not answer with a JSON object'],
  ])('with %s is 500', (_case, payload, reason) => {
    const { status, text } = answerTo(payload);
    expect([status, JSON.parse(text)]).toEqual([
      500,
      { error_code: 'FUNCTION_FAILED', error_msg: expect.stringContaining(reason), request_id: 'request-1' },
    ]);
  });
});

describe('a failed invocation', () => {
  it.each([
    ['function', 500, 'FUNCTION_FAILED'],
    ['exited', 500, 'FUNCTION_FAILED'],
    ['timeout', 504, 'APIG.0203'],
    ['too-large', 413, 'APIG.0201'],
  ] as const)('(%s) is %d %s', (failure, status, code) => {
    const answer = answerTo({ errorMessage: 'a secret' }, { ok: false, failure });
    expect([answer.status, JSON.parse(answer.text).error_code]).toEqual([status, code]);
  });

  it('does not show the message of the function to an HTTP caller', () => {
    expect(answerTo({ errorMessage: 'sesame' }, { ok: false, failure: 'function' }).text).not.toContain('sesame');
  });
});
