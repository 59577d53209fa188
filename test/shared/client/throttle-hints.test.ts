import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs, throttleWindowMs, waitHintOf } from '../../../shared/client/throttle-hints.js';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);

describe('retryAfterMs', () => {
  it.each([
    ['0', 0],
    ['3', 3000],
    [' 120 ', 120_000],
    ['Sat, 21 Nov 2026 12:00:05 GMT', 5000],
    ['Sat, 21 Nov 2026 11:59:00 GMT', 0],
    ['Saturday, 21-Nov-26 12:00:05 GMT', 5000],
    ['Sat Nov 21 12:00:05 2026', 5000],
  ])('reads %j', (value, ms) => {
    expect(retryAfterMs(value, now)).toBe(ms);
  });

  it.each([
    undefined,
    '',
    '-1',
    '1.5',
    '1e3',
    '5s',
    '9999999999',
    'soon',
    'Fri, 21 Nov 2026 12:00:05 GMT',
    'Mon, 30 Feb 2026 12:00:05 GMT',
    '3, 5',
    '٣',
    'Infinity',
    '2026-11-21T12:00:05Z',
  ])('ignores %j', (value) => {
    expect(retryAfterMs(value, now)).toBeUndefined();
  });

  it('never gives a negative or a broken delay', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const ms = retryAfterMs(value, now);
        expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      }),
    );
  });

  it('reads every date that HTTP writes', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(now), max: new Date(now + 1e10), noInvalidDate: true }), (date) => {
        expect(retryAfterMs(date.toUTCString(), now)).toBe(Math.floor(date.getTime() / 1000) * 1000 - now);
      }),
    );
  });
});

describe('throttleWindowMs', () => {
  it.each([
    ['The throttling threshold has been reached: policy ip over ratelimit,limit:5,time:5 second', 5000],
    ['policy user over ratelimit,limit:100,time:1 minute', 60_000],
    ['limit: 3, time: 2 minutes', 120_000],
    ['limit:100,time:30 second', 30_000],
    ['limit:100,time:5second', 5000],
    ['limit:1,time:1 Hour', 3_600_000],
    ['limit:1,time:1 day', 86_400_000],
  ])('reads %j', (message, ms) => {
    expect(throttleWindowMs(message)).toBe(ms);
  });

  it.each([undefined, '', 'limit:5', 'time:5 second', 'limit:5,time:x second', 'limit:5,time:5 fortnight'])(
    'finds nothing in %j',
    (message) => {
      expect(throttleWindowMs(message)).toBeUndefined();
    },
  );
});

describe('waitHintOf', () => {
  const message = 'policy user over ratelimit,limit:5,time:2 second';
  const hint = (status: number, retryAfter: string | undefined, text?: string) => () =>
    waitHintOf({ status, headers: new Map(retryAfter === undefined ? [] : [['retry-after', retryAfter]]) }, text, now);

  it.each([
    ['prefers Retry-After', hint(429, '7', message), { ms: 7000, from: 'retry-after' }],
    ['takes it of a 503 too', hint(503, '7'), { ms: 7000, from: 'retry-after' }],
    ['takes one of zero seconds', hint(429, '0', message), { ms: 0, from: 'retry-after' }],
    ['falls back to the message', hint(429, 'soon', message), { ms: 2000, from: 'window' }],
    ['believes the message of a 429 only', hint(503, undefined, message), undefined],
    ['has none where nothing says so', hint(429, undefined), undefined],
  ])('%s', (_, find, expected) => {
    expect(find()).toEqual(expected);
  });
});
