import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { InvalidSettingError } from '../../../shared/client/errors.js';
import { SignedPushes } from '../../../shared/handler/push-replays.js';
import { fitsAnyToken, pushDoor } from '../../../shared/handler/push-signature.js';
import { enter, known } from './push-door.js';

describe('the age of a push', () => {
  const now = 1_700_000_060_000;
  const screen = (timestamp: string, maxAge: string | undefined) => {
    const signature = createHash('sha256').update(['abc123', timestamp, 'XyZ'].sort().join('')).digest('hex');
    const settings = { IOTDA_PUSH_TOKEN: 'abc123', ...(maxAge ? { IOTDA_PUSH_MAX_AGE_SECONDS: maxAge } : {}) };
    const door = pushDoor({ now: () => now, seen: new SignedPushes() });
    return enter({ timestamp, nonce: 'XyZ', signature }, settings, door).enter();
  };

  test.each([
    ['1', undefined],
    ['yesterday', undefined],
    ['1700000000000', '0'],
    ['1700000000000', '60'],
    ['1700000000', '60'],
    ['1700000120000', '60'],
    ['1700000120', '60'],
    ['1700000060000', '1'],
  ])('%s is taken with the window %s', (timestamp, maxAge) => expect(screen(timestamp, maxAge)).not.toThrow());

  test.each([
    ['1699999999999', '60', 'too long ago'],
    ['1699999999', '60', 'too long ago'],
    ['1700000120001', '60', 'in the future'],
    ['1700000121', '60', 'in the future'],
    ['9'.repeat(16), '60', 'in the future'],
    ['0', '60', 'too long ago'],
    ['9'.repeat(17), '60', 'no number'],
    ['-1700000000000', '60', 'no number'],
    ['1700000000.5', '60', 'no number'],
    ['1.7e12', '60', 'no number'],
    ['0x18bcfe56800', '60', 'no number'],
    ['yesterday', '60', 'no number'],
  ])('%s is not taken with the window %s: %s', (timestamp, maxAge, reason) => {
    expect(screen(timestamp, maxAge)).toThrow(
      expect.objectContaining({ code: 'PUSH_NOT_TAKEN', message: expect.stringContaining(reason) }),
    );
  });

  test.each(['soon', '-1', '1.5', '60s', '604801', '9'.repeat(30)])('%s is no window', (maxAge) => {
    expect(screen('1700000000000', maxAge)).toThrow(InvalidSettingError);
  });
});

describe('the replay cache', () => {
  const tokens = { IOTDA_PUSH_TOKEN: 'abc123' };
  const on = { ...tokens, IOTDA_PUSH_REPLAY_CACHE: '2' };
  const signed = (timestamp: string, nonce: string, token = 'abc123') => ({
    timestamp,
    nonce,
    signature: createHash('sha256').update([token, timestamp, nonce].sort().join('')).digest('hex'),
  });
  let seen = new SignedPushes();
  afterEach(() => {
    seen = new SignedPushes();
  });
  const push = (headers: Record<string, string>, body: string, settings: Record<string, string> = on) =>
    enter(headers, settings, pushDoor({ now: () => 0, seen }), body).enter()?.();
  const refused = expect.objectContaining({
    code: 'PUSH_NOT_TAKEN',
    message: expect.stringContaining('may be a replay'),
  });

  test('takes the same headers again with the same body, however often', () => {
    for (let count = 0; count < 3; count++) expect(() => push(known, '{"a":1}')).not.toThrow();
  });

  test('refuses the same headers with another body', () => {
    push(known, '{"a":1}');
    expect(() => push(known, '{"a":2}')).toThrow(refused);
    expect(() => push({ ...known, signature: known.signature.toUpperCase() }, '{"a":2}')).toThrow(refused);
  });

  test('still takes the first body after a replay was refused', () => {
    push(known, '{"a":1}');
    expect(() => push(known, '{"a":2}')).toThrow(refused);
    expect(() => push(known, '{"a":1}')).not.toThrow();
  });

  test('refuses headers between which a character was moved: the same text was signed', () => {
    push(signed('17', '5x'), '{"a":1}');
    const moved = { ...signed('17', '5x'), timestamp: '1', nonce: '75x' };
    expect(fitsAnyToken(moved, ['abc123'])).toBe(true);
    expect(() => push(moved, '{"a":2}')).toThrow(refused);
  });

  test('refuses the same timestamp and nonce under another of the tokens', () => {
    const two = { ...on, IOTDA_PUSH_TOKEN: 'abc123,def456' };
    push(signed('17', 'n'), '{"a":1}', two);
    expect(() => push(signed('17', 'n', 'def456'), '{"a":2}', two)).toThrow(refused);
  });

  test('forgets the oldest pushes first and stays small', () => {
    for (let count = 0; count < 1_000; count++) push(signed(String(count), 'n'), 'first');
    expect(seen.size).toBe(4);
    expect(() => push(signed('999', 'n'), 'second')).toThrow(refused);
    expect(() => push(signed('0', 'n'), 'second')).not.toThrow();
  });

  test.each([tokens, { ...tokens, IOTDA_PUSH_REPLAY_CACHE: '0' }])('is off with %j', (settings) => {
    push(known, '{"a":1}', settings);
    expect(() => push(known, '{"a":2}', settings)).not.toThrow();
    expect(seen.size).toBe(0);
  });

  test.each(['on', '-1', '50001'])('cannot have the size %s', (size) => {
    expect(() => push(known, '', { ...tokens, IOTDA_PUSH_REPLAY_CACHE: size })).toThrow(InvalidSettingError);
  });
});
