import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { realTiming } from '../../../shared/client/timing.js';
import { clientFor, hangUp, json, readCall, rejection, writeCall } from './loopback.js';
import { serve, tcp } from './servers.js';

/** Timers that keep this process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

describe('a call whose caller gives up', () => {
  it('beforehand sends nothing and opens no connection', async () => {
    const { origin, received, sockets } = await serve(json(200, {}));

    const error = await rejection(clientFor(origin, { signal: AbortSignal.abort() }).send(writeCall));

    expect(error).toMatchObject({ name: 'CloudTimeoutError', outcome: 'not-sent' });
    expect(String(error)).toMatch(/ABORTED: the caller gave the call up.*Nothing was sent/);
    expect([received.length, sockets.length]).toEqual([0, 0]);
  });

  it('while the headers are made sends nothing', async () => {
    const { origin, received } = await serve(json(200, {}));
    const controller = new AbortController();
    const source = {
      current: async () => {
        controller.abort();
        return 'token';
      },
      renew: async () => 'token',
    };
    const options = { auth: { mode: 'token', source }, signal: controller.signal } as const;

    const error = await rejection(clientFor(origin, options).send(writeCall));

    expect(error).toMatchObject({ name: 'CloudTimeoutError', outcome: 'not-sent' });
    expect(received).toHaveLength(0);
  });

  it.each([
    ['read', readCall, /It was a read/],
    ['write', writeCall, /outcome is unknown/],
  ])('on a %s that was sent frees its connection and its timer at once', async (_, call, message) => {
    const arrived: string[] = [];
    const server = await tcp((_socket, request) => arrived.push(request));
    const controller = new AbortController();
    const before = timers();
    const sent = rejection(clientFor(server.origin, { signal: controller.signal }).send(call));
    await expect.poll(() => arrived.length).toBe(1);

    controller.abort();
    const error = await sent;

    expect(error).toMatchObject({ name: 'CloudTimeoutError', outcome: 'unknown' });
    expect(String(error)).toMatch(message);
    expect(timers()).toBeLessThanOrEqual(before);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await expect.poll(() => server.open()).toBe(0);
  });

  it('while it waits for its next attempt ends with what happened so far', async () => {
    const { origin, received } = await serve(json(503, {}, { 'retry-after': '4' }));
    const controller = new AbortController();
    const options = { signal: controller.signal, timing: realTiming };
    const start = performance.now();
    const sent = rejection(clientFor(origin, options).send(readCall));
    await expect.poll(() => received.length).toBe(1);
    setTimeout(() => controller.abort(), 20);

    const error = await sent;

    expect(error).toMatchObject({ name: 'CloudFailedError', upstream: { status: 503 } });
    expect(performance.now() - start).toBeLessThan(3000);
    expect(received).toHaveLength(1);
  });

  it('does not hide that the pause itself failed', async () => {
    const { origin } = await serve(json(503, {}));
    const timing = { ...realTiming, sleep: () => Promise.reject(new Error('no sleep')) };

    expect(await rejection(clientFor(origin, { timing }).send(readCall))).toMatchObject({ message: 'no sleep' });
  });
});

describe('a call that has ended', () => {
  it.each([
    ['well', [json(200, {})], 1],
    ['after repetitions', [json(503, {}), json(200, {})], 1],
    ['with a refusal', [json(400, {})], 1],
    ['with a broken connection', [hangUp], 0],
  ])('%s leaves no timer, no listener and at most the one idle connection', async (_, replies, open) => {
    const { origin, open: openSockets } = await serve(...replies);
    const { signal } = new AbortController();
    const before = timers();

    await clientFor(origin, { signal })
      .send(readCall)
      .catch(() => undefined);

    expect(timers()).toBeLessThanOrEqual(before);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await expect.poll(openSockets).toBe(open);
  });

  it('by its deadline leaves no timer and no connection', async () => {
    const server = await tcp(() => undefined);
    const before = timers();
    const end = performance.now() + 150;

    await rejection(clientFor(server.origin, { remainingMs: () => end - performance.now() }).send(writeCall));

    expect(timers()).toBeLessThanOrEqual(before);
    await expect.poll(() => server.open()).toBe(0);
  });

  it.each(['well', 'by-signal', 'by-deadline'])('%s does not keep its process alive', async (how) => {
    const server = await tcp((socket) => {
      if (how === 'well') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
    });
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const caller = fileURLToPath(new URL('./one-call.ts', import.meta.url));

    const child = spawn(process.execPath, ['--import', 'tsx', caller, server.origin, how], { cwd: root });
    const [output] = (await once(child.stdout, 'data')) as [Buffer];
    const ended = performance.now();
    await once(child, 'close');

    // An idle connection is kept for four seconds; it must not be what the process waits for.
    expect(performance.now() - ended).toBeLessThan(3500);
    expect(output.toString()).toBe(how === 'well' ? '200' : 'CloudTimeoutError');
  });
});
