import { createHash, createHmac } from 'node:crypto';
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
/** Control characters of ASCII are refused in a path. */
const segment = rawText.filter((text) => !['', '.', '..'].includes(text) && !/[^\P{Cc}\x80-\x9f]/u.test(text));
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
});
