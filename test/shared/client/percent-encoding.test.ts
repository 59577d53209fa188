import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfEncoding, canonicalEncoding, percentEncode } from '../../../shared/client/percent-encoding.js';

const wellFormed = fc.string({ unit: 'binary' });

describe('percentEncode', () => {
  it('leaves the unreserved characters and escapes what encodeURIComponent forgets', () => {
    expect(percentEncode("AZaz09-._~!'()* /")).toBe('AZaz09-._~%21%27%28%29%2A%20%2F');
  });

  it('refuses half of a surrogate pair', () => {
    expect(() => percentEncode('a\ud800b')).toThrow(/surrogate/);
  });

  it('is undone by decodeURIComponent', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        expect(decodeURIComponent(percentEncode(text))).toBe(text);
      }),
    );
  });
});

describe('canonicalEncoding', () => {
  it.each([
    ['%7e', '~'],
    ['%41', 'A'],
    ['%2f', '%2F'],
    ['%25', '%25'],
    ['%2520', '%2520'],
    ['%ff%fe', '%FF%FE'],
    ['a+b', 'a%2Bb'],
    ['中😀', '%E4%B8%AD%F0%9F%98%80'],
  ])('makes %s into %s', (wire, canonical) => {
    expect(canonicalEncoding(wire)).toBe(canonical);
  });

  it.each(['%', '100%', '%4', '%zz', '%%41'])('refuses the broken escape in %s', (wire) => {
    expect(() => canonicalEncoding(wire)).toThrow(/hexadecimal/);
  });

  it('refuses half of a surrogate pair', () => {
    expect(() => canonicalEncoding('\udc00')).toThrow(/surrogate/);
  });

  it('changes nothing that is canonical already', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        expect(canonicalEncoding(percentEncode(text))).toBe(percentEncode(text));
      }),
    );
  });
});

describe('bytesOfEncoding', () => {
  it.each([
    ['a-b', 'a-b'],
    ['%C3%A9a%0A', '\u00c3\u00a9a\n'],
    ['%253F', '%3F'],
  ])('makes %j into one character per byte, once: %j', (encoded, bytes) => {
    expect(bytesOfEncoding(encoded)).toBe(bytes);
  });

  it('orders like the code points of the text', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        const byBytes = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const [x, y] = [bytesOfEncoding(percentEncode(a)), bytesOfEncoding(percentEncode(b))];
        expect(Number(x > y) - Number(x < y)).toBe(byBytes);
      }),
    );
  });
});
