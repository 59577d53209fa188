import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonBody } from '../../../shared/handler/json-body.js';

function read(body: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  return readJsonBody({
    method: 'POST',
    path: '/',
    headers,
    query: {},
    body: typeof body === 'string' ? body : body.toString('base64'),
    isBase64Encoded: typeof body !== 'string',
  });
}

describe('the media type', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'APPLICATION/JSON',
    'application/json ; charset=utf-8',
    ' application/json',
    'application/json;',
    'application/x+json',
    'application/vnd.api+json; x=y',
    'application/json, application/json',
  ])('%j is JSON', async (type) => {
    await expect(read('{"a":1}', { 'content-type': type })).resolves.toEqual({ a: 1 });
  });

  test.each([
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/xml',
    'json',
    'application/+json',
    '',
    ' ',
    ';',
  ])('%j is not', async (type) => {
    await expect(read('{}', { 'content-type': type })).rejects.toMatchObject({ status: 415 });
  });

  test('that is missing is not', async () => {
    await expect(read('{}', {})).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', outcome: 'not-sent' });
  });

  test('is judged before the body', async () => {
    await expect(read('{', { 'content-type': 'text/plain' })).rejects.toMatchObject({ status: 415 });
  });

  test('of a compressed body is refused', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    await expect(read('{}', headers)).rejects.toMatchObject({ status: 415 });
  });

  test.each(['identity', 'Identity', ''])('with content-encoding %j is fine', async (encoding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    await expect(read('{}', headers)).resolves.toEqual({});
  });
});

describe('the body', () => {
  test.each(['{', '{"a":1,}', 'plain', "{'a':1}", '{"a":1} x', 'NaN', '\u0000', '', '  \n'])(
    '%j cannot be parsed',
    async (body) => {
      await expect(read(body)).rejects.toMatchObject({ code: 'UNPARSABLE_JSON', status: 422, outcome: 'not-sent' });
    },
  );

  test('that cannot be parsed is named by place and never quoted', async () => {
    await expect(read('{"password":"hidden-word",}')).rejects.toMatchObject({
      message: expect.stringMatching(/^The body is not valid JSON \(at position 26\)\. Nothing was sent/),
    });
  });

  test('that breaks at an unnamed place is never quoted either', async () => {
    await expect(read('hidden-word')).rejects.toMatchObject({
      message: expect.stringMatching(/^The body is not valid JSON\. /),
    });
  });

  test.each(['null', '5', '"text"', '[]', 'true'])('%s is JSON, and for the operation to judge', async (body) => {
    await expect(read(body)).resolves.toEqual(JSON.parse(body));
  });

  test('in base64 is decoded', async () => {
    await expect(read(Buffer.from('{"a":"ü"}'))).resolves.toEqual({ a: 'ü' });
  });

  test('may begin with a byte order mark', async () => {
    await expect(read('\uFEFF{}')).resolves.toEqual({});
  });

  test('in base64 may begin with a byte order mark', async () => {
    await expect(read(Buffer.from('\uFEFF{}'))).resolves.toEqual({});
  });

  test('in another encoding than UTF-8 is refused', async () => {
    await expect(read(Buffer.from([0x22, 0xc4, 0xe3, 0xba, 0xc3, 0x22]))).rejects.toMatchObject({ status: 422 });
  });

  test('nested ten thousand deep is parsed', async () => {
    await expect(read('['.repeat(10_000) + ']'.repeat(10_000))).resolves.toBeInstanceOf(Array);
  });

  test('with a field called __proto__ changes no prototype', async () => {
    const body = await read('{"__proto__":{"polluted":true}}');
    expect([Object.keys(body as object), Object.getPrototypeOf(body)]).toEqual([['__proto__'], Object.prototype]);
  });

  test('of any JSON value comes out as it went in, plain and in base64', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.boolean(), async (text, base64) => {
        expect(await read(base64 ? Buffer.from(text) : text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('of any bytes is parsed or refused with 415 or 422', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        const outcome = await read(Buffer.from(bytes)).catch((error) => error.status);
        expect(typeof outcome === 'number' && outcome > 499).toBe(false);
      }),
    );
  });
});
