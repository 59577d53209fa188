import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextFull, onlyOneSince } from '../../../shared/operations/made-since.js';

const at = (now: number) => {
  let present = now;
  const sleep = async (ms: number) => {
    present += ms;
  };
  return { now: () => present, sleep };
};

test.each([
  { unit: 1_000, now: 10_250, next: 11_000 },
  { unit: 1_000, now: 10_999, next: 11_000 },
  { unit: 1_000, now: 10_000, next: 11_000 },
  { unit: 1, now: 10_000, next: 10_001 },
])('at $now the next full $unit ms begin at $next, and they have begun', async ({ unit, now, next }) => {
  const timing = at(now);
  expect(await nextFull(unit, timing)).toBe(next);
  expect(timing.now()).toBeGreaterThanOrEqual(next);
});

test('nothing is waited for beyond the time that is left', async () => {
  const timing = at(10_250);
  expect(await nextFull(1_000, timing, 400)).toBe(11_000);
  expect(timing.now()).toBe(10_650);
});

test('whatever is made before the wait is never claimed, whatever the unit of the cloud’s clock', async () => {
  const moment = fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 });
  await fc.assert(
    fc.asyncProperty(moment, fc.nat(100_000), fc.constantFrom(1, 1_000), async (now, age, unit) => {
      const madeAt = Math.floor((now - age) / unit) * unit;
      const since = await nextFull(unit, at(now));
      expect(onlyOneSince([madeAt], (made) => made, { since, until: now + 5_000 }, 'a task')).toHaveProperty(
        'notFound',
      );
    }),
  );
});

test('what is made after the wait is always claimed', async () => {
  const moment = fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 });
  await fc.assert(
    fc.asyncProperty(moment, fc.nat(5_000), fc.constantFrom(1, 1_000), async (now, later, unit) => {
      const timing = at(now);
      const since = await nextFull(unit, timing);
      const madeAt = Math.floor((timing.now() + later) / unit) * unit;
      const span = { since, until: timing.now() + later };
      expect(onlyOneSince([madeAt], (made) => made, span, 'a task')).toEqual({ found: madeAt });
    }),
  );
});
