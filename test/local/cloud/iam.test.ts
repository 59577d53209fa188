import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { project, send, startTestCloud, type TestReply } from './cloud-under-test.js';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

const user = { name: 'local', password: 'local-password', domain: { name: 'local' } };
const inRegion = { project: { name: 'cn-north-4' } };

function getToken(who: object = user, scope: object = inRegion): Promise<TestReply> {
  const body = { auth: { identity: { methods: ['password'], password: { user: who } }, scope } };
  return send(cloud, { target: '/v3/auth/tokens?nocatalog=true', unsigned: true, body });
}

test('name and password give a token in the header, described in the body', async () => {
  const reply = await getToken();
  expect(reply).toMatchObject({
    status: 201,
    headers: { 'x-subject-token': expect.stringMatching(/^MII/) },
    json: {
      token: {
        methods: ['password'],
        project: { id: project, name: 'cn-north-4' },
        user: { name: 'local', domain: { name: 'local' } },
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      },
    },
  });
});

test('the token opens the other services', async () => {
  const token = String((await getToken()).headers['x-subject-token']);
  const target = `/v3/${project}/agent-invocations`;
  const reply = await send(cloud, { target, unsigned: true, headers: { 'x-auth-token': token } });
  expect(reply.status).toBe(200);
});

test.each([
  { ...user, password: 'wrong' },
  { ...user, name: 'other' },
  { ...user, domain: { name: 'other' } },
])('a wrong name, password or domain is refused in the words of Keystone', async (who) => {
  const reply = await getToken(who);
  expect(reply).toMatchObject({ status: 401, json: { error: { code: 401, title: 'Unauthorized' } } });
});

test('a token for another region is refused', async () => {
  const reply = await getToken(user, { project: { name: 'cn-east-3' } });
  expect(reply.status).toBe(401);
});

test('a token may be for the whole domain', async () => {
  const reply = await getToken(user, { domain: { name: 'local' } });
  expect(reply.json.token.domain.name).toBe('local');
});

test.each(['{"auth":{}}', 'no json', ''])('a body that asks for nothing is refused: %s', async (body) => {
  const reply = await send(cloud, { method: 'POST', target: '/v3/auth/tokens', unsigned: true, body });
  expect(reply).toMatchObject({ status: 400, json: { error: { code: 400 } } });
});

test('an agency gets a token through the token of a user', async () => {
  const token = String((await getToken()).headers['x-subject-token']);
  const identity = { methods: ['assume_role'], assume_role: { domain_name: 'local', agency_name: 'fleet' } };
  const body = { auth: { identity, scope: inRegion } };
  const headers = { 'x-auth-token': token };
  const good = await send(cloud, { target: '/v3/auth/tokens', unsigned: true, headers, body });
  const bad = await send(cloud, { target: '/v3/auth/tokens', unsigned: true, body });
  expect([good.status, good.json.token.user.name, bad.status]).toEqual([201, 'fleet', 401]);
});

test('the project id of a region is found', async () => {
  const found = await send(cloud, { target: '/v3/projects?name=cn-north-4' });
  const none = await send(cloud, { target: '/v3/projects?name=cn-east-3' });
  expect([found.json.projects[0].id, none.json.projects]).toEqual([project, []]);
});

test('a bad token is refused by IAM in its own words', async () => {
  const reply = await send(cloud, { target: '/v3/projects', unsigned: true, headers: { 'x-auth-token': 'x' } });
  expect(reply.json).toEqual({
    error: { code: 401, message: 'The X-Auth-Token is invalid!', title: 'Unauthorized' },
  });
});

function temporary(assume: object): Promise<TestReply> {
  const body = { auth: { identity: { methods: ['assume_role'], assume_role: assume } } };
  return send(cloud, { target: '/v3.0/OS-CREDENTIAL/securitytokens', body });
}

test('temporary credentials sign calls', async () => {
  const issued = await temporary({ agency_name: 'fleet', domain_name: 'local', duration_seconds: 3600 });
  const { access: ak, secret: sk, securitytoken: securityToken } = issued.json.credential;
  const reply = await send(cloud, { target: `/v3/${project}/agent-invocations`, ak, sk, securityToken });
  expect([issued.status, reply.status]).toEqual([201, 200]);
});

test('temporary credentials last 15 minutes where nothing is said', async () => {
  const { expires_at } = (await temporary({ agency_name: 'fleet' })).json.credential;
  expect(Math.round((Date.parse(expires_at) - Date.now()) / 60_000)).toBe(15);
});

test.each([60, 90_000])('temporary credentials of %d seconds are refused', async (duration_seconds) => {
  const reply = await temporary({ agency_name: 'fleet', duration_seconds });
  expect(reply).toMatchObject({ status: 400, json: { error_code: expect.stringMatching(/^IAM\.\d{4}$/) } });
});
