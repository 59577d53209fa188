import { describe, expect, it } from 'vitest';
import { sign, signatureSteps } from '../../../shared/client/sign.js';

const credentials = { ak: 'AK0001', sk: 'secret-key' };
const signUrl = (url: string) => sign({ method: 'GET', url }, credentials).headers.Authorization;

describe('sign refuses a URL that others would read otherwise', () => {
  it.each(['/a/../b', '/a/./b', '/..', '/.', '/%2e%2E/b', '/.%2e/b', '/%2E', '//a', '/a//b', '/a//', '//'])(
    'with the path %s, which clients rewrite on the way',
    (path) => {
      expect(() => signUrl(`https://h${path}`)).toThrow(/segment/);
    },
  );

  it.each(['/a%00', '/%0d%0aX-A:b', '/a%1Fb/c', '/%7f', '/a/%09/'])(
    'with the path %s, which holds an escaped control character',
    (path) => {
      expect(() => signUrl(`https://h${path}`)).toThrow(/url: the path holds a control character/);
    },
  );

  it.each(['\0', '\t', '\n', '\r', '\u001f', ' ', '\u007f', '\u0085', '\\'])(
    'with a literal %j anywhere',
    (character) => {
      for (const url of [`https://h/a${character}b`, `https://h/?a=${character}`, `https://h/a${character}`]) {
        expect(() => signUrl(url)).toThrow(/control character or a backslash/);
      }
    },
  );

  it.each(['\ud800', '\udfff', 'a\udc00\ud83d'])('with half of a surrogate pair: %j', (half) => {
    for (const url of [`https://h/${half}`, `https://h/?a=${half}`, `https://h/?${half}`]) {
      expect(() => signUrl(url)).toThrow(/half of a surrogate pair/);
    }
  });

  it('and never says what was in it', () => {
    expect(() => signUrl('https://h/secret-id/../x?token=secret-token')).not.toThrow(/secret/);
  });
});

describe('sign takes', () => {
  it('an escaped slash as a part of its segment, as the vectors want; the calls of the client never hold one', () => {
    const { canonicalRequest } = signatureSteps({ method: 'GET', url: 'https://h/v1/a%2fb' }, credentials);

    expect(canonicalRequest.split('\n')[1]).toBe('/v1/a%2Fb/');
  });

  it.each([
    ['dots inside a segment', '/a..b/...'],
    ['a text that only looks escaped', '/%252E%252E/%2500'],
    ['an escaped backslash', '/a%5Cb'],
    ['an escaped line break in the query, where it is data', '/a?note=a%0Ab'],
  ])('%s', (_, path) => {
    expect(signUrl(`https://h${path}`)).toMatch(/^SDK-HMAC-SHA256 /);
  });
});
