import { describe, expect, it } from 'vitest';
import { createCloudClient } from '../../../shared/client/create-cloud-client.js';
import { sign } from '../../../shared/client/sign.js';
import { fixedToken, type TokenSource } from '../../../shared/client/token.js';
import { account, clientFor, json, readCall, rejection, writeCall } from './loopback.js';
import { serve } from './servers.js';

describe('send, signed', () => {
  it('sends exactly what it signed', async () => {
    const { origin, received } = await serve(json(200, {}));
    const query = [
      ['limit', '100'],
      ['instance_id', 'a b'],
    ] as const;

    await clientFor(`${origin}/gate`).send({ ...writeCall, query });

    const [call] = received;
    const { method = '', url = '', headers, body } = call ?? {};
    expect(method).toBe('POST');
    expect(url).toBe(`/gate/v3/${account.projectId}/agent-invocations/batch-create?instance_id=a%20b&limit=100`);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-project-id': account.projectId,
      'user-agent': expect.stringMatching(/^fleetbatch\//),
    });
    const again = sign({ method, url: origin + url, body }, account, {
      date: new Date('2026-11-21T12:00:00Z'),
      projectId: account.projectId,
    });
    expect(headers?.authorization).toBe(again.headers.Authorization);
    expect(JSON.parse(body ?? '')).toEqual(writeCall.body);
  });

  it('sends and signs the token of temporary credentials', async () => {
    const { origin, received } = await serve(json(200, {}));
    const credentials = { ...account, securityToken: 'temporary' };

    await clientFor(origin, { auth: { mode: 'aksk', credentials } }).send(readCall);

    expect(received[0]?.headers['x-security-token']).toBe('temporary');
    expect(received[0]?.headers.authorization).toContain(';x-security-token,');
  });

  it('signs every attempt anew', async () => {
    const { origin, received } = await serve(json(503, {}, { 'retry-after': '2' }), json(200, {}));

    await clientFor(origin).send(readCall);

    expect(received.map((call) => call.headers['x-sdk-date'])).toEqual(['20261121T120000Z', '20261121T120002Z']);
    expect(received[0]?.headers.authorization).not.toBe(received[1]?.headers.authorization);
    const [first, second] = received.map(({ headers: { authorization, 'x-sdk-date': _, ...others } }) => [
      others,
      authorization?.replace(/Signature=\w+$/, ''),
    ]);
    expect(second).toEqual(first);
  });
});

describe('send, with a token', () => {
  const tokens = (source: TokenSource) => ({ auth: { mode: 'token', source } }) as const;

  it('sends the token and no signature', async () => {
    const { origin, received } = await serve(json(200, {}));

    await clientFor(origin, tokens(fixedToken(' the-token\n'))).send(readCall);

    expect(received[0]?.headers).toMatchObject({ 'x-auth-token': 'the-token', host: new URL(origin).host });
    expect(received[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each(['to\nken', 'token\0', 'tok\u00e9n'])(
    'sends nothing with a token that is none, and says that it is the token',
    async (token) => {
      const { origin, received } = await serve(json(200, {}));

      const error = await rejection(clientFor(origin, tokens(fixedToken(token))).send(readCall));

      expect(error).toMatchObject({ name: 'InvalidSettingError', setting: 'AUTH_MODE', outcome: 'not-sent' });
      expect(String(error)).not.toContain(token);
      expect(received).toEqual([]);
    },
  );

  it('renews a refused token once and repeats, also a write, because a 401 did nothing', async () => {
    const { origin, received } = await serve(json(401, {}), json(201, {}));
    const refused: string[] = [];
    const renew = (token: string) => {
      refused.push(token);
      return Promise.resolve('token-2');
    };

    const reply = await clientFor(origin, tokens({ current: () => Promise.resolve('token-1'), renew })).send(writeCall);

    expect(reply.attempts).toBe(2);
    expect(refused).toEqual(['token-1']);
    expect(received.map((call) => call.headers['x-auth-token'])).toEqual(['token-1', 'token-2']);
  });

  it('gives up where the new token is refused as well', async () => {
    const { origin, received } = await serve(json(401, {}));
    let count = 0;
    const source = { current: () => Promise.resolve('token-0'), renew: () => Promise.resolve(`token-${++count}`) };

    const error = await rejection(clientFor(origin, tokens(source)).send(readCall));

    expect(error).toMatchObject({ name: 'CloudAuthError' });
    expect(received).toHaveLength(2);
  });

  it('does not repeat with the same token', async () => {
    const { origin, received } = await serve(json(401, {}));

    const error = await rejection(clientFor(origin, tokens(fixedToken('only-one'))).send(readCall));

    expect(error).toMatchObject({ name: 'CloudAuthError' });
    expect(received).toHaveLength(1);
  });

  it('never repeats a plain 401 of a signed call, because five of them lock the key', async () => {
    const { origin, received } = await serve(json(401, {}, { date: 'Sat, 21 Nov 2026 12:00:00 GMT' }));

    const error = await rejection(clientFor(origin).send(readCall));

    expect(String(error)).toMatch(/lock the key for 5 minutes/);
    expect(received).toHaveLength(1);
  });
});

describe('createCloudClient', () => {
  const credentials = { ak: account.ak, sk: account.sk };

  it.each([
    ['HUAWEICLOUD_SDK_PROJECT_ID', { projectId: '' }],
    ['HUAWEICLOUD_SDK_AK', { auth: { mode: 'aksk' as const, credentials: { ...credentials, ak: '' } } }],
    ['HUAWEICLOUD_SDK_SK', { auth: { mode: 'aksk' as const, credentials: { ...credentials, sk: '' } } }],
  ])('names %s where it is missing', (setting, change) => {
    expect(() => clientFor('http://127.0.0.1', change)).toThrow(
      expect.objectContaining({ name: 'MissingSettingError', setting }),
    );
  });

  it.each([
    ['HUAWEICLOUD_SDK_AK', { ak: 'SECRET\n' }],
    ['HUAWEICLOUD_SDK_SK', { sk: 'SECRET\r' }],
    ['HUAWEICLOUD_SDK_SECURITY_TOKEN', { securityToken: 'SECRET\u00e9' }],
  ])('names %s where it cannot stand in a header, without its value', (setting, change) => {
    const act = () =>
      clientFor('http://127.0.0.1', { auth: { mode: 'aksk', credentials: { ...credentials, ...change } } });

    expect(act).toThrow(expect.objectContaining({ name: 'InvalidSettingError', setting }));
    expect(act).not.toThrow(/SECRET/);
  });

  it('works without an injected clock', async () => {
    const { origin } = await serve(json(503, {}), json(200, {}));
    const client = createCloudClient({
      auth: { mode: 'aksk', credentials },
      projectId: account.projectId,
      endpoint: () => new URL(origin),
      remainingMs: () => 5000,
    });

    expect(await client.send(readCall)).toMatchObject({ attempts: 2 });
  });
});
