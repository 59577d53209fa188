import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { destroyPools } from '../../../shared/client/pools.js';
import { createRetryBudget } from '../../../shared/client/retry-budget.js';
import { clientFor, json, type Loopback, readCall, rejection, serveReplies } from './loopback.js';

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

describe('the clients of one process', () => {
  let server: (Loopback & { readonly received: unknown[] }) | undefined;

  afterEach(async () => {
    await destroyPools();
    await server?.close();
  });

  it('share one budget: when it is used up each call is still sent, and sent once', async () => {
    server = await serveReplies([json(503, {})]);
    const { origin, received } = server;
    const budget = createRetryBudget(15);
    const sent: number[] = [];

    for (let call = 0; call < 4; call += 1) {
      await rejection(clientFor(origin, { budget }).send(readCall));
      sent.push(received.length);
    }

    expect(sent).toEqual([3, 5, 6, 7]);
  });

  it('get back what a call took that succeeded in the end', async () => {
    const failing = json(503, {});
    server = await serveReplies([failing, failing, json(200, {}), failing, failing, json(200, {})]);
    const budget = createRetryBudget(10);

    const replies = [
      await clientFor(server.origin, { budget }).send(readCall),
      await clientFor(server.origin, { budget }).send(readCall),
    ];

    expect(replies).toMatchObject([{ attempts: 3 }, { attempts: 3 }]);
  });
});
