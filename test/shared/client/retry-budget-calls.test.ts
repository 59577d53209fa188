import { afterEach, describe, expect, it } from 'vitest';
import { destroyPools } from '../../../shared/client/pools.js';
import { createRetryBudget } from '../../../shared/client/retry-budget.js';
import { clientFor, json, type Loopback, readCall, rejection, serveReplies } from './loopback.js';

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
