import { describe, expect, it } from 'vitest';
import type { AttemptReport } from '../../../shared/client/deliver.js';
import { clientFor, fakeTiming, hangUp, json, readCall, rejection, text, writeCall } from './loopback.js';
import { serve, tcp } from './servers.js';

describe('send, repetitions', () => {
  it.each([500, 502, 503, 504])('repeats a read after %s', async (status) => {
    const { origin } = await serve(text(status, '<html>'), json(200, { a: 1 }));

    expect(await clientFor(origin).send(readCall)).toMatchObject({ body: { a: 1 }, attempts: 2 });
  });

  it('repeats a read after a broken connection, and gives up after three attempts', async () => {
    const { origin, received } = await serve(hangUp);
    const timing = fakeTiming();

    const error = await rejection(clientFor(origin, { timing }).send(readCall));

    expect(error).toMatchObject({ name: 'CloudConnectionError', outcome: 'unknown' });
    expect(String(error)).toMatch(/It was a read and changed nothing/);
    expect(received).toHaveLength(3);
    expect(timing.slept).toEqual([50, 100]);
  });

  it('never repeats a write whose connection broke', async () => {
    const { origin, received } = await serve(hangUp);

    const error = await rejection(clientFor(origin).send(writeCall));

    expect(error).toMatchObject({ name: 'CloudConnectionError', outcome: 'unknown', status: 502 });
    expect(String(error)).toMatch(/look whether it took effect before calling again/);
    expect(received).toHaveLength(1);
  });

  it('repeats a write that throttling refused, after the window in the message', async () => {
    const throttled = { error_code: 'APIGW.0308', error_msg: 'policy user over ratelimit,limit:5,time:2 second' };
    const { origin } = await serve(json(429, throttled), json(201, {}));
    const timing = fakeTiming(0);

    const reply = await clientFor(origin, { timing }).send(writeCall);

    expect(reply.attempts).toBe(2);
    expect(timing.slept).toEqual([2000]);
  });

  it('prefers Retry-After, and passes it on where there is no time to wait', async () => {
    const throttled = { error_code: 'APIGW.0308', error_msg: 'limit:5,time:1 second' };
    const { origin, received } = await serve(json(429, throttled, { 'retry-after': '90' }));
    const timing = fakeTiming();

    const error = await rejection(clientFor(origin, { timing }).send(writeCall));

    expect(error).toMatchObject({ name: 'CloudThrottledError', retryAfterSeconds: 90 });
    expect(received).toHaveLength(1);
    expect(timing.slept).toEqual([]);
  });

  it('names a usual time where throttling names none', async () => {
    const { origin, received } = await serve(json(429, { error_code: 'APIG.0308' }));

    const error = await rejection(clientFor(origin).send(writeCall));

    expect(error).toMatchObject({ retryAfterSeconds: 5 });
    expect(String(error)).toContain('still throttling after attempt 3');
    expect(received).toHaveLength(3);
  });

  it.each([
    ['999999999', 86_400],
    ['0', 1],
  ])('answers a Retry-After of %s with %s seconds', async (value, seconds) => {
    const { origin } = await serve(json(429, {}, { 'retry-after': value }));

    expect(await rejection(clientFor(origin).send(writeCall))).toMatchObject({ retryAfterSeconds: seconds });
  });

  it('repeats a write that was certainly not sent, and says so in the end', async () => {
    const { origin, close } = await serve();
    await close();
    const timing = fakeTiming();

    const error = await rejection(clientFor(origin, { timing }).send(writeCall));

    expect(error).toMatchObject({ name: 'CloudConnectionError', outcome: 'not-sent', upstream: { service: 'ces' } });
    expect(String(error)).toMatch(
      /^CloudConnectionError: no connection to 127\.0\.0\.1:\d+ for ces .*ECONNREFUSED.*check CES_ENDPOINT/,
    );
    expect(timing.slept).toEqual([50, 100]);
  });

  it.each([
    [readCall, /changed nothing/],
    [writeCall, /outcome is unknown/],
  ])('ends in time where no answer comes', async (call, message) => {
    const server = await tcp(() => undefined);
    const end = performance.now() + 300;

    const error = await rejection(clientFor(server.origin, { remainingMs: () => end - performance.now() }).send(call));

    expect(error).toMatchObject({ name: 'CloudTimeoutError', status: 504, outcome: 'unknown' });
    expect(String(error)).toMatch(message);
    expect(performance.now()).toBeLessThan(end + 150);
  });

  it.each([0, -5, Number.NaN])('sends nothing where %s ms are left', async (left) => {
    const { origin, received } = await serve(json(200, {}));

    const error = await rejection(clientFor(origin, { remainingMs: () => left }).send(writeCall));

    expect(error).toMatchObject({ name: 'CloudTimeoutError', outcome: 'not-sent' });
    expect(received).toHaveLength(0);
  });

  it('throws what happened where the time ran out during the wait for a repetition', async () => {
    const { origin, received } = await serve(json(503, {}));
    const left = [5000, 5000, 0];

    const error = await rejection(clientFor(origin, { remainingMs: () => left.shift() ?? 0 }).send(readCall));

    expect(error).toMatchObject({ name: 'CloudFailedError', upstream: { status: 503 } });
    expect(received).toHaveLength(1);
  });

  it('reports each attempt', async () => {
    const { origin } = await serve(hangUp, json(503, {}), json(200, {}));
    const attempts: AttemptReport[] = [];

    await clientFor(origin, { observe: (attempt) => attempts.push(attempt) }).send(readCall);

    const common = { service: 'ces', operation: 'ListAgentInvocations', ms: 0 };
    expect(attempts).toEqual([
      { ...common, failure: 'UND_ERR_SOCKET' },
      { ...common, status: 503 },
      { ...common, status: 200 },
    ]);
  });

  it('passes on what is no failure of the transport', async () => {
    const { origin } = await serve(json(200, {}));
    const observe = () => {
      throw new Error('observer');
    };

    expect(await rejection(clientFor(origin, { observe }).send(readCall))).toMatchObject({ message: 'observer' });
  });
});
