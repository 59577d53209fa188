import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireRequest } from '../../../local/cloud/canonical-request.js';
import { canonicalRequestOf } from '../../../local/cloud/canonical-request.js';
import {
  compactTime,
  readAuthorization,
  readSdkDate,
  shownCanonicalRequest,
  verifySignature,
} from '../../../local/cloud/verify-signature.js';
import type { Vector } from '../../shared/client/signing-vectors.js';

const file = new URL('../../vectors/signing.json', import.meta.url);
const { vectors, v11 } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[]; v11: Vector[] };
const known = [...vectors, ...v11.filter((vector) => vector.algorithm === 'V11-HMAC-SHA256')];

/** The vector's request as a server receives it. */
function asReceived(vector: Vector): WireRequest {
  const [, host = '', target = ''] = /^https?:\/\/([^/?]+)(.*)$/.exec(vector.url) ?? [];
  const headers = new Map([
    ['host', host.toLowerCase()],
    ['x-sdk-date', vector.sdkDate],
  ]);
  if (vector.securityToken) headers.set('x-security-token', vector.securityToken);
  if (vector.projectId) headers.set('x-project-id', vector.projectId);
  if (vector.domainId) headers.set('x-domain-id', vector.domainId);
  for (const [name, value] of Object.entries(vector.headers)) headers.set(name.toLowerCase(), value);
  const body =
    vector.bodyBase64 === undefined ? Buffer.from(vector.body ?? '') : Buffer.from(vector.bodyBase64, 'base64');
  return { method: vector.method, target: target.startsWith('/') ? target : `/${target}`, headers, body };
}

describe('the published and the project vectors', () => {
  test.each(known)('$name is accepted', (vector) => {
    const parts = readAuthorization(vector.authorization);
    const verdict = parts && verifySignature(asReceived(vector), parts, vector.sk);
    expect(verdict).toEqual({ ok: true });
  });

  test.each(known)('$name has the canonical request of the file', (vector) => {
    const names = readAuthorization(vector.authorization)?.signedHeaders ?? [];
    expect(canonicalRequestOf(asReceived(vector), names)).toBe(vector.canonicalRequest);
  });

  test.each(known)('$name is refused with another secret key', (vector) => {
    const parts = readAuthorization(vector.authorization);
    const verdict = parts && verifySignature(asReceived(vector), parts, `${vector.sk}x`);
    expect(verdict).toEqual({ ok: false, canonicalRequest: vector.canonicalRequest });
  });
});

/** Signs a request by its canonical form, to change it afterwards. */
function signFor(request: WireRequest, names: readonly string[]): string {
  const hash = createHash('sha256').update(canonicalRequestOf(request, names)).digest('hex');
  const date = request.headers.get('x-sdk-date') ?? '';
  const signature = createHmac('sha256', 'sk').update(`SDK-HMAC-SHA256\n${date}\n${hash}`).digest('hex');
  return `SDK-HMAC-SHA256 Access=ak, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

const words = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' });
const requests = fc
  .record({ path: fc.array(words, { minLength: 1 }), query: fc.array(fc.tuple(words, words)), body: fc.string() })
  .map(({ path, query, body }): WireRequest => {
    const asked = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    const target = `/${path.map(encodeURIComponent).join('/')}${asked ? `?${asked}` : ''}`;
    const headers = new Map([
      ['host', 'localhost:3001'],
      ['x-sdk-date', '20260101T000000Z'],
    ]);
    return { method: 'POST', target, headers, body: Buffer.from(body) };
  });

function verdictOn(request: WireRequest, authorization: string): boolean {
  const parts = readAuthorization(authorization);
  return parts !== undefined && verifySignature(request, parts, 'sk').ok;
}

describe('any request', () => {
  const names = ['host', 'x-sdk-date'];

  test('is accepted as it was signed and refused with another body', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const authorization = signFor(request, names);
        expect(verdictOn(request, authorization)).toBe(true);
        expect(verdictOn({ ...request, body: Buffer.concat([request.body, Buffer.from('x')]) }, authorization)).toBe(
          false,
        );
      }),
    );
  });

  test('is accepted in any order of the query', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const [path = '', query = ''] = request.target.split('?');
        const turned = { ...request, target: `${path}?${query.split('&').reverse().join('&')}` };
        expect(verdictOn(turned, signFor(request, names))).toBe(true);
      }),
    );
  });

  test('is refused with another method, path, query or signed header', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const authorization = signFor(request, names);
        const moved = new Map([...request.headers, ['host', 'other:3001'] as const]);
        expect(verdictOn({ ...request, method: 'PUT' }, authorization)).toBe(false);
        expect(verdictOn({ ...request, target: `/x${request.target}` }, authorization)).toBe(false);
        expect(verdictOn({ ...request, headers: moved }, authorization)).toBe(false);
      }),
    );
  });

  test('is refused where x-sdk-date is not among the signed headers', () => {
    const request: WireRequest = {
      method: 'GET',
      target: '/',
      headers: new Map([['host', 'h']]),
      body: Buffer.alloc(0),
    };
    expect(verdictOn(request, signFor(request, ['host']))).toBe(false);
  });
});

test.each([
  'SDK-HMAC-SHA256 Access=ak,SignedHeaders=host,Signature=00',
  'SDK-HMAC-SHA256 Access=ak, SignedHeaders=host, Signature=short',
  'Bearer token',
  '',
])('an authorization header of another form is not taken apart: %s', (header) => {
  expect(readAuthorization(header)).toBeUndefined();
});

test('a broken percent sign in the path is signed as the sign itself', () => {
  const request = { method: 'GET', target: '/a%zz', headers: new Map<string, string>(), body: Buffer.alloc(0) };
  expect(canonicalRequestOf(request, []).split('\n')[1]).toBe('/a%25zz/');
});

test('the shown canonical request hides the security token and has bars for line ends', () => {
  expect(shownCanonicalRequest('GET\n/\n\nhost:h\nx-security-token:secret\n\nhost')).toBe(
    'GET|/||host:h|x-security-token:***||host',
  );
});

test('a signing date is read and written in the compact form', () => {
  expect(compactTime(readSdkDate('20240229T235959Z') ?? 0)).toBe('20240229T235959Z');
});

test.each(['2024-02-29T23:59:59Z', '20241301T000000Z', '20150230T000000Z', ''])(
  'no signing date is read from "%s"',
  (text) => {
    expect(readSdkDate(text)).toBeUndefined();
  },
);
