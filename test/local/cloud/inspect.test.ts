import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { project, send, startTestCloud, type TestReply } from './cloud-under-test.js';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.close());

function local(
  method: string,
  target: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<TestReply> {
  return send(cloud, { method, target, unsigned: true, headers, ...(body === undefined ? {} : { body }) });
}

const listing = `/v3/${project}/agent-invocations`;

test('health tells the account and the names of the operations', async () => {
  expect((await local('GET', '/_local/health')).json).toMatchObject({ status: 'ok', project, region: 'cn-north-4' });
});

test('the log tells who signed what, whether rightly, and the answer', async () => {
  await send(cloud, { target: `${listing}?limit=5` });
  await send(cloud, { target: listing, sk: 'wrong' });
  await send(cloud, { target: listing, unsigned: true, headers: { 'x-auth-token': cloud.issueToken('fleet') } });
  const { requests } = (await local('GET', '/_local/requests')).json;
  expect(requests).toMatchObject([
    {
      operation: 'ces.listInvocations',
      method: 'GET',
      path: listing,
      query: 'limit=5',
      signed_by: 'LOCALACCESSKEY000001 SDK-HMAC-SHA256',
      verified: true,
      status: 200,
      ms: expect.any(Number),
    },
    { verified: false, refused: expect.stringContaining('verify aksk signature fail'), status: 401 },
    { signed_by: 'token of fleet', verified: true },
  ]);
});

test('a right signature is told also where a fault gave the answer', async () => {
  await local('POST', '/_local/faults', { operation: '*', status: 500 });
  await send(cloud, { target: listing });
  const { requests } = (await local('GET', '/_local/requests?limit=1')).json;
  expect(requests).toMatchObject([{ verified: true, status: 500, fault: { operation: '*', status: 500 } }]);
});

test('passwords and tokens are in neither the log nor the state', async () => {
  const user = { name: 'local', password: 'local-password', domain: { name: 'local' } };
  const token = cloud.issueToken('fleet');
  const { sk, securityToken } = cloud.issueTemporaryCredentials('fleet');
  await send(cloud, {
    target: '/v3/auth/tokens',
    unsigned: true,
    body: { auth: { identity: { methods: ['password'], password: { user } } } },
  });
  const text = (await local('GET', '/_local/requests')).text + (await local('GET', '/_local/state')).text;
  expect([user.password, token, sk, securityToken].filter((secret) => text.includes(secret))).toEqual([]);
});

test('nor are those that stand in a text of its own: the data of a job, the body of an event', async () => {
  const taskData = {
    deployment: {
      env: [
        { name: 'DB_PASSWORD', value: 'hunter2' },
        { name: 'MODE', value: 'fast' },
      ],
    },
  };
  const targets = [{ target_id: 'node-0001' }];
  const job_content = { target_type: 'node', targets, task_data: JSON.stringify(taskData) };
  const job = { job_name: 'deploy', job_type: 'deployment_deploy', job_content };
  await send(cloud, { method: 'POST', target: `/v2/${project}/productmgr/jobs`, body: job });
  const event = { httpMethod: 'POST', body: JSON.stringify({ remote_install_meta: [{ password: 'hunter2' }] }) };
  await send(cloud, { method: 'POST', target: `/v2/${project}/fgs/functions/urn/invocations`, body: event });

  const text = (await local('GET', '/_local/requests')).text + (await local('GET', '/_local/state')).text;

  expect(text).not.toContain('hunter2');
  expect(text.match(/fast/g)).toHaveLength(2);
});

test('bodies that are long or no JSON are told by their size', async () => {
  await send(cloud, { target: '/nowhere', unsigned: true, body: 'x'.repeat(70_000) });
  await send(cloud, { target: '/nowhere', unsigned: true, body: 'xyz' });
  const { requests } = (await local('GET', '/_local/requests')).json;
  expect(requests.map((one: { body: string }) => one.body)).toEqual(['(70000 bytes)', '(3 bytes that are not JSON)']);
});

test.each([
  ['POST', '/_local/faults', { operation: 'ces.createInvocation', status: 500 }],
  ['PUT', '/_local/throttle', { operation: 'ces', limit: 1, seconds: 1 }],
])('%s %s refuses an operation that does not exist', async (method, target, body) => {
  const reply = await local(method, target, body);
  expect([reply.status, reply.json.errors[0].message]).toEqual([
    400,
    expect.stringContaining('known are iam.createToken, '),
  ]);
});

test('the log can be cleared', async () => {
  await send(cloud, { target: listing });
  const cleared = await local('DELETE', '/_local/requests');
  expect([cleared.status, (await local('GET', '/_local/requests')).json.requests]).toEqual([204, []]);
});

test('the clock moves life-cycles on and leaves signatures in real time', async () => {
  const body = { instance_ids: ['ecs-web-0001'], invocation_type: 'INSTALL' };
  await send(cloud, { target: `${listing}/batch-create`, body });
  await local('POST', '/_local/clock', { advance_ms: 3_600_000 });
  const reply = await send(cloud, { target: listing });
  expect([reply.status, reply.json.invocations[0].invocation_status]).toEqual([200, 'SUCCEEDED']);
});

test.each([{ advance_ms: -1 }, { advance: 1 }, {}])('the clock refuses %j', async (body) => {
  expect((await local('POST', '/_local/clock', body)).status).toBe(400);
});

test('a reset forgets resources, faults, throttles, locks and the log', async () => {
  for (let i = 0; i < 6; i += 1) await send(cloud, { target: listing, sk: 'wrong' });
  await local('PUT', '/_local/throttle', { operation: '*', limit: 0, seconds: 60 });
  await local('POST', '/_local/faults', { operation: '*', status: 500, times: 'unlimited' });
  await local('POST', '/_local/clock', { advance_ms: 1000 });
  const reset = await local('POST', '/_local/reset');
  const reply = await send(cloud, { target: listing });
  const state = (await local('GET', '/_local/state')).json;
  expect([reset.status, reply.status, state.clock_offset_ms, state.invocations]).toEqual([204, 200, 0, []]);
});

test.each(['attacker.example', 'attacker.example:3001', '127.0.0.1.attacker.example'])(
  'a request for the host "%s" is not answered',
  async (host) => {
    expect((await local('GET', '/_local/state', undefined, { host })).status).not.toBe(200);
  },
);

test.each(['localhost:3001', '127.0.0.1', '[::1]:3001'])('a request for the host "%s" is answered', async (host) => {
  expect((await local('GET', '/_local/health', undefined, { host })).status).toBe(200);
});

test('a request from another web page is not answered', async () => {
  const reply = await local('POST', '/_local/reset', undefined, { origin: 'https://attacker.example' });
  expect(reply.status).toBe(403);
});

test('an unknown window is told', async () => {
  expect(await local('GET', '/_local/nothing')).toMatchObject({
    status: 404,
    json: { error: 'There is no GET /_local/nothing here' },
  });
});
