import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacSha256 } from '../../../shared/client/sdk-hmac-sha256.js';

test('the HMAC of any key and text is the one of node:crypto', () => {
  // Lone halves of surrogate pairs have one UTF-8 form in Node, the replacement character, on both sides.
  const anyText = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(anyText, anyText, (key, text) => {
      expect(hmacSha256(key, text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
    }),
    { numRuns: 1_000 },
  );
});

test.each([0, 1, 63, 64, 65, 128])('a key of %i bytes is filled up or hashed as RFC 2104 says', (length) => {
  const key = 'k'.repeat(length);
  expect(hmacSha256(key, 'text')).toBe(createHmac('sha256', key).update('text').digest('hex'));
});
