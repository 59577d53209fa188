import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { destroyPools } from '../../../shared/client/pools.js';
import { realTiming } from '../../../shared/client/timing.js';
import { clientFor, json, type Loopback, readCall, rejection, serveReplies, writeCall } from './loopback.js';

const minute = 60_000;
let server: (Loopback & { readonly received: readonly unknown[] }) | undefined;

/** A server that says when a call has come to it, and never answers the first one. */
async function serveSilence(...replies: ((response: ServerResponse) => void)[]) {
  const arrivals = new EventTarget();
  const announced = [() => undefined, ...replies].map((reply) => (response: ServerResponse) => {
    reply(response);
    arrivals.dispatchEvent(new Event('arrival'));
  });
  server = await serveReplies(announced);
  return { origin: server.origin, received: server.received, arrival: () => once(arrivals, 'arrival') };
}

/** Lets what is due happen, without a timer. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await destroyPools();
  await server?.close();
});

describe('the two deadlines of a call', () => {
  it('give an attempt of a read ten seconds, so that a server that hangs once costs no more', async () => {
    const { origin, received, arrival } = await serveSilence(json(200, {}));
    const first = arrival();
    const reply = clientFor(origin, { remainingMs: () => minute }).send(readCall);
    await first;

    vi.advanceTimersByTime(9_999);
    await turns();
    const before = received.length;
    vi.advanceTimersByTime(1);

    expect(await reply).toMatchObject({ status: 200, attempts: 2 });
    expect(before).toBe(1);
  });

  it('give a write a minute, because it is not repeated', async () => {
    const { origin, received, arrival } = await serveSilence(json(201, {}));
    const first = arrival();
    const failed = rejection(clientFor(origin, { remainingMs: () => 10 * minute }).send(writeCall));
    await first;

    vi.advanceTimersByTime(minute);

    expect(await failed).toMatchObject({ name: 'CloudTimeoutError', outcome: 'unknown' });
    expect(received).toHaveLength(1);
  });

  it('end every attempt with what is left for all of them', async () => {
    const { origin, received, arrival } = await serveSilence();
    const left = [8000, 3000];
    const first = arrival();
    const failed = rejection(clientFor(origin, { remainingMs: () => left[0] ?? 0 }).send(readCall));
    await first;
    left.shift();
    const second = arrival();
    vi.advanceTimersByTime(8000);
    await second;
    left.shift();

    vi.advanceTimersByTime(3000);

    expect(await failed).toMatchObject({ name: 'CloudTimeoutError' });
    expect(received).toHaveLength(2);
  });
});

describe('a cloud that fails for ever', () => {
  it('never holds a call longer than the time that is left', async () => {
    vi.useRealTimers();
    server = await serveReplies([json(503, {})]);
    const end = performance.now() + 400;
    const options = { timing: realTiming, remainingMs: () => end - performance.now() };

    const error = await rejection(clientFor(server.origin, options).send(readCall));

    expect(error).toMatchObject({ name: 'CloudFailedError' });
    expect(performance.now()).toBeLessThan(end + 100);
  });
});
