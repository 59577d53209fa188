import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { goodCloud, json, type LoopbackCloud, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { apiGatewayV1, apiGatewayV2, apig } from '../shared/handler/triggers/http-events.js';
import { builtFunction, contextOf } from './built-function.js';

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.script = goodCloud;
  cloud.arrived.length = 0;
});

async function call(event: unknown) {
  const answer = await builtFunction('show-ief-job').handler(event, contextOf(cloud.url));
  return readResponse(answer);
}

test.each([
  ["FunctionGraph's gateway", apig({ method: 'GET', path: '/ief-jobs/job-7' })],
  ['a gateway with a prefix', apig({ method: 'GET', path: '/fleet/v1/ief-jobs/job-7' })],
  ['API Gateway v1', apiGatewayV1({ method: 'GET', path: '/prod/ief-jobs/job-7' })],
  ['API Gateway v2, as a Function URL', apiGatewayV2({ method: 'GET', path: '/ief-jobs/job-7' })],
])('behind %s the id comes out of the path', async (_case, event) => {
  const { status, body } = await call(event);

  expect([status, body]).toEqual([200, expect.objectContaining({ job_id: 'job-7', finished: true })]);
  expect(cloud.arrived.map(({ method, url }) => [method, url.split('/').slice(3).join('/')])).toEqual([
    ['GET', 'productmgr/jobs/job-7'],
  ]);
});

test.each([
  ['/ief-jobs/..', 400],
  ['/ief-jobs/a%2Fb', 400],
  ['/ief-jobs/%2e%2e', 400],
  ['/ief-jobs/%2E%2E%2Fgroups', 400],
  ['/ief-jobs/', 400],
  ['/ief-jobs/%E0', 400],
  ['/ief-jobs/a/b', 404],
  ['/ief-jobs', 404],
])('%s is answered %d and nothing is sent', async (path, status) => {
  const response = await call(apig({ method: 'GET', path }));

  expect(response.status).toBe(status);
  expect(response.body).toMatchObject({ outcome: 'not-sent' });
  expect(cloud.arrived).toEqual([]);
});

test('a job that the cloud does not know is a 404 with its words', async () => {
  cloud.script = json(404, { error_code: 'IEF.100100', error_msg: 'The batch job does not exist' });

  const { status, body } = await call(apig({ method: 'GET', path: '/ief-jobs/job-7' }));

  expect([status, body]).toEqual([
    404,
    expect.objectContaining({ upstream: expect.objectContaining({ error_code: 'IEF.100100' }) }),
  ]);
});
