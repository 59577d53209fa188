import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readErrorBody } from '../../../shared/schemas/error-body.js';

test.each([
  { body: { error_code: 'taskmgr.0005', error_msg: 'bad' }, read: { error_code: 'taskmgr.0005', error_msg: 'bad' } },
  {
    body: { error_code: 'APIGW.0308', error_msg: 'slow', request_id: 'r', encoded_authorization_message: 'x' },
    read: { error_code: 'APIGW.0308', error_msg: 'slow', request_id: 'r' },
  },
  { body: { errorCode: 'a.1', errorMsg: 'm' }, read: { error_code: 'a.1', error_msg: 'm' } },
  { body: { code: 'APIG.1002', message: 'm' }, read: { error_code: 'APIG.1002', error_msg: 'm' } },
  { body: { error: { code: 401, message: 'm', title: 't' } }, read: { error_code: '401', error_msg: 'm' } },
  { body: { error: { error_code: 'x.1', error_msg: 'm' } }, read: { error_code: 'x.1', error_msg: 'm' } },
  { body: { badRequest: { code: 400, message: 'm' } }, read: { error_code: '400', error_msg: 'm' } },
  { body: { http_code: '403', message: { details: 'm', code: '403' } }, read: { error_code: '403', error_msg: 'm' } },
  {
    body: { http_code: 403, message: { details: 'm', code: 'ces.0014' } },
    read: { error_code: 'ces.0014', error_msg: 'm' },
  },
  {
    body: { code: 400, element: 'Bad Request', message: 'm', details: { details: 'd', code: 'ces.0014' } },
    read: { error_code: 'ces.0014', error_msg: 'm' },
  },
  { body: { error_code: 'IEF.1', details: 'd' }, read: { error_code: 'IEF.1', error_msg: 'd' } },
  { body: { details: 'only' }, read: { error_msg: 'only' } },
  { body: { error_code: 5, error_msg: 'm' }, read: { error_code: '5', error_msg: 'm' } },
  { body: { error_code: '', error_msg: '' }, read: {} },
  { body: { error: { request_id: 'r', message: 'm' } }, read: { error_msg: 'm', request_id: 'r' } },
  { body: { error: null, error_code: {}, request_id: 7 }, read: {} },
  { body: '  <html>\n  <b>Bad   Gateway</b> ', read: { error_msg: '<html> <b>Bad Gateway</b>' } },
  { body: ' \n ', read: {} },
  { body: null, read: {} },
  { body: undefined, read: {} },
  { body: [], read: {} },
  { body: 5, read: {} },
])('the error body $body reads $read', ({ body, read }) => {
  expect(readErrorBody(body)).toEqual(read);
});

test('a page of a proxy is cut to 200 characters', () => {
  expect(readErrorBody('x'.repeat(5_000)).error_msg).toHaveLength(200);
});

test('an error nested too deep is not searched for', () => {
  const nested = Array.from({ length: 9 }).reduce<unknown>((inner) => ({ error: inner }), { error_code: 'deep' });
  expect(readErrorBody(nested)).toEqual({});
});

test('no JSON value makes the reader throw, and it gives texts only', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (body) => {
      for (const value of Object.values(readErrorBody(body))) expect(typeof value).toBe('string');
    }),
  );
});
