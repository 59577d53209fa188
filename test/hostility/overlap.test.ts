import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { builtFunction } from '../bundles/built-function.js';
import { type Arrived, json, type LoopbackCloud, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { apig } from '../shared/handler/triggers/http-events.js';

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.arrived.length = 0;
  for (const method of ['info', 'warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {});
});

const tenants = ['north', 'south', 'east', 'west'] as const;
type Tenant = (typeof tenants)[number];

/** The context of one tenant: everything in it bears its name. */
function contextOf(tenant: Tenant, lines: string[], variables: Record<string, string> = {}) {
  const write = (line: string) => void lines.push(line);
  const all: Record<string, string> = {
    HUAWEICLOUD_REGION: `region-${tenant}`,
    CES_ENDPOINT: cloud.url,
    IAM_ENDPOINT: cloud.url,
    ...variables,
  };
  return {
    getRequestID: () => `request-${tenant}`,
    getRemainingTimeInMilliSeconds: () => 10_000,
    getUserData: (name: string) => all[name],
    getProjectID: () => `project-${tenant}`,
    getSecurityAccessKey: () => `AK-${tenant}`,
    getSecuritySecretKey: () => `secret-key-of-${tenant}`,
    getSecurityToken: () => `security-token-of-${tenant}`,
    getToken: () => `agency-token-of-${tenant}`,
    getLogger: () => ({ debug: write, info: write, warn: write, error: write }),
  };
}

const tenantOf = (request: Arrived) => tenants.find((tenant) => request.url.includes(`project-${tenant}`));

/** The cloud holds back every answer until all tenants have asked, and then answers the last one first. */
function holdUntilAllAsked(answer: (tenant: Tenant, request: Arrived) => { status: number; body: unknown }): void {
  const waiting: (() => void)[] = [];
  cloud.script = (request, response) => {
    const tenant = tenantOf(request) ?? 'north';
    const { status, body } = answer(tenant, request);
    waiting.push(() => json(status, body, { 'x-request-id': `cloud-${tenant}` })(request, response));
    if (waiting.length === tenants.length) for (const release of waiting.reverse()) setImmediate(release);
  };
}

/** All tenants call the same function in the same process at once. */
async function callAll(variables: Record<string, string> = {}) {
  const lines = Object.fromEntries(tenants.map((tenant) => [tenant, [] as string[]])) as Record<Tenant, string[]>;
  const answers = await Promise.all(
    tenants.map((tenant) => {
      const body = JSON.stringify({ invocation_type: 'INSTALL', instance_ids: [`ecs-${tenant}`] });
      const event = apig({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
      return builtFunction('create-invocations').handler(event, contextOf(tenant, lines[tenant], variables));
    }),
  );
  return tenants.map((tenant, index) => ({ tenant, ...readResponse(answers[index]), log: lines[tenant].join('\n') }));
}

const others = (tenant: Tenant) => new RegExp(tenants.filter((each) => each !== tenant).join('|'));

describe('four invocations that overlap on real connections', () => {
  const created = (tenant: Tenant) => ({
    status: 201,
    body: { invocations: [{ instance_id: `ecs-${tenant}`, invocation_id: `inv-${tenant}`, ret_status: 'successful' }] },
  });

  test('each sign with their own key and carry their own token, project and body', async () => {
    holdUntilAllAsked(created);
    await callAll();
    expect(cloud.arrived).toHaveLength(tenants.length);
    for (const request of cloud.arrived) {
      const tenant = tenantOf(request) as Tenant;
      expect(request.headers.authorization).toContain(`Access=AK-${tenant},`);
      expect(JSON.stringify([request.headers, request.url, request.body])).not.toMatch(others(tenant));
    }
  });

  test('each get their own answer under their own request id', async () => {
    holdUntilAllAsked(created);
    for (const { tenant, status, headers, body } of await callAll()) {
      expect([status, headers['x-request-id']]).toEqual([201, `request-${tenant}`]);
      expect(JSON.stringify(body)).toContain(`inv-${tenant}`);
      expect(JSON.stringify([headers, body])).not.toMatch(others(tenant));
    }
  });

  test('each write their own log lines', async () => {
    holdUntilAllAsked(created);
    for (const { tenant, log } of await callAll()) {
      expect(log).toContain(`request-${tenant}`);
      expect(log).not.toMatch(others(tenant));
    }
  });

  test('each get their own refusal, with their own secrets blotted out', async () => {
    holdUntilAllAsked((tenant) => ({
      status: 400,
      body: { error_code: 'x.1', error_msg: `key secret-key-of-${tenant} of ${tenant}` },
    }));
    for (const { tenant, status, body, log } of await callAll()) {
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain(`key *** of ${tenant}`);
      expect(JSON.stringify(body) + log).not.toMatch(others(tenant));
    }
  });

  test('each use the token of their own agency', async () => {
    holdUntilAllAsked(created);
    await callAll({ AUTH_MODE: 'token' });
    for (const request of cloud.arrived) {
      expect(request.headers['x-auth-token']).toBe(`agency-token-of-${tenantOf(request)}`);
    }
  });
});

describe('what changes between two invocations counts at once', () => {
  const list = (context: object) => builtFunction('list-invocations').handler(apig({ method: 'GET' }), context);
  beforeEach(() => {
    cloud.script = json(200, { invocations: [], count: 0 });
  });

  test('the credentials of the agency', async () => {
    for (const tenant of ['north', 'south', 'north'] as const) await list(contextOf(tenant, []));
    expect(
      cloud.arrived.map(({ headers }) => [
        /Access=AK-(\w+)/.exec(headers.authorization ?? '')?.[1],
        headers['x-security-token'],
      ]),
    ).toEqual(['north', 'south', 'north'].map((tenant) => [tenant, `security-token-of-${tenant}`]));
  });

  test('the access key of the settings, also those of the environment', async () => {
    const bare = {
      getUserData: (name: string) => (name === 'CES_ENDPOINT' ? cloud.url : undefined),
      getProjectID: () => 'project-east',
    };
    vi.stubEnv('HUAWEICLOUD_SDK_SK', 'a-secret-key');
    for (const ak of ['FIRSTKEY', 'SECONDKEY']) {
      vi.stubEnv('HUAWEICLOUD_SDK_AK', ak);
      await list(bare);
    }
    vi.unstubAllEnvs();
    expect(cloud.arrived.map(({ headers }) => /Access=(\w+)/.exec(headers.authorization ?? '')?.[1])).toEqual([
      'FIRSTKEY',
      'SECONDKEY',
    ]);
  });

  test('the password of the IAM user: the token of the former one is not used any more', async () => {
    cloud.script = (request, response) => {
      if (!request.url.includes('/auth/tokens')) return json(200, { invocations: [] })(request, response);
      const password = /"password":"([^"]+)"/.exec(JSON.stringify(request.body))?.[1];
      response
        .writeHead(201, { 'x-subject-token': `token-by-${password}` })
        .end('{"token":{"expires_at":"2099-01-01T00:00:00Z"}}');
    };
    const user = { AUTH_MODE: 'token', HUAWEICLOUD_IAM_USERNAME: 'u', HUAWEICLOUD_IAM_DOMAIN: 'overlap-test' };
    for (const password of ['first-password', 'second-password']) {
      await list({ ...contextOf('west', [], { ...user, HUAWEICLOUD_IAM_PASSWORD: password }), getToken: () => '' });
    }
    const tokens = cloud.arrived.flatMap(({ headers }) => headers['x-auth-token'] ?? []);
    expect(tokens).toEqual(['token-by-first-password', 'token-by-second-password']);
  });

  test('the mode of authentication and the endpoint', async () => {
    await list(contextOf('north', []));
    await list(contextOf('north', [], { AUTH_MODE: 'token' }));
    const elsewhere = await startLoopbackCloud();
    elsewhere.script = json(200, { invocations: [] });
    await list(contextOf('north', [], { CES_ENDPOINT: elsewhere.url }));
    expect(cloud.arrived.map(({ headers }) => headers['x-auth-token'])).toEqual([undefined, 'agency-token-of-north']);
    expect(elsewhere.arrived).toHaveLength(1);
    await elsewhere.close();
  });

  test('the push token', async () => {
    const sample = {
      httpMethod: 'POST',
      headers: {
        timestamp: '1700000000000',
        nonce: 'XyZ',
        signature: '4fa6c54b30d3297518ed6fa28f0be04526671c2e0d5fa929daa5773a6c678769',
      },
      body: '{}',
    };
    const statuses = [];
    for (const token of ['abc123', 'other1', 'abc123']) {
      const answer = await builtFunction('receive-batchtask').handler(
        sample,
        contextOf('north', [], { IOTDA_PUSH_TOKEN: token }),
      );
      statuses.push(readResponse(answer).status);
    }
    expect(statuses).toEqual([200, 401, 200]);
  });
});
