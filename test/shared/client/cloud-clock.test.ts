import { describe, expect, it } from 'vitest';
import { createCloudClock } from '../../../shared/client/cloud-clock.js';

const noon = Date.UTC(2026, 10, 21, 12, 0, 0);
const minute = 60_000;
const dateAt = (ms: number) => new Date(ms).toUTCString();

describe('the cloud’s clock', () => {
  it('is this machine’s until a refusal shows otherwise', () => {
    const clock = createCloudClock(() => noon);

    expect([clock.now(), clock.offsetMs]).toEqual([noon, 0]);
  });

  it.each([
    ['an hour ahead', 60 * minute],
    ['an hour behind', -60 * minute],
    ['a second more than five minutes ahead', 5 * minute + 1000],
  ])('is set by a refusal that is %s', (_, offset) => {
    const clock = createCloudClock(() => noon);

    const explained = clock.explainsRefusal(dateAt(noon + offset), 0);

    expect([explained, clock.now()]).toEqual([true, noon + offset]);
  });

  it.each([
    ['five minutes ahead', dateAt(noon + 5 * minute)],
    ['five minutes behind', dateAt(noon - 5 * minute)],
    ['without a date', undefined],
    ['with a date that is none', '2026-11-21T15:00:00Z'],
    ['with an empty date', ''],
  ])('is left alone by a refusal %s', (_, header) => {
    const clock = createCloudClock(() => noon);

    expect([clock.explainsRefusal(header, 0), clock.now()]).toEqual([false, noon]);
  });

  it('is never set twice', () => {
    const clock = createCloudClock(() => noon);
    clock.explainsRefusal(dateAt(noon + 60 * minute), 0);

    const again = clock.explainsRefusal(dateAt(noon + 120 * minute), clock.offsetMs);

    expect([again, clock.now()]).toEqual([false, noon + 60 * minute]);
  });

  it('explains the refusal of a call that was signed before another one set it', () => {
    const clock = createCloudClock(() => noon);
    clock.explainsRefusal(dateAt(noon + 60 * minute), 0);

    expect(clock.explainsRefusal(dateAt(noon + 60 * minute), 0)).toBe(true);
  });
});
