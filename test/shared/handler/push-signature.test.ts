import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidSettingError } from '../../../shared/client/errors.js';
import { fitsAnyToken, pushHeaders } from '../../../shared/handler/push-signature.js';
import { enter, known } from './push-door.js';

const verifyPushSignature = (headers: Record<string, string>, tokens: readonly string[]) => {
  const found = pushHeaders(headers);
  return found !== undefined && fitsAnyToken(found, tokens);
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

describe('the comparison takes as long for a wrong token as for a right one', () => {
  const tokens = ['abc123', 'other1', 'other2'];
  /** A token that notes how often it was turned into the text that is hashed. */
  const counted = (headers: Record<string, string>) => {
    let looked = 0;
    const look = (token: string) => {
      looked += 1;
      return token;
    };
    const watched = tokens.map((token) => ({ toString: () => look(token) }) as unknown as string);
    const found = pushHeaders(headers);
    return { fits: found !== undefined && fitsAnyToken(found, watched), looked: () => looked };
  };

  test('every token is looked at, also after one that fits, and as often as for none', () => {
    const fitting = counted(known);
    const wrong = counted({ ...known, signature: 'f'.repeat(64) });
    expect([fitting.fits, wrong.fits, fitting.looked()]).toEqual([true, false, wrong.looked()]);
  });

  test.each([1, 63, 65, 10_000])('a signature of %i characters throws nothing', (length) => {
    expect(verifyPushSignature({ ...known, signature: 'a'.repeat(length) }, tokens)).toBe(false);
  });
});

describe('the door of the receiver', () => {
  const token = (tokens: string) => ({ IOTDA_PUSH_TOKEN: tokens });

  test('lets a well-signed push in', () => expect(enter(known, token(' other, abc123 ')).enter).not.toThrow());

  test('refuses a wrong signature', () => {
    expect(enter({ ...known, nonce: 'other' }, token('abc123')).enter).toThrow(
      expect.objectContaining({
        code: 'PUSH_SIGNATURE_INVALID',
        status: 401,
        message: expect.stringContaining('fits none'),
      }),
    );
  });

  test('refuses a push without headers and says so, without the token', () => {
    expect(enter({}, token('abc123')).enter).toThrow(
      expect.objectContaining({
        code: 'PUSH_SIGNATURE_INVALID',
        message: expect.stringMatching(/^(?!.*abc123).*lacks one of/),
      }),
    );
  });

  test('takes pushes without a check where no token is set, with a warning', () => {
    const { log, enter: go } = enter({}, { IOTDA_PUSH_MAX_AGE_SECONDS: '1', IOTDA_PUSH_REPLAY_CACHE: '1' });
    expect(go()).toBeUndefined();
    expect(log.mock.calls).toEqual([['WARN', expect.stringContaining('IOTDA_PUSH_TOKEN is not set')]]);
  });

  test('stays shut where the setting holds no token at all', () => {
    expect(enter(known, token(' , ,')).enter).toThrow(InvalidSettingError);
  });
});
