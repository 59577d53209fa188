import { afterEach, describe, expect, it } from 'vitest';
import { forgetTokens } from '../../../shared/client/token.js';
import { hour, issued, source } from './iam.js';
import { clientFor, fakeTiming, json, readCall, rejection, writeCall } from './loopback.js';
import { serve } from './servers.js';

afterEach(forgetTokens);

describe('iamTokenSource, keeping tokens', () => {
  it('keeps a token for the next invocation, per user, account, project, endpoint and password', async () => {
    const { origin, received } = await serve(issued('token-1'));
    await source(origin).current();

    await source(origin).current();
    const before = received.length;
    await source(origin, { username: 'other' }).current();
    await source(origin, { domain: 'other' }).current();
    await source(origin, { projectId: 'other' }).current();
    await source(origin, { password: 'other' }).current();
    await source(`${origin}/other`).current();

    expect(before).toBe(1);
    expect(received).toHaveLength(6);
  });

  it('works with the real clock', async () => {
    const { origin } = await serve(json(201, {}, { 'x-subject-token': 'token-1' }));

    expect(await source(origin, { timing: undefined }).current()).toBe('token-1');
  });

  it.each([
    ['five minutes before its end', 24 * hour, 24 * hour - 300_001, 24 * hour - 299_999],
    ['at half of a short life', 60_000, 29_999, 30_001],
  ])('renews a token %s', async (_, life, before, after) => {
    const { origin } = await serve(issued('token-1', life), issued('token-2'));
    const timing = fakeTiming();
    const tokens = source(origin, { timing });
    await tokens.current();

    await timing.sleep(before);
    const early = await tokens.current();
    await timing.sleep(after - before);

    expect([early, await tokens.current()]).toEqual(['token-1', 'token-2']);
  });

  it.each([[{}], [{ token: {} }], [{ token: { expires_at: 'soon' } }], [null], [{ token: 1 }]])(
    'assumes a quarter of an hour where IAM says %j about the end',
    async (body) => {
      const { origin } = await serve(json(201, body, { 'x-subject-token': 'token-1' }), issued('token-2'));
      const timing = fakeTiming();
      const tokens = source(origin, { timing });
      await tokens.current();

      await timing.sleep(599_000);
      const early = await tokens.current();
      await timing.sleep(2000);

      expect([early, await tokens.current()]).toEqual(['token-1', 'token-2']);
    },
  );

  it('does not keep a token that has ended already', async () => {
    const { origin, received } = await serve(issued('token-1', -hour));
    const tokens = source(origin);

    await tokens.current();
    await tokens.current();

    expect(received).toHaveLength(2);
  });

  it('uses the old token until its end where renewing ahead of time fails', async () => {
    const { origin } = await serve(issued('token-1', hour), json(400, {}));
    const timing = fakeTiming();
    const tokens = source(origin, { timing });
    await tokens.current();

    await timing.sleep(hour - 60_000);
    const old = await tokens.current();
    await timing.sleep(60_001);

    expect(old).toBe('token-1');
    expect(await rejection(tokens.current())).toMatchObject({ name: 'CloudRejectedError' });
  });

  it('does not hide that IAM refuses the user while the old token still lives', async () => {
    const { origin } = await serve(issued('token-1', hour), json(401, {}));
    const timing = fakeTiming();
    const tokens = source(origin, { timing });
    await tokens.current();
    await timing.sleep(hour - 60_000);

    expect(await rejection(tokens.current())).toMatchObject({ name: 'CloudAuthError' });
  });
});

describe('iamTokenSource, several callers', () => {
  it('asks once for callers at the same time', async () => {
    const { origin, received } = await serve(issued('token-1'));

    const tokens = await Promise.all([source(origin).current(), source(origin).current(), source(origin).current()]);

    expect(tokens).toEqual(['token-1', 'token-1', 'token-1']);
    expect(received).toHaveLength(1);
  });

  it('never keeps a failure', async () => {
    const { origin } = await serve(json(400, {}), issued('token-1'));
    const tokens = source(origin);

    await rejection(tokens.current());

    expect(await tokens.current()).toBe('token-1');
  });

  it('asks again for itself where the request of another invocation failed for want of time', async () => {
    const { origin, received } = await serve(() => undefined, issued('token-1'));
    const end = performance.now() + 100;
    const hurried = rejection(source(origin, { remainingMs: () => end - performance.now() }).current());

    const token = await source(origin).current();

    expect(token).toBe('token-1');
    expect(await hurried).toMatchObject({ name: 'CloudTimeoutError', outcome: 'not-sent' });
    expect(received).toHaveLength(2);
  });

  it('does not wait for the request of another invocation longer than it may', async () => {
    const { origin } = await serve((response) => setTimeout(() => issued('token-1')(response), 300));
    const patient = source(origin).current();
    const end = performance.now() + 50;

    const error = await rejection(source(origin, { remainingMs: () => end - performance.now() }).current());

    expect(error).toMatchObject({ name: 'CloudTimeoutError', outcome: 'not-sent' });
    expect(await patient).toBe('token-1');
  });

  it('does not repeat a refusal that another invocation got', async () => {
    const { origin, received } = await serve(
      json(401, { error: { code: 401, message: 'wrong', title: 'Unauthorized' } }),
    );

    const errors = await Promise.all([rejection(source(origin).current()), rejection(source(origin).current())]);

    expect(errors).toMatchObject([{ name: 'CloudAuthError' }, { name: 'CloudAuthError' }]);
    expect(received).toHaveLength(1);
  });
});

describe('iamTokenSource, renew', () => {
  it('fetches another token in place of the refused one', async () => {
    const { origin } = await serve(issued('token-1'), issued('token-2'));
    const tokens = source(origin);
    const refused = await tokens.current();

    const renewed = await tokens.renew(refused);

    expect([renewed, await tokens.current()]).toEqual(['token-2', 'token-2']);
  });

  it('gives the one that another call has fetched meanwhile', async () => {
    const { origin, received } = await serve(issued('token-1'), issued('token-2'));
    const tokens = source(origin);
    await tokens.current();
    await tokens.renew('token-1');

    const renewed = await tokens.renew('token-1');

    expect(renewed).toBe('token-2');
    expect(received).toHaveLength(2);
  });

  it('serves a client through an expired token with one repetition', async () => {
    const iam = await serve(issued('token-1'), issued('token-2'));
    const cloud = await serve(json(200, {}), json(401, {}), json(201, {}));
    const client = clientFor(cloud.origin, { auth: { mode: 'token', source: source(iam.origin) } });
    await client.send(readCall);

    const reply = await client.send(writeCall);

    expect(reply).toMatchObject({ status: 201, attempts: 2 });
    expect(cloud.received.map((call) => call.headers['x-auth-token'])).toEqual(['token-1', 'token-1', 'token-2']);
  });
});
