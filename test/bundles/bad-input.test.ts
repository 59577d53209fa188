import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LoopbackCloud, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { apig } from '../shared/handler/triggers/http-events.js';
import { builtFunction, contextOf } from './built-function.js';

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.arrived.length = 0;
});

interface Problem {
  readonly code: string;
  readonly outcome: string;
  readonly errors?: readonly { path: string; message: string }[];
}

const jsonHeader = { 'content-type': 'application/json' };

async function post(name: string, body: string | Buffer, headers: Record<string, string> = jsonHeader) {
  const event = apig({ method: 'POST', body, headers });
  return readResponse(await builtFunction(name).handler(event, contextOf(cloud.url)));
}

async function get(query: Record<string, string | string[]>) {
  const event = apig({ method: 'GET', query });
  return readResponse(await builtFunction('list-invocations').handler(event, contextOf(cloud.url)));
}

const posting = ['create-invocations', 'create-ief-job', 'start-stop-roma-tasks'] as const;
const ids = (count: number) => Array.from({ length: count }, (_, index) => `ecs-${index}`);

describe.each(posting)('%s refuses what is no JSON request', (name) => {
  test.each([
    ['half a JSON text', '{"invocation_type":', jsonHeader, 422],
    ['an empty body', '', jsonHeader, 422],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22]), jsonHeader, 422],
    ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a body without media type', '{}', {}, 415],
    ['null', 'null', jsonHeader, 400],
    ['a list', '[]', jsonHeader, 400],
    ['a number', '5', jsonHeader, 400],
    ['a text', '"x"', jsonHeader, 400],
  ] as const)('%s: nothing is sent', async (_case, body, headers, status) => {
    const response = await post(name, body, { ...headers });

    expect(response).toMatchObject({ status, body: { status, outcome: 'not-sent' } });
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(cloud.arrived).toEqual([]);
  });
});

const task = { task_id: '49460e99d597464d885f871dd6acc894' };
const job = {
  job_name: 'job',
  job_type: 'deployment_deploy',
  job_content: { target_type: 'node', targets: [{ target_id: 'n1' }], task_data: '{"deployment":{}}' },
};

describe('a broken rule is told with the path of its field, and nothing is sent', () => {
  test.each<[string, string, object, string]>([
    ['create-invocations', 'an empty list', { invocation_type: 'INSTALL', instance_ids: [] }, 'instance_ids'],
    ['create-invocations', 'no list', { invocation_type: 'UPDATE' }, 'instance_ids'],
    ['create-invocations', 'the wrong list', { invocation_type: 'RETRY', instance_ids: ['a'] }, 'invocation_ids'],
    ['create-invocations', 'a slash', { invocation_type: 'INSTALL', instance_ids: ['a', 'b/../c'] }, 'instance_ids[1]'],
    ['create-invocations', 'null as id', { invocation_type: 'INSTALL', instance_ids: [null] }, 'instance_ids[0]'],
    ['create-invocations', '10,001 ids', { invocation_type: 'INSTALL', instance_ids: ids(10_001) }, 'instance_ids'],
    ['create-invocations', 'lower case', { invocation_type: 'install', instance_ids: ['a'] }, 'invocation_type'],
    ['create-invocations', 'an unknown field', { invocation_type: 'INSTALL', instance_ids: ['a'], x: 1 }, 'x'],
    ['create-ief-job', 'no job_name', { ...job, job_name: undefined }, 'job_name'],
    ['create-ief-job', 'a hyphen at the end', { ...job, job_name: 'job-' }, 'job_name'],
    [
      'create-ief-job',
      'no targets',
      { ...job, job_content: { ...job.job_content, targets: [] } },
      'job_content.targets',
    ],
    [
      'create-ief-job',
      'a target without id',
      { ...job, job_content: { ...job.job_content, targets: [{}] } },
      'job_content.targets[0].target_id',
    ],
    [
      'create-ief-job',
      'task_data that is no JSON',
      { ...job, job_content: { ...job.job_content, task_data: 'x' } },
      'job_content.task_data',
    ],
    ['start-stop-roma-tasks', 'an empty list', { action_id: 'start', list: [] }, 'list'],
    ['start-stop-roma-tasks', 'an unknown action', { action_id: 'restart', list: [task] }, 'action_id'],
    ['start-stop-roma-tasks', 'an empty id', { action_id: 'stop', list: [{ task_id: '' }] }, 'list[0].task_id'],
    [
      'start-stop-roma-tasks',
      'an instance id with a slash',
      { instance_id: 'a/../b', action_id: 'stop', list: [task] },
      'instance_id',
    ],
  ])('%s: %s', async (name, _case, input, path) => {
    const response = await post(name, JSON.stringify(input));

    const problem = response.body as Problem;
    expect(response.status).toBe(400);
    expect(problem).toMatchObject({ code: 'INVALID_INPUT', outcome: 'not-sent' });
    expect(problem.errors?.map((error) => error.path)).toContain(path);
    expect(cloud.arrived).toEqual([]);
  });

  test.each([
    ['limit 0', { limit: '0' }, 'limit'],
    ['limit 101', { limit: '101' }, 'limit'],
    ['limit twice', { limit: ['1', '2'] }, 'limit'],
    ['a negative offset', { offset: '-1' }, 'offset'],
    ['an id with a blank', { invocation_id: 'a b' }, 'invocation_id'],
    ['an unknown status', { invocation_status: 'FAILED,NOPE' }, 'invocation_status[1]'],
    ['an unknown parameter', { page: '2' }, 'page'],
  ])('list-invocations: %s', async (_case, query, path) => {
    const response = await get(query);

    expect(response.status).toBe(400);
    expect((response.body as Problem).errors?.map((error) => error.path)).toContain(path);
    expect(cloud.arrived).toEqual([]);
  });
});

describe('lists that are longer than one call of the cloud', () => {
  test('101 servers go out in two calls, of which none has more than 100', async () => {
    const response = await post(
      'create-invocations',
      JSON.stringify({ invocation_type: 'INSTALL', instance_ids: ids(101) }),
    );

    const sizes = cloud.arrived.map(({ body }) => (body as { instance_ids: string[] }).instance_ids.length);
    expect(response.status).toBe(201);
    expect(sizes.sort()).toEqual([1, 100]);
  });

  test('a server given twice is sent once and stands in the answer twice', async () => {
    const input = { invocation_type: 'INSTALL', instance_ids: ['ecs-1', 'ecs-2', 'ecs-1'] };

    const response = await post('create-invocations', JSON.stringify(input));

    const sent = cloud.arrived.map(({ body }) => (body as { instance_ids: string[] }).instance_ids);
    const { invocations } = response.body as { invocations: { instance_id: string }[] };
    expect(sent).toEqual([['ecs-1', 'ecs-2']]);
    expect(invocations.map((row) => row.instance_id)).toEqual(['ecs-1', 'ecs-2', 'ecs-1']);
  });

  test('a region without Agent maintenance is refused before a call', async () => {
    const event = apig({
      method: 'POST',
      headers: jsonHeader,
      body: JSON.stringify({ invocation_type: 'INSTALL', instance_ids: ['a'] }),
    });

    const answer = await builtFunction('create-invocations').handler(
      event,
      contextOf(cloud.url, { HUAWEICLOUD_REGION: 'sa-peru-1' }),
    );

    expect(readResponse(answer)).toMatchObject({ status: 400, body: { code: 'UNSUPPORTED_REGION' } });
    expect(cloud.arrived).toEqual([]);
  });
});
