import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRetryBudget } from '../../../shared/client/retry-budget.js';

describe('a budget of repetitions', () => {
  it('takes what is there and refuses what is not', () => {
    const budget = createRetryBudget(12);

    expect([budget.take(5), budget.take(5), budget.take(5), budget.take(2), budget.take(1)]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it('allows a hundred repetitions after errors by itself', () => {
    const budget = createRetryBudget();
    let allowed = 0;

    while (budget.take(5)) allowed += 1;

    expect(allowed).toBe(100);
  });

  it('gets back what a success has taken, at least one, and never more than it held', () => {
    const budget = createRetryBudget(10);
    budget.take(10);
    budget.giveBack(0);
    const one = [budget.take(1), budget.take(1)];
    budget.giveBack(10);
    budget.giveBack(10);

    expect(one).toEqual([true, false]);
    expect([budget.take(10), budget.take(1)]).toEqual([true, false]);
  });

  it('never allows more repetitions than capacity and successes pay for', () => {
    const step = fc.oneof(fc.constant('call'), fc.constant('success'));
    fc.assert(
      fc.property(fc.nat(50), fc.array(step, { maxLength: 200 }), (capacity, steps) => {
        const budget = createRetryBudget(capacity);
        let repetitions = 0;
        for (const next of steps) {
          if (next === 'success') budget.giveBack(0);
          else if (budget.take(5)) repetitions += 1;
        }
        const successes = steps.filter((next) => next === 'success').length;

        expect(repetitions * 5).toBeLessThanOrEqual(capacity + successes);
      }),
    );
  });
});
