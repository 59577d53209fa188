import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWireUrl } from '../../../shared/client/wire-url.js';

describe('readWireUrl', () => {
  it('cuts the text without changing path and query', () => {
    expect(readWireUrl('https://h.example.com/a%2fb/?x=%7E&y=+#f')).toEqual({
      host: 'h.example.com',
      path: '/a%2fb/',
      query: 'x=%7E&y=+',
    });
  });

  it.each([
    ['https://h', 'h', '', ''],
    ['HTTPS://H.Example.Com/', 'h.example.com', '/', ''],
    ['https://h?a=1', 'h', '', 'a=1'],
    ['https://h/?', 'h', '/', ''],
    ['https://h/#a?b', 'h', '/', ''],
    ['https://h:443', 'h', '', ''],
    ['https://h:0443', 'h', '', ''],
    ['https://h:/x', 'h', '/x', ''],
    ['http://h:8080', 'h:8080', '', ''],
    ['http://[::1]:3001/x', '[::1]:3001', '/x', ''],
  ])('reads %s', (url, host, path, query) => {
    expect(readWireUrl(url)).toEqual({ host, path, query });
  });

  it.each([
    ['a relative URL', '/v1/x', /absolute/],
    ['another protocol', 'ftp://h/x', /absolute/],
    ['a protocol without slashes', 'https:h/x', /absolute/],
    ['an empty text', '', /absolute/],
    ['a user name', 'https://user@h/x', /user name/],
    ['a user name and password', 'https://user:pass@h/x', /user name/],
    ['no host', 'https:///x', /host is missing/],
    ['a host outside ASCII', 'https://höst/x', /plain ASCII/],
    ['an escaped host', 'https://h%41/x', /plain ASCII/],
    ['a port that is no number', 'https://h:80a/x', /host is missing|plain ASCII/],
    ['port 0', 'https://h:0/x', /port/],
    ['port 65536', 'https://h:65536/x', /port/],
    ['a blank', 'https://h/a b', /space/],
    ['a line break', 'https://h/a\nb', /control character/],
    ['a tab', 'https://h/a\tb', /control character/],
    ['DEL', 'https://h/a\u007fb', /control character/],
    ['a backslash', 'https://h/a\\b', /backslash/],
  ])('refuses %s', (_, url, message) => {
    expect(() => readWireUrl(url)).toThrow(message);
  });

  it('refuses what is no text', () => {
    expect(() => readWireUrl(new URL('https://h/') as unknown as string)).toThrow(/must be a string/);
  });

  it('agrees with WHATWG URL about the host of every ordinary URL', () => {
    const authority = fc.tuple(
      fc.domain(),
      fc.option(fc.integer({ min: 1, max: 65_535 })),
      fc.constantFrom('http', 'https'),
    );
    fc.assert(
      fc.property(authority, ([domain, port, protocol]) => {
        const text = `${protocol}://${domain}${port === null ? '' : `:${port}`}/`;
        expect(readWireUrl(text).host).toBe(new URL(text).host);
      }),
    );
  });
});
