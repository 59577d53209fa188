import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttemptOutcome, type AttemptState, nextStep } from '../../../shared/client/retry.js';
import type { WaitHint } from '../../../shared/client/throttle-hints.js';

const reply = (status: number, hint?: WaitHint): AttemptOutcome => ({ kind: 'reply', status, hint });
const throttled = (hint?: WaitHint): AttemptOutcome => ({ kind: 'reply', status: 429, throttled: true, hint });
const failure = (sent: boolean, permanent = false): AttemptOutcome => ({ kind: 'failure', sent, permanent });
const after = (ms: number): WaitHint => ({ ms, from: 'retry-after' });
const within = (ms: number): WaitHint => ({ ms, from: 'window' });
const write: AttemptState = { attempts: 1, repeatable: false, remainingMs: 60_000, random: 0.5, renewable: false };
const read: AttemptState = { ...write, repeatable: true };

const table: readonly [string, AttemptOutcome, AttemptState, number | 'stop' | 'renew'][] = [
  // given an attempt of a read                             delay in ms, or the other step
  ['a read after 500', reply(500), read, 50],
  ['a read after 502', reply(502), read, 50],
  ['a read after 503 with a hint', reply(503, after(2000)), read, 2050],
  ['a read after 504, second attempt', reply(504), { ...read, attempts: 2 }, 100],
  ['a read after 429', reply(429), read, 250],
  ['a read after 429, second attempt', reply(429), { ...read, attempts: 2 }, 500],
  ['a read after 429 with a hint', reply(429, within(1000)), read, 1250],
  ['a read that was not sent', failure(false), read, 50],
  ['a read whose connection broke', failure(true), read, 50],
  ['a read after three attempts', reply(500), { ...read, attempts: 3 }, 'stop'],
  ['a read whose certificate was refused', failure(false, true), read, 'stop'],
  ['a read after 400', reply(400), read, 'stop'],
  ['a read after 404', reply(404), read, 'stop'],
  ['a read after a redirect', reply(302), read, 'stop'],
  ['a read after 401', reply(401), read, 'stop'],
  ['a read after 403', reply(403), { ...read, renewable: true }, 'stop'],
  ['a read after 401 that something may mend', reply(401), { ...read, renewable: true }, 'renew'],
  ['a write after 500', reply(500), write, 'stop'],
  ['a write after 503 with a hint', reply(503, after(100)), write, 'stop'],
  ['a write whose connection broke', failure(true), write, 'stop'],
  ['a write that was not sent', failure(false), write, 50],
  ['a write that the gateway throttled', throttled(), write, 250],
  ['a write after a 429 that is not the gateway’s', reply(429, after(1000)), write, 'stop'],
  ['a write after 401', reply(401), write, 'stop'],
  ['a write after 401 that something may mend', reply(401), { ...write, renewable: true }, 'renew'],
  ['a third attempt after 401', reply(401), { ...write, attempts: 3, renewable: true }, 'renew'],
  ['a window of a minute, of which five seconds are waited for', throttled(within(60_000)), write, 5250],
  ['an instruction of 20 seconds, waited for whole', throttled(after(20_000)), write, 20_250],
  ['an instruction of more than 20 seconds', throttled(after(20_001)), write, 'stop'],
  ['a read that is told to wait for more than 20 seconds', reply(503, after(20_001)), read, 'stop'],
  ['an instruction for after the end', throttled(after(10_000)), { ...write, remainingMs: 9_999 }, 'stop'],
  [
    'an instruction that fits without its jitter only',
    throttled(after(10_000)),
    { ...write, remainingMs: 10_100 },
    'stop',
  ],
  ['a window that does not fit', throttled(within(60_000)), { ...write, remainingMs: 5000 }, 'stop'],
  ['a delay that leaves no time for an attempt', throttled(), { ...write, remainingMs: 349 }, 'stop'],
  ['a delay that just fits', throttled(), { ...write, remainingMs: 350 }, 250],
  ['a time left that is no number', throttled(), { ...write, remainingMs: Number.NaN }, 'stop'],
  ['no luck with the dice', throttled(), { ...write, random: 0 }, 0],
];

describe('nextStep', () => {
  it.each(table)('decides about %s', (_, outcome, state, expected) => {
    const next = nextStep(outcome, state);

    expect(next).toMatchObject(
      typeof expected === 'number' ? { step: 'repeat', delayMs: expected } : { step: expected },
    );
  });

  it('takes more from the budget after no answer than after one', () => {
    expect([nextStep(reply(503), read), nextStep(failure(true), read)]).toMatchObject([{ cost: 5 }, { cost: 10 }]);
  });

  const anyOutcome = fc.oneof(
    fc.record({
      kind: fc.constant('reply' as const),
      status: fc.integer({ min: 300, max: 599 }),
      throttled: fc.boolean(),
      hint: fc.option(fc.record({ ms: fc.nat(1e6), from: fc.constantFrom('retry-after', 'window') }), {
        nil: undefined,
      }),
    }),
    fc.record({ kind: fc.constant('failure' as const), sent: fc.boolean(), permanent: fc.boolean() }),
  );
  const anyState = fc.record({
    attempts: fc.integer({ min: 1, max: 5 }),
    repeatable: fc.boolean(),
    remainingMs: fc.integer({ min: -1000, max: 900_000 }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    renewable: fc.boolean(),
  });

  it('never repeats a write that may have happened', () => {
    fc.assert(
      fc.property(anyOutcome, anyState, (outcome, state) => {
        const certainlyNot =
          outcome.kind === 'failure'
            ? !outcome.sent
            : outcome.status === 401 || (outcome.status === 429 && outcome.throttled);
        fc.pre(!state.repeatable && !certainlyNot);

        expect(nextStep(outcome, state)).toEqual({ step: 'stop' });
      }),
    );
  });

  it('never waits longer than what is left, nor for a hint longer than 20 seconds', () => {
    fc.assert(
      fc.property(anyOutcome, anyState, (outcome, state) => {
        const next = nextStep(outcome, state);
        fc.pre(next.step === 'repeat');

        const hint = outcome.kind === 'reply' ? outcome.hint : undefined;
        const least = hint?.from === 'window' ? Math.min(hint.ms, 5000) : (hint?.ms ?? 0);
        expect(next.delayMs).toBeLessThan(state.remainingMs);
        expect(next.delayMs).toBeGreaterThanOrEqual(least);
        expect(next.delayMs).toBeLessThanOrEqual(least + 20_000);
      }),
    );
  });

  it('never repeats before the moment that the cloud named, where that lies beyond the end', () => {
    fc.assert(
      fc.property(anyState, fc.nat(1e6), (state, ms) => {
        fc.pre(ms > state.remainingMs);

        expect(nextStep(throttled(after(ms)), state)).toEqual({ step: 'stop' });
      }),
    );
  });
});
