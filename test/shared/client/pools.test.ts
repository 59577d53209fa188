import { afterEach, describe, expect, it } from 'vitest';
import { trustedRestMs } from '../../../shared/client/connection-rest.js';
import { destroyPools, releasePool, spoilPool, takePool } from '../../../shared/client/pools.js';
import { serveHttp } from './loopback.js';

const origin = 'http://127.0.0.1:9';

function fakeClocks() {
  const time = { monotonic: 1000, wall: 1_000_000 };
  return { time, monotonic: () => time.monotonic, wall: () => time.wall };
}

afterEach(destroyPools);

describe('takePool', () => {
  it('gives the same pool again while the connections are fresh', () => {
    const clocks = fakeClocks();
    const first = takePool(origin, clocks);
    releasePool(first, clocks);
    clocks.time.monotonic += trustedRestMs;
    clocks.time.wall += trustedRestMs;

    const second = takePool(origin, clocks);

    expect(second.pool).toBe(first.pool);
    expect(second.restedMs).toBe(trustedRestMs);
  });

  it('keeps one pool per origin', () => {
    expect(takePool('http://127.0.0.1:10').pool).not.toBe(takePool(origin).pool);
  });

  it.each(['monotonic', 'wall'] as const)(
    'replaces and destroys a pool that rested too long by the %s clock',
    (clock) => {
      const clocks = fakeClocks();
      const first = takePool(origin, clocks);
      releasePool(first, clocks);
      clocks.time[clock] += trustedRestMs + 1;

      const second = takePool(origin, clocks);

      expect(second.pool).not.toBe(first.pool);
      expect(first.pool.destroyed).toBe(true);
      expect(second.restedMs).toBe(0);
    },
  );

  it('does not mind a wall clock that is set back', () => {
    const clocks = fakeClocks();
    const first = takePool(origin, clocks);
    releasePool(first, clocks);
    clocks.time.wall -= 3_600_000;

    expect(takePool(origin, clocks).pool).toBe(first.pool);
  });

  it('lets a call that is under way on the old pool finish there', async () => {
    const waiting: (() => void)[] = [];
    const server = await serveHttp((_, response) => waiting.push(() => response.end('late')));
    const clocks = fakeClocks();
    const first = takePool(server.origin, clocks);
    const call = first.pool.request({ method: 'GET', path: '/' });
    await expect.poll(() => waiting.length).toBe(1);
    clocks.time.monotonic += trustedRestMs + 1;

    const second = takePool(server.origin, clocks);
    waiting[0]?.();
    const { body } = await call;

    expect(second.pool).not.toBe(first.pool);
    expect(await body.text()).toBe('late');
    await expect.poll(() => server.open()).toBe(0);
    await server.close();
  });
});

describe('spoilPool', () => {
  it('throws the pool away when it is handed back', () => {
    const first = takePool(origin);
    spoilPool(first);

    releasePool(first);

    expect(first.pool.destroyed).toBe(true);
    expect(takePool(origin).pool).not.toBe(first.pool);
  });

  it('leaves it to the calls that are under way, and throws it away after the last of them', () => {
    const use = takePool(origin);
    takePool(origin);
    spoilPool(use);

    releasePool(use);
    const before = use.pool.destroyed;
    releasePool(use);

    expect([before, use.pool.destroyed]).toEqual([false, true]);
  });

  it('does not touch the pool that has taken its place meanwhile', () => {
    const clocks = fakeClocks();
    const old = takePool(origin, clocks);
    clocks.time.monotonic += trustedRestMs + 1;
    const fresh = takePool(origin, clocks);
    spoilPool(old);

    releasePool(old, clocks);

    expect(fresh.pool.destroyed).toBe(false);
    expect(takePool(origin, clocks).pool).toBe(fresh.pool);
  });
});
