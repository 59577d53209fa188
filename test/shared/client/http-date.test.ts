import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpDateMs } from '../../../shared/client/http-date.js';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);

describe('httpDateMs', () => {
  it.each([
    ['the present form', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['the form of RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['the form of asctime', 'Sun Nov  6 08:49:37 1994'],
  ])('reads %s', (_, text) => {
    expect(httpDateMs(text, now)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  });

  it.each([
    ['Saturday, 21-Nov-26 12:00:05 GMT', 2026],
    ['Wednesday, 21-Nov-29 12:00:05 GMT', 2029],
    ['Saturday, 21-Nov-76 12:00:00 GMT', 2076],
    ['Sunday, 21-Nov-76 12:00:01 GMT', 1976],
    ['Sunday, 21-Nov-99 12:00:05 GMT', 1999],
  ])('takes the year of %s as the last one that is at most 50 years ahead', (text, year) => {
    expect(new Date(httpDateMs(text, now) ?? 0).getUTCFullYear()).toBe(year);
  });

  it.each([
    '',
    'soon',
    '1994-11-06T08:49:37Z',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 06 Nov 1994 08:49 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Mon, 06 Nov 1994 08:49:37 GMT',
    'Xyz, 06 Nov 1994 08:49:37 GMT',
    'Wed, 30 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nob 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:49:60 GMT',
    'Sunday, 06-Nov-1994 08:49:37 GMT',
    'Monday, 06-Nov-94 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Wednesday, 30-Feb-94 08:49:37 GMT',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov 06 08:49:37 1994 GMT',
    'Mon Nov  6 08:49:37 1994',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
    'On Sunday, 06-Nov-94 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT+1',
    'On Sun Nov  6 08:49:37 1994',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:38 GMT',
  ])('ignores %j', (text) => {
    expect(httpDateMs(text, now)).toBeUndefined();
  });

  const anySecond = fc
    .date({ min: new Date('1977-01-01T00:00:00Z'), max: new Date('2076-01-01T00:00:00Z'), noInvalidDate: true })
    .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

  it('reads back every date in each of the three forms', () => {
    fc.assert(
      fc.property(anySecond, (date) => {
        const [weekday = '', day = '', month = '', year = '', time = ''] = date.toUTCString().split(/,? /);
        const longDay = date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
        const forms = [
          date.toUTCString(),
          `${longDay}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
          `${weekday} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`,
        ];

        for (const form of forms) expect(httpDateMs(form, now)).toBe(date.getTime());
      }),
    );
  });

  it('never gives anything but a moment or nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 253_402_300_799_000 }), (text, at) => {
        const ms = httpDateMs(text, at);
        expect(ms === undefined || Number.isFinite(ms)).toBe(true);
      }),
    );
  });
});
