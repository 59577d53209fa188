import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LoopbackCloud, type Script, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { apig } from '../shared/handler/triggers/http-events.js';
import { builtFunction, contextOf } from './built-function.js';

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());

const inputs = {
  'create-invocations': { invocation_type: 'INSTALL', instance_ids: ['ecs-1', 'ecs-2'] },
  'create-ief-job': {
    job_name: 'job',
    job_type: 'node_upgrade',
    job_content: { target_type: 'node', targets: [{ target_id: 'n1' }] },
  },
  'start-stop-roma-tasks': { action_id: 'start', list: [{ task_id: 't1' }, { task_id: 't2' }] },
  'list-invocations': undefined,
} as const;
type Calling = keyof typeof inputs;
const names = Object.keys(inputs) as Calling[];
const posting = names.filter((name) => name !== 'list-invocations');

/** Calls the function while the cloud answers as the script says; the answer, and how often the cloud was asked. */
async function callWith(name: Calling, script: Script) {
  cloud.script = script;
  cloud.arrived.length = 0;
  const input = inputs[name];
  const event = input
    ? apig({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) })
    : apig({ method: 'GET' });
  const answer = await builtFunction(name).handler(event, contextOf(cloud.url));
  return { ...readResponse(answer), calls: cloud.arrived.length };
}

function raw(status: number, body: string, headers: Record<string, string> = {}): Script {
  return (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
}

const truncated: Script = (_request, response) => {
  response.writeHead(201, { 'content-length': '1000' });
  response.write('{"invocations":[');
  setImmediate(() => response.destroy());
};

describe.each(names)('%s says that a reply could not be read', (name) => {
  test.each<[string, Script]>([
    ['HTML', raw(200, '<html><body>Sign in</body></html>', { 'content-type': 'text/html' })],
    ['half a JSON text', raw(201, '{"invocations":[')],
    ['a body that breaks off', truncated],
    ['a JSON number', raw(201, '5')],
    ['a redirect', raw(302, '', { location: 'https://example.com/' })],
  ])('%s', async (_case, script) => {
    const response = await callWith(name, script);

    expect(response).toMatchObject({ status: 502, body: { outcome: 'unknown' } });
  });
});

test.each(posting)('%s does not send a POST again whose reply could not be read', async (name) => {
  const { calls } = await callWith(name, truncated);

  expect(calls).toBe(1);
});

describe('an empty reply hides no item', () => {
  test.each([
    ['an empty body', raw(201, '')],
    ['an empty object', raw(201, '{}')],
    ['an empty list', raw(201, '[]')],
    ['null as list', raw(201, '{"invocations":null}')],
  ])('create-invocations: %s leaves every server unanswered', async (_case, script) => {
    const { status, body } = await callWith('create-invocations', script);

    const answer = body as { invocations?: { ret_status: string }[]; outcome?: string };
    const accounted =
      answer.invocations?.every((row) => row.ret_status === 'unanswered') || answer.outcome === 'unknown';
    expect(accounted).toBe(true);
    expect([207, 502]).toContain(status);
  });

  test('start-stop-roma-tasks: an empty object leaves every task unanswered', async () => {
    const { status, body } = await callWith('start-stop-roma-tasks', raw(200, '{}'));

    expect(status).toBe(207);
    expect((body as { unanswered: { task_id: string }[] }).unanswered.map((row) => row.task_id)).toEqual(['t1', 't2']);
  });

  test('create-ief-job: a reply without job_id is no success', async () => {
    const { status, body } = await callWith('create-ief-job', raw(201, '{}'));

    expect(status).toBe(502);
    expect(body).toMatchObject({ outcome: 'unknown' });
  });

  test('list-invocations: an empty object is an empty page', async () => {
    const { status, body } = await callWith('list-invocations', raw(200, '{}'));

    expect({ status, body }).toEqual({ status: 200, body: { invocations: [], count: 0 } });
  });
});

describe('the bare list that the create page shows is read like the object that its table describes', () => {
  test('create-invocations', async () => {
    const rows = ['ecs-2', 'ecs-1'].map((instance_id) => ({ instance_id, ret_status: 'successful' }));

    const { status, body } = await callWith('create-invocations', raw(201, JSON.stringify(rows)));

    expect(status).toBe(201);
    expect((body as { invocations: { instance_id: string }[] }).invocations.map((row) => row.instance_id)).toEqual([
      'ecs-1',
      'ecs-2',
    ]);
  });
});

describe.each(names)('%s passes on what the cloud says', (name) => {
  const error = JSON.stringify({ error_code: 'taskmgr.0005', error_msg: 'wrong', request_id: 'r-1' });
  test.each([
    [400, 400, 'rejected'],
    [404, 404, 'rejected'],
    [409, 409, 'rejected'],
    [401, 502, 'rejected'],
    [403, 502, 'rejected'],
    [500, 502, 'unknown'],
  ])('%i becomes %i', async (upstream, expected, outcome) => {
    const response = await callWith(name, raw(upstream, error, { 'content-type': 'application/json' }));

    expect(response).toMatchObject({
      status: expected,
      body: {
        outcome,
        upstream: { status: upstream, error_code: 'taskmgr.0005', error_msg: 'wrong', request_id: 'r-1' },
      },
    });
  });
});
