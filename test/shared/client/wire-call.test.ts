import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { InvalidInputError } from '../../../shared/client/errors.js';
import { userAgent, wireCall } from '../../../shared/client/wire-call.js';

const endpoint = new URL('https://h.example.com');
const call: CloudCall = {
  service: 'ces',
  operation: 'ListAgentInvocations',
  method: 'GET',
  path: ['v3', 'p', 'x'],
  repeatable: true,
};

describe('wireCall', () => {
  it('joins endpoint, prefix and segments without a slash at the end', () => {
    expect(wireCall(call, new URL('https://h.example.com:8443/gate/'))).toMatchObject({
      origin: 'https://h.example.com:8443',
      host: 'h.example.com:8443',
      path: '/gate/v3/p/x',
    });
  });

  it('encodes each segment once', () => {
    expect(wireCall({ ...call, path: ['urn:fss', 'a b', '100%', '中', '%2F'] }, endpoint).path).toBe(
      '/urn%3Afss/a%20b/100%25/%E4%B8%AD/%252F',
    );
  });

  it('encodes the query once, in canonical order, and leaves out undefined values', () => {
    const query: CloudCall['query'] = [
      ['offset', '0'],
      ['limit', undefined],
      ['instance_id', 'a&b=c#d+e%20 é'],
      ['B', ''],
    ];

    expect(wireCall({ ...call, query }, endpoint).path).toBe(
      '/v3/p/x?B=&instance_id=a%26b%3Dc%23d%2Be%2520%20%C3%A9&offset=0',
    );
  });

  it('has no question mark where no value is left', () => {
    expect(wireCall({ ...call, query: [['limit', undefined]] }, endpoint).path).toBe('/v3/p/x');
  });

  it('sends what a URL parser reads back', () => {
    const part = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/^\.{1,2}$|[/\\\p{Cc}]/u.test(text));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.array(fc.tuple(part, part)), (path, query) => {
        const url = new URL(wireCall({ ...call, path, query }, endpoint).path, endpoint);

        expect(url.pathname.slice(1).split('/').map(decodeURIComponent)).toEqual(path);
        expect([...url.searchParams].sort()).toEqual([...query].sort());
      }),
    );
  });

  it('serialises the body once, as UTF-8', () => {
    expect(wireCall({ ...call, body: { a: 'ñ"\u2028' } }, endpoint).body?.toString()).toBe('{"a":"ñ\\"\u2028"}');
  });

  it('has no body where none is given', () => {
    expect(wireCall(call, endpoint).body).toBeUndefined();
  });

  it('sends the type, a fixed user agent and the headers of the call', () => {
    expect(wireCall({ ...call, headers: { 'ief-instance-id': 'i-1' } }, endpoint).headers).toEqual({
      'Content-Type': 'application/json',
      Accept: 'application/json',
      'User-Agent': userAgent,
      'ief-instance-id': 'i-1',
    });
  });

  it('names the version of the package', () => {
    const manifest = readFileSync(new URL('../../../shared/package.json', import.meta.url), 'utf8');

    expect(userAgent).toBe(`fleetbatch/${(JSON.parse(manifest) as { version: string }).version}`);
  });

  const circular: { self?: unknown } = {};
  circular.self = circular;
  it.each([
    ['an empty segment', { path: ['v3', ''] }, /path/],
    ['a dot segment', { path: ['v3', '.'] }, /path/],
    ['two dots', { path: ['v3', '..'] }, /path/],
    ['a slash in a segment, which sign would take as %2F', { path: ['v3', 'a/b'] }, /path.*slash/],
    ['a backslash in a segment', { path: ['v3', 'a\\b'] }, /path.*backslash/],
    ['a line break in a segment', { path: ['v3', 'a\nb'] }, /path.*control character/],
    ['a NUL in a segment', { path: ['v3', '\0'] }, /path.*control character/],
    ['half a surrogate pair in the path', { path: ['\ud800'] }, /path.*surrogate/],
    ['half a surrogate pair in the query', { query: [['a', '\udc00']] }, /query.*surrogate/],
    ['a line break in a header', { headers: { 'X-A': 'a\nb' } }, /X-A/],
    ['a header outside Latin-1', { headers: { 'X-A': '中' } }, /X-A/],
    ['a circular body', { body: circular }, /JSON/],
    ['a body with a bigint', { body: { a: 1n } }, /JSON/],
  ])('refuses %s before anything is sent', (_, change, message) => {
    const act = () => wireCall({ ...call, ...change } as CloudCall, endpoint);

    expect(act).toThrow(InvalidInputError);
    expect(act).toThrow(message);
  });
});
