import { describe, expect, it } from 'vitest';
import { sign, signatureSteps } from '../../../shared/client/sign.js';
import { momentOf } from './signing-vectors.js';

const credentials = { ak: 'AK0001', sk: 'secret-key' };
const date = new Date('2026-11-21T12:00:00.987Z');
const url = 'https://ces.cn-north-4.myhuaweicloud.com/v1/x';

describe('sign, headers', () => {
  it('returns Authorization, X-Sdk-Date, Host and the ones given', () => {
    const { headers } = sign({ method: 'GET', url, headers: { Accept: 'text/plain' } }, credentials, { date });

    expect(Object.keys(headers).sort()).toEqual(['Accept', 'Authorization', 'Host', 'X-Sdk-Date']);
    expect(headers).toMatchObject({
      Accept: 'text/plain',
      Host: 'ces.cn-north-4.myhuaweicloud.com',
      'X-Sdk-Date': '20261121T120000Z',
    });
  });

  it('signs host, date, project, domain, token and payload hash by default, where they are present', () => {
    const { headers } = sign(
      { method: 'GET', url, headers: { 'X-Sdk-Content-Sha256': 'UNSIGNED-PAYLOAD', Accept: 'a' } },
      { ...credentials, securityToken: 'token' },
      { date, projectId: 'p', domainId: 'd' },
    );

    expect(headers.Authorization).toContain(
      'SignedHeaders=host;x-domain-id;x-project-id;x-sdk-content-sha256;x-sdk-date;x-security-token,',
    );
    expect(headers).toMatchObject({ 'X-Project-Id': 'p', 'X-Domain-Id': 'd', 'X-Security-Token': 'token' });
  });

  it('signs only host and date by default where nothing else is present', () => {
    const { headers } = sign({ method: 'GET', url }, credentials);

    expect(headers.Authorization).toContain('SignedHeaders=host;x-sdk-date,');
  });

  it('never returns a name twice, whatever spelling the caller used', () => {
    const given = {
      HOST: 'other.example.com',
      'x-sdk-date': '20200101T000000Z',
      authorization: 'old',
      'X-PROJECT-ID': 'old',
      'x-security-token': 'old',
    };

    const { headers } = sign(
      { method: 'GET', url, headers: given },
      { ...credentials, securityToken: 'new' },
      {
        date,
        projectId: 'new',
      },
    );

    const names = Object.keys(headers).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(headers).toMatchObject({
      Host: 'other.example.com',
      'X-Sdk-Date': '20261121T120000Z',
      'X-Project-Id': 'new',
      'X-Security-Token': 'new',
    });
    expect(headers.Authorization).toMatch(/^SDK-HMAC-SHA256 Access=AK0001, /);
  });

  it('takes the date of a given X-Sdk-Date where no date is given', () => {
    const { headers } = sign({ method: 'GET', url, headers: { 'x-sdk-date': '20200101T000000Z' } }, credentials);

    expect(headers['X-Sdk-Date']).toBe('20200101T000000Z');
  });

  it.each([
    ['0000-01-01T00:00:00Z', '00000101T000000Z'],
    ['9999-12-31T23:59:59Z', '99991231T235959Z'],
  ])('takes the first and the last moment that four digits can say: %s', (moment, text) => {
    const { headers } = sign({ method: 'GET', url }, credentials, { date: new Date(moment) });

    expect(headers['X-Sdk-Date']).toBe(text);
  });

  it('takes the present moment where nothing says otherwise', () => {
    const before = Date.now();

    const { headers } = sign({ method: 'GET', url }, credentials);

    const signed = momentOf(headers['X-Sdk-Date'] ?? '').getTime();
    expect(Math.abs(signed - before)).toBeLessThan(5000);
  });

  it('trims the blanks around a value as the HTTP layer does, and leaves out undefined', () => {
    const { headers } = sign(
      { method: 'GET', url, headers: { 'X-Note': ' \ta  b\t ', 'X-None': undefined } },
      credentials,
    );

    expect(headers['X-Note']).toBe('a  b');
    expect(headers).not.toHaveProperty('X-None');
  });

  it('does not change the request it was given', () => {
    const given = Object.freeze({ host: 'a.example.com' });

    sign(Object.freeze({ method: 'GET', url, headers: given }), Object.freeze(credentials));

    expect(given).toEqual({ host: 'a.example.com' });
  });

  it('sorts and folds a fixed list of signed headers', () => {
    const given = { 'X-B': '1', 'x-a': '2' };
    const options = { date, signedHeaders: ['X-Sdk-Date', 'X-B', 'host', 'x-a', 'x-b'] };

    const { headers } = sign({ method: 'GET', url, headers: given }, credentials, options);

    expect(headers.Authorization).toContain('SignedHeaders=host;x-a;x-b;x-sdk-date,');
  });

  it('puts the port of the URL into Host where it is not the usual one', () => {
    const hosts = ['https://h:8443/', 'https://h:443/', 'http://h:80/', 'http://h:443/', 'http://[::1]:3001/'].map(
      (given) => sign({ method: 'GET', url: given }, credentials).headers.Host,
    );

    expect(hosts).toEqual(['h:8443', 'h', 'h', 'h:443', '[::1]:3001']);
  });
});

describe('sign, body', () => {
  const signature = (body: string | Uint8Array | null | undefined) =>
    sign({ method: 'POST', url, body }, credentials, { date }).headers.Authorization;

  it('gives a text and its UTF-8 bytes the same signature', () => {
    expect(signature('{"a":"ñ"}')).toBe(signature(new TextEncoder().encode('{"a":"ñ"}')));
  });

  it('signs no body, an empty one, null and no bytes alike', () => {
    const none = signature(undefined);

    expect([signature(''), signature(null), signature(new Uint8Array())]).toEqual([none, none, none]);
  });

  it('takes the value of X-Sdk-Content-Sha256 as it is, in any spelling, instead of hashing', () => {
    const { canonicalRequest } = signatureSteps(
      { method: 'POST', url, body: 'x', headers: { 'x-SDK-content-sha256': 'UNSIGNED-PAYLOAD' } },
      credentials,
    );

    expect(canonicalRequest).toMatch(/\nUNSIGNED-PAYLOAD$/);
  });
});

describe('sign, query', () => {
  it.each([
    ['a', 'a='],
    ['a=', 'a='],
    ['a=b=c', 'a=b%3Dc'],
    ['=v', '=v'],
    ['&&a=1&', 'a=1'],
    ['a=1&a=1', 'a=1&a=1'],
    ['b=2&a=+', 'a=%2B&b=2'],
    ['a%5b0%5d=1&aB=2', 'aB=2&a%5B0%5D=1'],
    ['', ''],
  ])('reads %j as %j', (query, canonical) => {
    const { canonicalRequest } = signatureSteps({ method: 'GET', url: `${url}?${query}` }, credentials, { date });

    expect(canonicalRequest.split('\n')[2]).toBe(canonical);
  });
});

describe('sign refuses', () => {
  const bad = (change: object, options: object = {}, keys: object = {}) => {
    const request = { method: 'GET', url, ...change } as Parameters<typeof sign>[0];
    return () => sign(request, { ...credentials, ...keys }, { date, ...options });
  };

  it.each([
    [
      'a signed header that is not there',
      bad({}, { signedHeaders: ['x-sdk-date', 'x-note'] }),
      /x-note is to be signed/,
    ],
    [
      'an old Authorization, which would be signed into the new one',
      bad({ headers: { AUTHORIZATION: 'old' } }, { signedHeaders: ['x-sdk-date', 'authorization'] }),
      /authorization is to be signed and is not among the headers/,
    ],
    ['a list without x-sdk-date', bad({}, { signedHeaders: ['host'] }), /must hold x-sdk-date/],
    [
      'headers that have no fields',
      bad({ headers: new Map([['x-a', '1']]) }),
      /must be an object with a field per header/,
    ],
    ['one header in two spellings', bad({ headers: { 'X-A': '1', 'x-a': '2' } }), /x-a is given twice/],
    ['a line break in a header', bad({ headers: { 'X-A': 'a\r\nX-B: b' } }), /X-A holds a line break/],
    ['a carriage return in a header', bad({ headers: { 'X-A': 'a\rb' } }), /X-A holds a line break/],
    ['a NUL in a header', bad({ headers: { 'X-A': 'a\0b' } }), /X-A holds a line break, another control character/],
    ['an escape character in a header', bad({ headers: { 'X-A': '\u001b[31m' } }), /another control character/],
    ['a DEL in a header', bad({ headers: { 'X-A': '\u007f' } }), /another control character/],
    ['half a surrogate pair in a header', bad({ headers: { 'X-A': '\udc00' } }), /half a character/],
    ['half a surrogate pair in a text body', bad({ body: '{"a":"\ud83d"}' }), /body: holds half of a surrogate pair/],
    ['a derived scope without a region', bad({}, { derived: { region: '', service: 'iotdm' } }), /derived: region/],
    ['a derived scope with a comma', bad({}, { derived: { region: 'a', service: 'b,c' } }), /derived: service/],
    ['a derived scope that is no text', bad({}, { derived: { region: 'a', service: 1 } }), /derived: service/],
    ['a header that is no text', bad({ headers: { 'X-A': 1 } }), /X-A is not a string/],
    ['a header name with a blank', bad({ headers: { 'X A': 'a' } }), /a name holds a forbidden character/],
    ['a body that is an object', bad({ body: { a: 1 } }), /body: must be a string or bytes/],
    ['a method that is none', bad({ method: 'GET /' }), /method: is not an HTTP method/],
    ['a method behind a blank', bad({ method: ' GET' }), /method: is not an HTTP method/],
    ['a missing method', bad({ method: undefined }), /method: is not an HTTP method/],
    ['an invalid date', bad({}, { date: new Date('nonsense') }), /date: is not a valid Date/],
    ['a date that is a text', bad({}, { date: '20200101T000000Z' }), /date: is not a valid Date/],
    ['a year of five digits', bad({}, { date: new Date(8.64e15) }), /four digits/],
    ['a year before the common era', bad({}, { date: new Date(-8.64e15) }), /four digits/],
    [
      'a given X-Sdk-Date of another form',
      bad({ headers: { 'x-sdk-date': '2020' } }, { date: undefined }),
      /X-Sdk-Date/,
    ],
    [
      'a given X-Sdk-Date with something before it',
      bad({ headers: { 'x-sdk-date': '120200101T000000Z' } }, { date: undefined }),
      /X-Sdk-Date is not of the form/,
    ],
    [
      'a given X-Sdk-Date with something behind it',
      bad({ headers: { 'x-sdk-date': '20200101T000000Z1' } }, { date: undefined }),
      /X-Sdk-Date is not of the form/,
    ],
    ['an empty ak', bad({}, {}, { ak: '' }), /ak is missing/],
    ['a missing ak', bad({}, {}, { ak: undefined }), /ak is missing/],
    ['an empty sk', bad({}, {}, { sk: '' }), /sk is missing/],
    ['a missing sk', bad({}, {}, { sk: undefined }), /sk is missing/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(TypeError);
    expect(act).toThrow(message);
  });

  it('a line break in the ak, without repeating it', () => {
    const act = bad({}, {}, { ak: 'AKSECRET\n' });

    expect(act).toThrow(/Authorization holds a line break/);
    expect(act).not.toThrow(/AKSECRET/);
  });
});
