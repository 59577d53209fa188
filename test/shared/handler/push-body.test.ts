import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPushSize, checkPushText, checkTextInPush } from '../../../shared/handler/push-body.js';
import type { HttpRequest } from '../../../shared/handler/triggers/invocation.js';

const request = (body: string, isBase64Encoded = false): HttpRequest => ({
  method: 'POST',
  path: '/',
  headers: {},
  query: {},
  body,
  isBase64Encoded,
});
const mebibyte = 1024 * 1024;

describe('the size of a push', () => {
  test.each([
    ['', false],
    ['x'.repeat(mebibyte), false],
    [Buffer.alloc(mebibyte - 2).toString('base64'), true],
  ])('up to 1 MB is taken (%#)', (body, base64) => {
    expect(() => checkPushSize(request(body, base64))).not.toThrow();
  });

  test.each([
    ['x'.repeat(mebibyte + 1), false, '1.0 MB'],
    [Buffer.alloc(10 * mebibyte).toString('base64'), true, '10.0 MB'],
  ])('above 1 MB is refused with its size (%#)', (body, base64, size) => {
    expect(() => checkPushSize(request(body, base64))).toThrow(
      expect.objectContaining({ status: 422, message: expect.stringContaining(`The body has ${size}`) }),
    );
  });
});

describe('the text of a push', () => {
  test.each([
    '{"status":"Success","status":"Fail"}',
    '{"a":{"b":[{"c":1,"d":{},"c":2}]}}',
    '{"status":1,"st\\u0061tus":2}',
    '{ "a" : "b,{" , "a" : 1 }',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a\\qb":1,"a\\qb":2}',
  ])('%s has a key twice', (text) => {
    expect(() => checkPushText(text)).toThrow(expect.objectContaining({ message: expect.stringContaining('twice') }));
  });

  test('with a key twice is refused by place, and the key is not repeated', () => {
    expect(() => checkPushText('{"hidden":1,"hidden":2}')).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^(?!.*hidden).*at position 12/) }),
    );
  });

  test.each([
    '{"a":{"a":1},"b":{"a":2}}',
    '[{"a":1},{"a":2}]',
    '["a","a"]',
    '{"a":"a","b":"a"}',
    '{"a":["a",{"a":"\\"a\\":"}],"A":"a"}',
    '{"a\\"":1,"a":2}',
    '"a"',
    '',
    '{"a',
    '}]},"a"',
    '{"a":1,"\\',
  ])('%s has no key twice', (text) => expect(() => checkPushText(text)).not.toThrow());

  test.each(['[', '{"a":', '[{"a":'])('nested ten thousand deep with %s is refused', (open) => {
    expect(() => checkPushText(open.repeat(10_000))).toThrow(
      expect.objectContaining({ message: expect.stringContaining('nested deeper than 100') }),
    );
  });

  test('nested a hundred deep is taken', () => {
    expect(() => checkPushText('['.repeat(100) + ']'.repeat(100))).not.toThrow();
  });

  test('of any JSON that was written by a serialiser is taken', () => {
    fc.assert(fc.property(fc.json(), (text) => void expect(() => checkPushText(text)).not.toThrow()));
  });

  test('of any object with one of its keys written again is refused', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 });
    fc.assert(
      fc.property(object, fc.nat(), (value, pick) => {
        const keys = Object.keys(value);
        const again = JSON.stringify(keys[pick % keys.length]);
        const text = `${JSON.stringify(value).slice(0, -1)},${again}:0}`;
        expect(() => checkPushText(text)).toThrow(expect.objectContaining({ code: 'UNPARSABLE_JSON' }));
      }),
    );
  });

  test('whatever it is, the check throws nothing else', () => {
    const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'a', '\u2028', '\ud800'));
    fc.assert(
      fc.property(pieces, (parts) => {
        try {
          checkPushText(parts.join(''));
        } catch (error) {
          expect(error).toMatchObject({ code: 'UNPARSABLE_JSON' });
        }
      }),
    );
  });
});

describe('the task of a push that is JSON text', () => {
  const pushOf = (body: unknown) => ({ notify_data: { body } });

  test.each(['{"status":"Success","status":"Fail"}', '{"a":{"b":1,"b":2}}', '['.repeat(101)])(
    'is refused like the push itself: %s',
    (body) => {
      expect(() => checkTextInPush(pushOf(body))).toThrow(expect.objectContaining({ status: 422 }));
    },
  );

  test.each([
    pushOf('{"status":"Fail"}'),
    pushOf('no JSON'),
    pushOf({ status: 'Fail' }),
    {},
    null,
    [],
    { notify_data: 1 },
  ])('is none or a sound one in %j', (push) => {
    expect(() => checkTextInPush(push)).not.toThrow();
  });
});
