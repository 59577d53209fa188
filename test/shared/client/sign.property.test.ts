import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../shared/client/sign.js';

const credentials = { ak: 'AK0001', sk: 'secret-key' };
const date = new Date('2026-11-21T12:00:00Z');

/** The gateway's side, written from the guide alone: it knows the parts of the request, not their wire form. */
interface Parts {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function expectedSignature(parts: Parts, signedNames: readonly string[]): string {
  const bytes = (raw: string) => [...Buffer.from(raw, 'utf8')];
  const encode = (raw: string) =>
    bytes(raw)
      .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[A-Za-z0-9_.~-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
      })
      .join('');
  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const query = [...parts.query]
    .sort(([a, x], [b, y]) => byBytes(a, b) || byBytes(x, y))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
  const lower = new Map(Object.entries(parts.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const canonical = [
    parts.method,
    `/${parts.segments.map((segment) => `${encode(segment)}/`).join('')}`,
    query,
    ...signedNames.map((name) => `${name}:${lower.get(name)}`),
    '',
    signedNames.join(';'),
    createHash('sha256').update(parts.body).digest('hex'),
  ].join('\n');
  const stringToSign = `SDK-HMAC-SHA256\n${lower.get('x-sdk-date')}\n${createHash('sha256').update(canonical).digest('hex')}`;
  return createHmac('sha256', credentials.sk).update(stringToSign).digest('hex');
}

/** Every byte escaped in lower case, or only what must be: both are the same request. */
function wireForm(raw: string, allEscaped: boolean): string {
  if (!allEscaped) return encodeURIComponent(raw);
  return [...Buffer.from(raw, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

const rawText = fc.string({ unit: 'binary', maxLength: 12 });
const segment = rawText.filter((text) => !['', '.', '..'].includes(text));
const headerValue = fc
  .string({ unit: fc.constantFrom(...'abcXYZ09 ;=,/'), minLength: 1, maxLength: 10 })
  .filter((value) => value.trim() === value);
const headerName = fc.constantFrom('x-alpha', 'x-Beta', 'X-gamma', 'X-Zeta', 'X-Iota', 'x_under');
const partsOf = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  segments: fc.array(segment, { maxLength: 5 }),
  query: fc.array(
    fc.tuple(
      rawText.filter((name) => name !== ''),
      rawText,
    ),
    { maxLength: 6 },
  ),
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 4 }),
  body: rawText,
});

function urlOf(parts: Parts, allEscaped: boolean): string {
  const path = parts.segments.map((part) => `/${wireForm(part, allEscaped)}`).join('');
  const query = parts.query.map(([name, value]) => `${wireForm(name, allEscaped)}=${wireForm(value, allEscaped)}`);
  return `https://h.example.com${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

function distinctNames(headers: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return new Set(names).size === names.length;
}

describe('sign', () => {
  it('agrees with a verifier written from the guide alone', () => {
    fc.assert(
      fc.property(partsOf, fc.boolean(), (parts, allEscaped) => {
        fc.pre(distinctNames(parts.headers));
        const { method, headers, body } = parts;
        const names = ['host', 'x-sdk-date', ...Object.keys(headers).map((name) => name.toLowerCase())].sort();

        const signed = sign({ method, url: urlOf(parts, allEscaped), headers, body }, credentials, {
          date,
          signedHeaders: names,
        });

        const expected = expectedSignature({ ...parts, headers: signed.headers }, names);
        expect(signed.headers.Authorization).toBe(
          `SDK-HMAC-SHA256 Access=AK0001, SignedHeaders=${names.join(';')}, Signature=${expected}`,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('does not care about the order of headers and query', () => {
    fc.assert(
      fc.property(partsOf, (parts) => {
        fc.pre(distinctNames(parts.headers));
        const signatureOf = ({ method, headers, body, ...rest }: Parts) =>
          sign({ method, url: urlOf({ method, headers, body, ...rest }, false), headers, body }, credentials, {
            date,
            signedHeaders: ['host', 'x-sdk-date', ...Object.keys(headers)],
          }).headers.Authorization;
        const reversed = {
          ...parts,
          query: [...parts.query].reverse(),
          headers: Object.fromEntries(Object.entries(parts.headers).reverse()),
        };

        expect(signatureOf(reversed)).toBe(signatureOf(parts));
      }),
    );
  });

  it('does not care about a slash at the end of the path', () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const url = `https://h${segments.map((part) => `/${encodeURIComponent(part)}`).join('')}`;
        const signature = (given: string) =>
          sign({ method: 'GET', url: given }, credentials, { date }).headers.Authorization;

        expect(signature(`${url}/`)).toBe(signature(url));
      }),
    );
  });

  it.each(['/a/../b', '/a/./b', '/..', '/.', '/%2e%2E/b', '/.%2e/b', '//a', '/a//b', '/a//'])(
    'refuses the path %s, which clients rewrite on the way',
    (path) => {
      expect(() => sign({ method: 'GET', url: `https://h${path}` }, credentials)).toThrow(/segment/);
    },
  );

  it.each(['tr_TR.UTF-8', 'sv_SE.UTF-8'])('gives the same signature under the locale %s', async (locale) => {
    const request = {
      method: 'get',
      url: 'https://H.EXAMPLE.COM/I/%C4%B0?I=1&i=2&%C4%B1=3&w=4&v=5&%C3%A5=6&z=7&B=8&a=9',
      headers: { 'X-I': '1', 'x-a_b': '2', 'x-ab': '3', 'X-W': '4', 'X-V': '5', 'X-Sdk-Date': '20261121T120000Z' },
    };
    const options = { signedHeaders: ['host', ...Object.keys(request.headers)] };
    const module = new URL('../../../shared/client/sign.ts', import.meta.url).href;
    const script = `
      const { sign } = await import(${JSON.stringify(module)});
      const { headers } = sign(${JSON.stringify(request)}, ${JSON.stringify(credentials)}, ${JSON.stringify(options)});
      console.log(JSON.stringify([Intl.DateTimeFormat().resolvedOptions().locale, headers.Authorization]));
    `;

    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      {
        cwd: fileURLToPath(new URL('../../..', import.meta.url)),
        env: { PATH: process.env.PATH ?? '', LC_ALL: locale },
      },
    );

    const here = sign(request, credentials, options).headers.Authorization;
    expect(JSON.parse(stdout)).toEqual([locale.slice(0, 5).replace('_', '-'), here]);
  });

  it('orders header names by code unit, where Swedish and Turkish would not', () => {
    const headers = { 'X-I': '1', 'x-a_b': '2', 'x-ab': '3', 'X-W': '4', 'X-V': '5' };
    const signedHeaders = ['host', 'x-sdk-date', ...Object.keys(headers)];

    const { Authorization } = sign({ method: 'GET', url: 'https://h', headers }, credentials, {
      signedHeaders,
    }).headers;

    expect(Authorization).toContain('SignedHeaders=host;x-a_b;x-ab;x-i;x-sdk-date;x-v;x-w,');
  });
});
