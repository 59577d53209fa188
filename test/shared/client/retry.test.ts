import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttemptOutcome, type AttemptState, nextStep } from '../../../shared/client/retry.js';

const reply = (status: number, hintMs?: number): AttemptOutcome => ({ kind: 'reply', status, hintMs });
const failure = (sent: boolean, permanent = false): AttemptOutcome => ({ kind: 'failure', sent, permanent });
const write: AttemptState = { attempts: 1, repeatable: false, remainingMs: 60_000, random: 0.5, renewable: false };
const read: AttemptState = { ...write, repeatable: true };

const table: readonly [string, AttemptOutcome, AttemptState, number | 'stop' | 'renew-token'][] = [
  // given an attempt of a read                             delay in ms, or the other step
  ['a read after 500', reply(500), read, 50],
  ['a read after 502', reply(502), read, 50],
  ['a read after 503 with a hint', reply(503, 2000), read, 2050],
  ['a read after 504, second attempt', reply(504), { ...read, attempts: 2 }, 100],
  ['a read after 429', reply(429), read, 250],
  ['a read after 429, second attempt', reply(429), { ...read, attempts: 2 }, 500],
  ['a read after 429 with a hint', reply(429, 1000), read, 1250],
  ['a read that was not sent', failure(false), read, 50],
  ['a read whose connection broke', failure(true), read, 50],
  ['a read after three attempts', reply(500), { ...read, attempts: 3 }, 'stop'],
  ['a read whose certificate was refused', failure(false, true), read, 'stop'],
  ['a read after 400', reply(400), read, 'stop'],
  ['a read after 404', reply(404), read, 'stop'],
  ['a read after a redirect', reply(302), read, 'stop'],
  ['a read after 401', reply(401), read, 'stop'],
  ['a read after 403', reply(403), { ...read, renewable: true }, 'stop'],
  ['a read after 401 with a token', reply(401), { ...read, renewable: true }, 'renew-token'],
  ['a write after 500', reply(500), write, 'stop'],
  ['a write after 503 with a hint', reply(503, 100), write, 'stop'],
  ['a write whose connection broke', failure(true), write, 'stop'],
  ['a write that was not sent', failure(false), write, 50],
  ['a write after 429', reply(429), write, 250],
  ['a write after 401', reply(401), write, 'stop'],
  ['a write after 401 with a token', reply(401), { ...write, renewable: true }, 'renew-token'],
  [
    'a write after 401 with a token, third attempt',
    reply(401),
    { ...write, attempts: 3, renewable: true },
    'renew-token',
  ],
  ['a hint that does not fit', reply(429, 60_000), write, 'stop'],
  ['a delay that leaves no time for an attempt', reply(429), { ...write, remainingMs: 349 }, 'stop'],
  ['a delay that just fits', reply(429), { ...write, remainingMs: 350 }, 250],
  ['no luck with the dice', reply(429), { ...write, random: 0 }, 0],
];

describe('nextStep', () => {
  it.each(table)('decides about %s', (_, outcome, state, expected) => {
    const next = nextStep(outcome, state);

    expect(next).toEqual(typeof expected === 'number' ? { step: 'repeat', delayMs: expected } : { step: expected });
  });

  const anyOutcome = fc.oneof(
    fc.record({
      kind: fc.constant('reply' as const),
      status: fc.integer({ min: 300, max: 599 }),
      hintMs: fc.option(fc.nat(1e6), { nil: undefined }),
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
          outcome.kind === 'failure' ? !outcome.sent : outcome.status === 429 || outcome.status === 401;
        fc.pre(!state.repeatable && !certainlyNot);

        expect(nextStep(outcome, state)).toEqual({ step: 'stop' });
      }),
    );
  });

  it('never waits longer than what is left, nor longer than the cap where the cloud gave no hint', () => {
    fc.assert(
      fc.property(anyOutcome, anyState, (outcome, state) => {
        const next = nextStep(outcome, state);
        fc.pre(next.step === 'repeat');

        const hint = outcome.kind === 'reply' ? (outcome.hintMs ?? 0) : 0;
        expect(next.delayMs).toBeLessThan(state.remainingMs);
        expect(next.delayMs).toBeLessThanOrEqual(hint + 20_000);
        expect(next.delayMs).toBeGreaterThanOrEqual(hint);
      }),
    );
  });
});
