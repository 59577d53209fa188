import { afterEach, describe, expect, it } from 'vitest';
import { destroyPools } from '../../../shared/client/pools.js';
import { clientFor, fakeTiming, readCall, serveReplies, writeCall } from './loopback.js';
import { policyRows } from './policy-rows.js';

afterEach(destroyPools);

describe('the policy of repetitions', () => {
  it.each(policyRows)('a $call after $given: $calls calls', async (row) => {
    const { call, auth, remainingMs = 60_000, replies, calls, ends, delays = [] } = row;
    const server = await serveReplies(replies);
    const timing = fakeTiming();
    const options = { timing, remainingMs: () => remainingMs, ...(auth === undefined ? {} : { auth }) };

    const ending = await clientFor(server.origin, options)
      .send(call === 'read' ? readCall : writeCall)
      .then(
        (reply) => reply.status,
        (error: { name: string; outcome: string }) => [error.name, error.outcome],
      );

    expect({ ends: ending, calls: server.received.length, delays: timing.slept }).toEqual({ ends, calls, delays });
    await server.close();
  });

  it.each([
    ['read', readCall],
    ['write', writeCall],
  ])('a %s that never leaves is repeated twice and reported as not sent', async (_, call) => {
    const { origin, close } = await serveReplies([]);
    await close();
    const timing = fakeTiming();

    const ending = await clientFor(origin, { timing })
      .send(call)
      .catch((error: { name: string; outcome: string }) => [error.name, error.outcome]);

    expect([ending, timing.slept]).toEqual([
      ['CloudConnectionError', 'not-sent'],
      [50, 100],
    ]);
  });
});
