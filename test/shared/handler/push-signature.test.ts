import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { InvalidSettingError } from '../../../shared/client/errors.js';
import { authenticatePush, verifyPushSignature } from '../../../shared/handler/push-signature.js';
import type { HttpRequest } from '../../../shared/handler/triggers/invocation.js';

/** Made outside of this project: token abc123. */
const known = {
  timestamp: '1700000000000',
  nonce: 'XyZ',
  signature: '4fa6c54b30d3297518ed6fa28f0be04526671c2e0d5fa929daa5773a6c678769',
};

describe('the signature of a push', () => {
  test('of the known vector fits', () => expect(verifyPushSignature(known, ['abc123'])).toBe(true));

  test('fits any of several tokens', () => {
    expect(verifyPushSignature(known, ['other', 'abc123', 'third'])).toBe(true);
  });

  test('does not fit another token', () => expect(verifyPushSignature(known, ['abc124'])).toBe(false));

  test('fits nothing where there is no token', () => expect(verifyPushSignature(known, [])).toBe(false));

  test('may be written in upper case', () => {
    expect(verifyPushSignature({ ...known, signature: known.signature.toUpperCase() }, ['abc123'])).toBe(true);
  });

  test('may stand in headers of any case', () => {
    const { timestamp, nonce, signature } = known;
    expect(verifyPushSignature({ Timestamp: timestamp, NONCE: nonce, Signature: signature }, ['abc123'])).toBe(true);
  });

  test.each(['timestamp', 'nonce', 'signature'] as const)('is refused without the header %s', (name) => {
    const { [name]: _left, ...rest } = known;
    expect(verifyPushSignature(rest, ['abc123'])).toBe(false);
  });

  test.each([
    '',
    ' ',
    'zz',
    known.signature.slice(1),
    `${known.signature}00`,
    `${known.signature}, ${known.signature}`,
  ])('written as %j is refused without a crash', (signature) => {
    expect(verifyPushSignature({ ...known, signature }, ['abc123'])).toBe(false);
  });

  test('sorts by code unit, so that capitals come before small letters', () => {
    const signature = createHash('sha256').update('1Zalocal').digest('hex');
    expect(verifyPushSignature({ timestamp: '1', nonce: 'Z', signature }, ['alocal'])).toBe(true);
  });

  test('fits for any token, timestamp and nonce it was made of, and for no other token', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9]{3,32}$/);
    fc.assert(
      fc.property(word, word, word, (token, timestamp, nonce) => {
        const signature = createHash('sha256').update([token, timestamp, nonce].sort().join('')).digest('hex');
        expect(verifyPushSignature({ timestamp, nonce, signature }, [token])).toBe(true);
        expect(verifyPushSignature({ timestamp, nonce, signature }, [`${token}x`])).toBe(false);
      }),
    );
  });
});

describe('the door of the receiver', () => {
  function enter(headers: Record<string, string>, tokens?: string) {
    const log = vi.fn();
    const http: HttpRequest = { method: 'POST', path: '/', headers, query: {}, body: '', isBase64Encoded: false };
    const setting = (name: string) => (name === 'IOTDA_PUSH_TOKEN' ? tokens : undefined);
    return { log, enter: () => authenticatePush(http, { setting, log }) };
  }

  test('lets a well-signed push in', () => expect(enter(known, ' other, abc123 ').enter).not.toThrow());

  test('refuses a wrong signature', () => {
    expect(enter({ ...known, nonce: 'other' }, 'abc123').enter).toThrow(
      expect.objectContaining({
        code: 'PUSH_SIGNATURE_INVALID',
        status: 401,
        message: expect.stringContaining('fits none'),
      }),
    );
  });

  test('refuses a push without headers and says so', () => {
    expect(enter({}, 'abc123').enter).toThrow(
      expect.objectContaining({ code: 'PUSH_SIGNATURE_INVALID', message: expect.stringContaining('lacks one of') }),
    );
  });

  test('never repeats a token', () => {
    expect(enter({}, 'abc123').enter).not.toThrow(
      expect.objectContaining({ message: expect.stringContaining('abc123') }),
    );
  });

  test('takes pushes without a check where no token is set, with a warning', () => {
    const { log, enter: go } = enter({});
    go();
    expect(log.mock.calls).toEqual([['WARN', expect.stringContaining('IOTDA_PUSH_TOKEN is not set')]]);
  });

  test('stays shut where the setting holds no token at all', () => {
    expect(enter(known, ' , ,').enter).toThrow(InvalidSettingError);
  });
});
