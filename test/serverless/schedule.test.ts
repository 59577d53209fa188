import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextFire, parseSchedule } from '../../serverless/schedule.js';
import { ScheduleError } from '../../serverless/schedule-error.js';

const after = new Date('2026-11-21T04:00:00Z');

function next(type: 'Rate' | 'Cron', schedule: string, from = after, defaultZone = 'UTC'): string | undefined {
  return nextFire(parseSchedule({ type, schedule, defaultZone }), from)?.toISOString();
}

function refusal(type: 'Rate' | 'Cron', schedule: string): string {
  try {
    parseSchedule({ type, schedule, defaultZone: 'UTC' });
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a rate', () => {
  it.each([
    ['3m', '2026-11-21T04:03:00.000Z'],
    ['60m', '2026-11-21T05:00:00.000Z'],
    ['1h', '2026-11-21T05:00:00.000Z'],
    ['24h', '2026-11-22T04:00:00.000Z'],
    ['30d', '2026-12-21T04:00:00.000Z'],
  ])('of %s fires next at %s', (schedule, expected) => {
    expect(next('Rate', schedule)).toBe(expected);
  });

  it.each(['0m', '61m', '25h', '31d', '3', 'm', '3s', '1h30m', ' 3m', '-3m', '1.5h', ''])(
    'of "%s" is refused',
    (schedule) => {
      expect(refusal('Rate', schedule)).toBe(`"${schedule}" is not a rate. Write 1m-60m, 1h-24h or 1d-30d.`);
    },
  );
});

describe('@every', () => {
  it.each([
    ['@every 30m', 30 * 60_000],
    ['@every 1h30m', 90 * 60_000],
    ['@every 1.5h', 90 * 60_000],
    ['@every 1m5s', 65_000],
    ['@every 1500ms', 1000],
    ['@every 10ms', 1000],
    ['@every 5000000us', 5000],
    ['@every 5000000µs', 5000],
    ['@every 7000000000ns', 7000],
    ['CRON_TZ=Europe/Berlin @every 2s', 2000],
  ])('%s fires every %d ms', (schedule, ms) => {
    expect(next('Cron', schedule)).toBe(new Date(after.getTime() + ms).toISOString());
  });

  it('is refused where no clock gets there', () => {
    expect(refusal('Cron', '@every 2562048h')).toBe(
      '"@every 2562048h" is longer than 292 years. Write a shorter interval.',
    );
  });

  it('fires on whole seconds', () => {
    expect(next('Cron', '@every 10s', new Date('2026-11-21T04:00:00.700Z'))).toBe('2026-11-21T04:00:10.000Z');
  });

  it.each(['@every', '@every 0s', '@every 3x', '@every 1h 30m', '@daily', '@every -1h'])(
    '%s is refused',
    (schedule) => {
      expect(refusal('Cron', schedule)).toContain('is not an interval');
    },
  );
});

describe('a cron expression', () => {
  it.each([
    ['the seconds stand first', '30 2 * * * *', '2026-11-21T04:02:30.000Z'],
    ['the day of week may be left out', '0 15 2 * *', '2026-11-22T02:15:00.000Z'],
    ['a question mark in the day of week is any day', '0 15 2 * * ?', '2026-11-22T02:15:00.000Z'],
    ['a question mark in the day of month is any day', '0 15 2 ? * Mon', '2026-11-23T02:15:00.000Z'],
    ['Sunday is 0', '0 0 0 * * 0', '2026-11-22T00:00:00.000Z'],
    ['days have names in any case', '0 0 0 * * wed', '2026-11-25T00:00:00.000Z'],
    ['ranges of named days', '0 0 0 * * Mon-Fri', '2026-11-23T00:00:00.000Z'],
    ['months have names', '0 0 0 1 Jan *', '2027-01-01T00:00:00.000Z'],
    ['lists', '0 10,20 4 * * *', '2026-11-21T04:10:00.000Z'],
    ['steps', '*/20 * * * * *', '2026-11-21T04:00:20.000Z'],
    ['a step of one is each', '0 */1 * * * *', '2026-11-21T04:01:00.000Z'],
    ['a step as large as the field', '0 0 */23 * * *', '2026-11-21T23:00:00.000Z'],
    ['a range of one', '0 5-5 * * * *', '2026-11-21T04:05:00.000Z'],
    ['a step from a number on', '0 7/20 * * * *', '2026-11-21T04:07:00.000Z'],
    ['a step in a range', '0 10-30/10 * * * *', '2026-11-21T04:10:00.000Z'],
    ['both days restricted: either will do', '0 0 0 28 * Mon', '2026-11-23T00:00:00.000Z'],
    ['both days restricted: or the other', '0 0 0 22 * Mon', '2026-11-22T00:00:00.000Z'],
    ['leap days', '0 0 0 29 2 *', '2028-02-29T00:00:00.000Z'],
    ['a time zone of its own', 'CRON_TZ=Europe/Berlin 0 0 12 * * *', '2026-11-21T11:00:00.000Z'],
  ])('%s: %s', (_rule, schedule, expected) => {
    expect(next('Cron', schedule)).toBe(expected);
  });

  it("without CRON_TZ is in the region's zone", () => {
    expect(next('Cron', '0 30 2 * * *', after, 'Asia/Shanghai')).toBe('2026-11-21T18:30:00.000Z');
  });

  it('fires strictly later than the given moment', () => {
    expect(next('Cron', '0 0 * * * *')).toBe('2026-11-21T05:00:00.000Z');
  });

  it('keeps its wall-clock time when the clocks change', () => {
    const schedule = 'CRON_TZ=Europe/Berlin 0 0 12 * * *';
    expect([
      next('Cron', schedule, new Date('2026-10-24T00:00:00Z')),
      next('Cron', schedule, new Date('2026-10-25T00:00:00Z')),
    ]).toEqual(['2026-10-24T10:00:00.000Z', '2026-10-25T11:00:00.000Z']);
  });

  it.each([
    ['0 0 0 * * 7', '"7" cannot stand in the field day of week. Use *, ?, lists, ranges and steps of 0-6 or SUN-SAT.'],
    ['60 * * * * *', '"60" cannot stand in the field second. Use *, lists, ranges and steps of 0-59.'],
    ['0 0 0 0 * *', '"0" cannot stand in the field day of month'],
    ['? * * * * *', '"?" cannot stand in the field second'],
    ['0 0 0 L * *', '"L" cannot stand in the field day of month'],
    ['0 0 0 * * 5#2', '"5#2" cannot stand in the field day of week'],
    ['0 30-10 * * * *', '"30-10" cannot stand in the field minute'],
    ['0 1-2-3 * * * *', '"1-2-3" cannot stand in the field minute'],
    ['0 */0 * * * *', '"*/0" cannot stand in the field minute'],
    ['0 */60 * * * *', '"*/60" cannot stand in the field minute'],
    ['0 */2/2 * * * *', '"*/2/2" cannot stand in the field minute'],
    ['0 1,,2 * * * *', '"" cannot stand in the field minute'],
    ['* * *', 'a cron expression has 5 or 6 fields, this one has 3'],
    ['', 'a cron expression has 5 or 6 fields, this one has 0'],
    ['0 0 0 31 2 *', '"0 0 0 31 2 *" never comes'],
    ['CRON_TZ=Mars/Base 0 0 0 * * *', '"Mars/Base" is not a time zone'],
  ])('"%s" is refused: %s', (schedule, reason) => {
    expect(refusal('Cron', schedule)).toContain(reason);
  });

  it('fires only where every field matches, whatever the fields are', () => {
    const field = (min: number, max: number) => fc.integer({ min, max });
    const fields = fc.tuple(field(0, 59), field(0, 59), field(0, 23), field(1, 28), field(1, 12));
    fc.assert(
      fc.property(
        fields,
        fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
        (cron, from) => {
          const [second, minute, hour, day, month] = cron;
          const schedule = parseSchedule({ type: 'Cron', schedule: cron.join(' '), defaultZone: 'UTC' });
          const fired = nextFire(schedule, from);
          expect(fired && fired > from).toBe(true);
          expect([fired?.getUTCSeconds(), fired?.getUTCMinutes(), fired?.getUTCHours()]).toEqual([
            second,
            minute,
            hour,
          ]);
          expect([fired?.getUTCDate(), fired?.getUTCMonth()]).toEqual([day, month - 1]);
        },
      ),
    );
  });

  it('either reads or refuses any text, and never fails otherwise', () => {
    const piece = fc.constantFrom(
      '*',
      '?',
      '0',
      '5',
      '59',
      '1-5',
      '*/2',
      'Mon',
      'Jan',
      ',',
      '/',
      '-',
      '@every',
      '1h',
      'CRON_TZ=UTC',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        expect(typeof refusal('Cron', pieces.join(' '))).toBe('string');
      }),
    );
  });
});
