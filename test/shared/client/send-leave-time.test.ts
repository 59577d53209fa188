import { afterEach, describe, expect, it } from 'vitest';
import { destroyPools } from '../../../shared/client/pools.js';
import { clientFor, fakeTiming, json, readCall, serveReplies, writeCall } from './loopback.js';

afterEach(destroyPools);

/** Throttled first, so that only a call with enough time for the wait comes to its second attempt. */
async function endOf(leaveMs: number | undefined, retryAfter: string, leftMs = 5000): Promise<number | string> {
  const server = await serveReplies([
    json(429, { error_code: 'APIGW.0308' }, { 'retry-after': retryAfter }),
    json(201, {}),
  ]);
  const ending = await clientFor(server.origin, { remainingMs: () => leftMs, timing: fakeTiming(0) })
    .send({ ...writeCall, leaveMs })
    .then(
      ({ status }) => status,
      ({ name }: Error) => name,
    );
  await server.close();
  return ending;
}

describe('a call that leaves time to what comes after it', () => {
  it.each([
    ['uses all of it where it leaves none', undefined, '4', 201],
    ['keeps off what it leaves', 1500, '4', 'CloudThrottledError'],
    ['uses the rest', 500, '4', 201],
    ['leaves a third at most', 60_000, '3', 201],
    ['leaves that third', 60_000, '4', 'CloudThrottledError'],
  ])('%s', async (_, leaveMs, retryAfter, ending) => {
    expect(await endOf(leaveMs, retryAfter)).toBe(ending);
  });

  it('ends in time for it where no answer comes', async () => {
    const server = await serveReplies([() => undefined]);
    const end = performance.now() + 600;

    const error = await clientFor(server.origin, { remainingMs: () => end - performance.now() })
      .send({ ...writeCall, leaveMs: 10_000 })
      .catch((caught: unknown) => caught);

    expect(error).toMatchObject({ name: 'CloudTimeoutError', outcome: 'unknown' });
    expect(end - performance.now()).toBeGreaterThan(100);
    await server.close();
  });
});

describe('a call with hardly any time left', () => {
  it.each([
    ['a write with 99 ms', writeCall, 99, 0, { name: 'CloudTimeoutError', status: 504, outcome: 'not-sent' }],
    ['a write with no number', writeCall, Number.NaN, 0, { name: 'CloudTimeoutError', outcome: 'not-sent' }],
    ['a write with 100 ms', writeCall, 100, 1, { status: 200 }],
    ['a read with 99 ms', readCall, 99, 1, { status: 200 }],
    ['a read with nothing', readCall, 0, 0, { name: 'CloudTimeoutError', outcome: 'not-sent' }],
  ])('is not begun where its answer could not be heard: %s', async (_, call, leftMs, received, ending) => {
    const server = await serveReplies([json(200, {})]);

    const end = await clientFor(server.origin, { remainingMs: () => leftMs })
      .send(call)
      .catch((error: unknown) => error);

    expect(server.received).toHaveLength(received);
    expect(end).toMatchObject(ending);
    await server.close();
  });
});
