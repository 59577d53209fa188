import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { sign } from '../../../shared/client/sign.js';
import { project, send, startTestCloud } from './cloud-under-test.js';

const target = `/v3/${project}/agent-invocations`;
const minute = 60_000;
let cloud: Cloud;
let time: number;

beforeEach(async () => {
  time = Date.parse('2026-11-20T10:00:00Z');
  cloud = await startTestCloud({ realClock: () => time });
});
afterEach(() => cloud.close());

test('a signed call is answered with the headers of the gateway', async () => {
  const reply = await send(cloud, { target, at: time });
  expect(reply).toMatchObject({
    status: 200,
    headers: {
      server: 'api-gateway',
      'content-type': 'application/json',
      'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  });
});

test('a call without any credential is refused', async () => {
  const reply = await send(cloud, { target, unsigned: true });
  expect(reply).toMatchObject({
    status: 401,
    json: {
      error_code: 'APIGW.0301',
      error_msg: 'Incorrect IAM authentication information: x-auth-token not found',
      request_id: reply.headers['x-request-id'],
    },
  });
});

test('a wrong signature gets the canonical request of the gateway', async () => {
  const reply = await send(cloud, { target: `${target}?limit=1`, at: time, sk: 'wrong' });
  const host = new URL(cloud.url).host;
  expect(reply.json.error_msg).toBe(
    'Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:' +
      `GET|${target}/|limit=1|host:${host}|x-sdk-date:20261120T100000Z||host;x-sdk-date|` +
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('an unknown access key is refused by name', async () => {
  const reply = await send(cloud, { target, at: time, ak: 'NOBODY' });
  expect(reply.json.error_msg).toContain('Get secretKey failed,ak:NOBODY,err:ak not exist');
});

test.each([-16, 16])('a signature %d minutes away is refused', async (minutes) => {
  const reply = await send(cloud, { target, at: time + minutes * minute });
  expect(reply).toMatchObject({ status: 401, json: { error_msg: expect.stringContaining('signature expired') } });
});

test.each([-14, 14])('a signature %d minutes away is accepted', async (minutes) => {
  const reply = await send(cloud, { target, at: time + minutes * minute });
  expect(reply.status).toBe(200);
});

test.each(['Basic abc', 'SDK-HMAC-SHA256 Access=a'])(
  'an authorization of another kind is refused: %s',
  async (authorization) => {
    const reply = await send(cloud, { target, unsigned: true, headers: { authorization } });
    expect(reply.status).toBe(401);
  },
);

test('an authorization without a signing date is refused', async () => {
  const signature = '0'.repeat(64);
  const authorization = `SDK-HMAC-SHA256 Access=LOCALACCESSKEY000001, SignedHeaders=host, Signature=${signature}`;
  const reply = await send(cloud, { target, unsigned: true, headers: { authorization } });
  expect(reply.json.error_msg).toContain('x-sdk-date not found');
});

test('a GET with a signed body is accepted', async () => {
  const reply = await send(cloud, { method: 'GET', target, body: {}, at: time });
  expect(reply.status).toBe(200);
});

test('the sixth failure in a row locks the key for five minutes, also for good signatures', async () => {
  for (let i = 0; i < 6; i += 1) await send(cloud, { target, at: time, sk: 'wrong' });
  const locked = await send(cloud, { target, at: time });
  time += 5 * minute;
  const open = await send(cloud, { target, at: time });
  expect([locked.status, locked.json.error_msg, open.status]).toEqual([
    401,
    'Incorrect IAM authentication information: AK access failed to reach the limit,forbidden',
    200,
  ]);
});

test('a success between failures keeps the key open', async () => {
  for (let i = 0; i < 5; i += 1) await send(cloud, { target, at: time, sk: 'wrong' });
  await send(cloud, { target, at: time });
  for (let i = 0; i < 5; i += 1) await send(cloud, { target, at: time, sk: 'wrong' });
  const reply = await send(cloud, { target, at: time });
  expect(reply.status).toBe(200);
});

test('temporary credentials of an agency are accepted with their token, and shared for ten minutes', async () => {
  const credentials = cloud.issueTemporaryCredentials('fleet');
  const reply = await send(cloud, { target, at: time, ...credentials });
  time += 9 * minute;
  const same = cloud.issueTemporaryCredentials('fleet');
  time += 2 * minute;
  const fresh = cloud.issueTemporaryCredentials('fleet');
  expect([reply.status, same.ak === credentials.ak, fresh.ak === credentials.ak]).toEqual([200, true, false]);
});

test.each([undefined, 'another'])('temporary credentials with the token %s are refused', async (securityToken) => {
  const { ak, sk } = cloud.issueTemporaryCredentials('fleet');
  const reply = await send(cloud, { target, at: time, ak, sk, ...(securityToken ? { securityToken } : {}) });
  expect(reply.json.error_msg).toContain('decrypt token fail');
});

test('temporary credentials are over after 24 hours', async () => {
  const credentials = cloud.issueTemporaryCredentials('fleet');
  time += 24 * 60 * minute;
  const reply = await send(cloud, { target, at: time, ...credentials });
  expect(reply.json.error_msg).toContain('The token expires');
});

test('a token of an agency is accepted until it is over', async () => {
  const headers = { 'x-auth-token': cloud.issueToken('fleet') };
  const good = await send(cloud, { target, unsigned: true, headers });
  time += 24 * 60 * minute;
  const over = await send(cloud, { target, unsigned: true, headers });
  expect([good.status, over.status, over.json.error_msg]).toEqual([
    200,
    401,
    'Incorrect IAM authentication information: The token expires',
  ]);
});

test('an unknown token is refused', async () => {
  const reply = await send(cloud, { target, unsigned: true, headers: { 'x-auth-token': 'made-up' } });
  expect(reply.json.error_msg).toContain('decrypt token fail');
});

test('derived signing is accepted by IoTDA only, and for this region only', async () => {
  const iotda = `/v5/iot/${project}/routing-rule/rules`;
  const good = await send(cloud, { target: iotda, at: time, v11Region: 'cn-north-4' });
  const otherRegion = await send(cloud, { target: iotda, at: time, v11Region: 'cn-east-3' });
  const otherService = await send(cloud, { target, at: time, v11Region: 'cn-north-4' });
  expect([good.status, otherRegion.status, otherService.status]).toEqual([200, 401, 401]);
});

const foreign = 'ffffffffffffffffffffffffffffffff';
test.each([
  ['CES', `/v3/${foreign}/agent-invocations`, 403, 'taskmgr.0007'],
  ['IEF', `/v2/${foreign}/productmgr/jobs`, 400, 'IEF.100001'],
  ['ROMA', `/v2/${foreign}/fdi/instances/i/tasks`, 400, 'FDI.3039'],
  ['IoTDA', `/v5/iot/${foreign}/batchtasks`, 403, 'APIGW.0302'],
])('%s refuses the project of another account', async (_name, path, status, error_code) => {
  const reply = await send(cloud, { target: path, at: time });
  expect(reply).toMatchObject({ status, json: { error_code } });
});

test('a foreign project in X-Project-Id is refused', async () => {
  const reply = await send(cloud, { target, at: time, headers: { 'x-project-id': foreign } });
  expect(reply).toMatchObject({ status: 403, json: { error_code: 'APIGW.0302' } });
});

test("the signature of the project's own client is accepted over the wire", async () => {
  const path = `${target}?instance_id=a%20b%2Bc&instance_type=ECS&limit=5&name=%E4%B8%AD*`;
  const credentials = cloud.issueTemporaryCredentials('fleet');
  const request = { method: 'GET', url: `${cloud.url}${path}` };
  const { headers } = sign(request, credentials, { date: new Date(time), projectId: project });
  const reply = await send(cloud, { target: path, unsigned: true, headers });
  expect(reply.status).toBe(200);
});
