import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAuthorization, verifySignature } from '../../../local/cloud/verify-signature.js';
import { type SignableRequest, type SigningOptions, sign } from '../../../shared/client/sign.js';

const credentials = { ak: 'AK0001', sk: 'secret-key', securityToken: 'temporary-token' };
const date = new Date('2026-11-21T12:00:00Z');

/** What the emulated cloud, which shares no line with the signer, says of a request as it arrives. */
function verifies(request: SignableRequest, options: SigningOptions = {}): boolean {
  const { headers } = sign(request, credentials, { date, ...options });
  return arrivesWell(request, headers);
}

function arrivesWell({ method, url, body }: SignableRequest, headers: Record<string, string>): boolean {
  const parts = readAuthorization(headers.Authorization ?? '');
  if (!parts) return false;
  const arrived = {
    method,
    target: /^https:\/\/[^/?]*(.*)$/s.exec(url)?.[1] ?? '',
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array()),
  };
  return verifySignature(arrived, parts, credentials.sk).ok;
}

const special = fc.string({ unit: fc.constantFrom(..."!'()*+~ -_.&=%/?#ñ中😀\uff5eAz09"), maxLength: 8 });
const anyText = fc.oneof(special, fc.string({ unit: 'binary', maxLength: 8 }), fc.constant(''));
const segment = anyText.filter((text) => !/^\.{0,2}$|[^\P{Cc}\x80-\x9f]/u.test(text));
const query = fc.array(fc.tuple(anyText, anyText), { maxLength: 6 }).chain((pairs) =>
  // Some of the pairs a second time, so that names and whole pairs are repeated.
  fc.subarray(pairs).map((again) => [...pairs, ...again]),
);
const headers = fc.dictionary(
  fc.constantFrom('x-alpha', 'X-Beta', 'x_under', 'Content-Type', 'X-Iota'),
  fc.string({ unit: fc.constantFrom(...' \taB9,;=/ñ"'), maxLength: 8 }),
);
const body = fc.oneof(fc.constant(undefined), fc.string({ unit: 'binary' }), fc.uint8Array());
const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'get');

/** The two ways of escaping that a caller may have: only what must be, or every byte and in lower case. */
function wire(text: string, everything: boolean): string {
  if (!everything) return encodeURIComponent(text);
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

const request = fc
  .record({ method, segments: fc.array(segment, { maxLength: 5 }), query, headers, body, everything: fc.boolean() })
  .map(({ segments, query: pairs, everything, ...rest }) => {
    const path = segments.map((text) => `/${wire(text, everything)}`).join('');
    const pieces = pairs.map(([name, value]) => `${wire(name, everything)}=${wire(value, everything)}`);
    return { ...rest, url: `https://h.example.com:8443${path}${pieces.length > 0 ? `?${pieces.join('&')}` : ''}` };
  });

describe('what sign returns', () => {
  it('verifies under the emulated cloud’s own verifier', () => {
    fc.assert(
      fc.property(request, (given) => {
        expect(verifies(given, { projectId: 'p', signedHeaders: undefined })).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('verifies with every given header signed, in any order and case', () => {
    fc.assert(
      fc.property(request, fc.boolean(), (given, upper) => {
        const names = [...Object.keys(given.headers), 'X-Sdk-Date', 'Host'].reverse();
        const signedHeaders = names.map((name) => (upper ? name.toUpperCase() : name));

        expect(verifies(given, { signedHeaders })).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('verifies where the signature is derived', () => {
    fc.assert(
      fc.property(request, (given) => {
        expect(verifies(given, { derived: { region: 'cn-north-4', service: 'iotdm' } })).toBe(true);
      }),
    );
  });

  it('does not verify for another body, path, query or signed header', () => {
    fc.assert(
      fc.property(request, fc.constantFrom('body', 'url', 'x-project-id'), (given, changed) => {
        const signed = sign(given, credentials, { date, projectId: 'p' }).headers;
        const [arrived, arrivedHeaders] = {
          body: [{ ...given, body: Buffer.concat([Buffer.from(given.body ?? ''), Buffer.from('x')]) }, signed],
          url: [{ ...given, url: `${given.url}${given.url.includes('?') ? 'x' : '/x'}` }, signed],
          'x-project-id': [given, { ...signed, 'X-Project-Id': 'q' }],
        }[changed] as [SignableRequest, Record<string, string>];

        expect(arrivesWell(arrived, arrivedHeaders)).toBe(false);
      }),
    );
  });

  it('does not depend on the order of the query and of the headers, nor on the case of their names', () => {
    fc.assert(
      fc.property(request, (given) => {
        const [path = '', pairs = ''] = given.url.split('?');
        const turned = {
          ...given,
          url: pairs === '' ? given.url : `${path}?${pairs.split('&').reverse().join('&')}`,
          headers: Object.fromEntries(
            Object.entries(given.headers)
              .reverse()
              .map(([name, value]) => [name.toUpperCase(), value]),
          ),
        };
        const signedHeaders = ['host', 'x-sdk-date', ...Object.keys(given.headers)];
        const signature = (of: SignableRequest) => sign(of, credentials, { date, signedHeaders }).headers.Authorization;

        expect(signature(turned)).toBe(signature(given));
      }),
    );
  });

  it('differs after signing again only in the date and what follows from it', () => {
    fc.assert(
      fc.property(request, fc.integer({ min: 1, max: 1e6 }), (given, seconds) => {
        const later = new Date(date.getTime() + seconds * 1000);
        const first = sign(given, credentials, { date }).headers;
        const again = sign({ ...given, headers: first }, credentials, { date: later }).headers;

        const changed = Object.keys(again).filter((name) => again[name] !== first[name]);
        const unsigned = ({ Authorization }: Record<string, string>) => Authorization?.replace(/Signature=\w+$/, '');
        expect(changed.sort()).toEqual(['Authorization', 'X-Sdk-Date']);
        expect(Object.keys(again).sort()).toEqual(Object.keys(first).sort());
        expect(unsigned(again)).toBe(unsigned(first));
      }),
    );
  });
});
