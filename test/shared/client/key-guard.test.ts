import { afterEach, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start-cloud.js';
import { createCloudClient } from '../../../shared/client/create-cloud-client.js';
import {
  CloudAuthError,
  CloudFailedError,
  CloudRejectedError,
  CloudThrottledError,
} from '../../../shared/client/errors.js';
import { createKeyGuard } from '../../../shared/client/key-guard.js';
import { destroyPools } from '../../../shared/client/pools.js';
import { clientFor, fakeTiming, hangUp, json, readCall, rejection, serveReplies, writeCall } from './loopback.js';

const noon = { date: 'Sat, 21 Nov 2026 12:00:00 GMT' };
const refusal = (status = 401) => new CloudAuthError('refused', { service: 'ces', status, error_code: 'APIGW.0301' });

afterEach(destroyPools);

describe('a guarded key', () => {
  it('sends the first call alone, and the others when it has ended', async () => {
    const guard = createKeyGuard(Date.now, () => 60_000);
    const order: string[] = [];
    const call = (name: string) =>
      guard(name, async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} ends`);
      });

    await Promise.all([call('a'), call('b'), call('c')]);

    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'b ends', 'c ends']);
  });

  it('does not let the others wait for a first one that hangs', async () => {
    const guard = createKeyGuard(Date.now, () => 60_000);
    guard('hangs', () => new Promise(() => undefined));

    expect(await guard('goes', () => Promise.resolve('gone'))).toBe('gone');
  });

  it('lets them wait for a third of the time that is left at most', async () => {
    const guard = createKeyGuard(Date.now, () => 90);
    guard('hangs', () => new Promise(() => undefined));
    const start = performance.now();

    await guard('goes', () => Promise.resolve('gone'));

    expect(performance.now() - start).toBeLessThan(500);
  });

  it('sends nothing more after a 401, for the five minutes that a lock would last', async () => {
    const timing = fakeTiming();
    const guard = createKeyGuard(timing.now, () => 60_000);
    await rejection(guard('first', () => Promise.reject(refusal())));

    const held = await rejection(guard('ces Second', () => Promise.resolve('sent')));
    await timing.sleep(5 * 60_000);

    expect(held).toMatchObject({ name: 'CloudAuthError', outcome: 'not-sent', upstream: { error_code: 'APIGW.0301' } });
    expect(String(held)).toMatch(
      /^CloudAuthError: ces Second was not sent, because .* refused just before \(401 APIGW/,
    );
    expect(await guard('third', () => Promise.resolve('sent'))).toBe('sent');
  });

  it.each([
    ['a missing permission', refusal(403)],
    ['another refusal', new CloudRejectedError('no', { service: 'ces', status: 400 })],
    ['a failure', new Error('network')],
  ])('goes on after %s', async (_, error) => {
    const guard = createKeyGuard(Date.now, () => 60_000);
    await rejection(guard('first', () => Promise.reject(error)));

    expect(await guard('second', () => Promise.resolve('sent'))).toBe('sent');
  });

  it.each([
    ['broke', new Error('network')],
    ['failed', new CloudFailedError('m', { service: 'ces', status: 503 })],
    ['was throttled', new CloudThrottledError('m', { service: 'ces', status: 429 }, 1)],
  ])('goes on one by one after a first call that %s, because that proves nothing', async (_, error) => {
    const guard = createKeyGuard(Date.now, () => 60_000);
    let underWay = 0;
    let most = 0;
    const send = async (fails: boolean) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      if (fails) throw error;
    };

    await Promise.allSettled(Array.from({ length: 5 }, () => guard('ces Call', () => send(true))));

    expect(most).toBe(1);
  });

  it('lets all go at once as soon as any answer shows that the key was taken', async () => {
    const guard = createKeyGuard(Date.now, () => 60_000);
    const refused = new CloudRejectedError('no', { service: 'ces', status: 404 });
    let underWay = 0;
    let most = 0;
    const send = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    };

    await rejection(guard('first', () => Promise.reject(refused)));
    await Promise.all(Array.from({ length: 5 }, () => guard('ces Call', send)));

    expect(most).toBe(5);
  });

  it('names the status alone where the cloud gave no code', async () => {
    const guard = createKeyGuard(Date.now, () => 60_000);
    await rejection(guard('first', () => Promise.reject(new CloudAuthError('m', { service: 'ces', status: 401 }))));

    expect(String(await rejection(guard('second', () => Promise.resolve())))).toContain('just before (401). Check');
  });
});

describe('the calls of a client', () => {
  it('reach the cloud once with a wrong key, however many there are', async () => {
    const server = await serveReplies([json(401, { error_code: 'APIGW.0301' }, noon)]);
    const client = clientFor(server.origin);

    const errors = await Promise.all(Array.from({ length: 20 }, () => rejection(client.send(writeCall))));

    expect(server.received).toHaveLength(1);
    expect(errors.map((error) => (error as CloudAuthError).outcome).sort()).toEqual([
      ...Array.from({ length: 19 }, () => 'not-sent'),
      'rejected',
    ]);
    await server.close();
  });

  it('do not lock a wrong key either where the first connections break', async () => {
    const server = await serveReplies([hangUp, hangUp, json(401, { error_code: 'APIGW.0301' }, noon)]);
    const client = clientFor(server.origin);

    await Promise.all(Array.from({ length: 20 }, () => rejection(client.send(writeCall))));

    expect(server.received).toHaveLength(3);
    await server.close();
  });

  it('with a token are never held back', async () => {
    const server = await serveReplies([json(401, {})]);
    const source = { current: async () => 't', renew: async () => 't' };
    const client = clientFor(server.origin, { auth: { mode: 'token', source } });

    await Promise.all([rejection(client.send(readCall)), rejection(client.send(readCall))]);

    expect(server.received).toHaveLength(2);
    await server.close();
  });

  it('do not lock a key of the emulated cloud that only one of them uses wrongly', async () => {
    const cloud: Cloud = await startCloud({ port: 0 });
    const clientWith = (sk: string) =>
      createCloudClient({
        auth: { mode: 'aksk', credentials: { ak: cloud.account.ak, sk } },
        projectId: cloud.account.project,
        endpoint: () => new URL(cloud.url),
        remainingMs: () => 5000,
      });
    const call = { ...readCall, path: ['v3', cloud.account.project, 'agent-invocations'] };
    const wrong = clientWith('not-the-secret-key');

    await Promise.all(Array.from({ length: 20 }, () => rejection(wrong.send(call))));

    expect(await clientWith(cloud.account.sk).send(call)).toMatchObject({ status: 200 });
    await cloud.close();
  });
});
