import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as createIefJob from '../../functions/create-ief-job/handler.js';
import * as createInvocations from '../../functions/create-invocations/handler.js';
import * as listInvocations from '../../functions/list-invocations/handler.js';
import * as receiveBatchtask from '../../functions/receive-batchtask/handler.js';
import * as showIefJob from '../../functions/show-ief-job/handler.js';
import * as startStopRomaTasks from '../../functions/start-stop-roma-tasks/handler.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { goodCloud, json, type LoopbackCloud, type Script, startLoopbackCloud } from './loopback-cloud.js';

const functions = {
  'create-invocations': createInvocations,
  'list-invocations': listInvocations,
  'create-ief-job': createIefJob,
  'show-ief-job': showIefJob,
  'start-stop-roma-tasks': startStopRomaTasks,
  'receive-batchtask': receiveBatchtask,
};
type Name = keyof typeof functions;
const names = Object.keys(functions) as Name[];
const calling = names.filter((name) => name !== 'receive-batchtask');
const creating = calling.filter((name) => name !== 'list-invocations' && name !== 'show-ief-job');

/** What each function answers to its sample where the cloud does all of it. */
const successes: Record<Name, { status: number; body: unknown }> = {
  'create-invocations': {
    status: 201,
    body: {
      invocations: ['ecs-web-0001', 'ecs-web-0002'].map((id) =>
        expect.objectContaining({ instance_id: id, invocation_id: `inv-${id}`, ret_status: 'successful' }),
      ),
      summary: { requested: 2, successful: 2, failed: 0, unanswered: 0 },
    },
  },
  'list-invocations': {
    status: 200,
    body: { invocations: [expect.objectContaining({ invocation_id: 'inv-1' })], count: 1 },
  },
  'create-ief-job': { status: 201, body: { job_id: 'job-1', job_name: 'deploy-sample', created_at: 1667218308 } },
  'show-ief-job': {
    status: 200,
    body: expect.objectContaining({
      job_id: '66273c66-4a5c-4f5e-9f8a-1f0f6f0b8a11',
      state: 'successful',
      summary: { total: 2, successful: 2, failed: 0, other: 0 },
    }),
  },
  'start-stop-roma-tasks': {
    status: 200,
    body: expect.objectContaining({ success_count: 2, failure_count: 0, failure: [], unanswered: [] }),
  },
  'receive-batchtask': { status: 200, body: expect.objectContaining({ accepted: true }) },
};

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.script = goodCloud;
  cloud.arrived.length = 0;
  for (const method of ['debug', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation(() => {});
});

function sample(name: Name, trigger: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../events/${name}.${trigger}.json`, import.meta.url), 'utf8'));
}

/** A context of FunctionGraph with an agency, an endpoint on loopback and 3 s, the shortest default of the platform. */
function context(over: Record<string, string | undefined> = {}) {
  const userData: Record<string, string | undefined> = {
    HUAWEICLOUD_REGION: 'cn-north-4',
    CES_ENDPOINT: cloud.url,
    IEF_ENDPOINT: cloud.url,
    ROMA_ENDPOINT: cloud.url,
    IOTDA_PUSH_TOKEN: 'localpushtoken',
    ...over,
  };
  return {
    getRequestID: () => 'r-1',
    getRemainingTimeInMilliSeconds: () => 3_000,
    getUserData: (key: string) => userData[key],
    getSecurityAccessKey: () => 'TEMPORARYKEY',
    getSecuritySecretKey: () => 'temporary-secret',
    getSecurityToken: () => 'temporary-token',
    getProjectID: () => '0123456789abcdef0123456789abcdef',
  };
}

describe.each(names)('%s', (name) => {
  const { handler, initializer } = functions[name];

  test('declares the two parameters that the platform counts', () => {
    expect([handler.length, initializer.length]).toEqual([2, 2]);
  });

  test.each(['apig', 'apigateway-v1', 'apigateway-v2', 'function-url'])('answers its sample of %s', async (trigger) => {
    const { status, body } = readResponse(await handler(sample(name, trigger), context()));
    expect({ status, body }).toEqual(successes[name]);
  });

  test.each(['timer', 'eventbridge', 'direct'])('resolves to the same body for its sample of %s', async (trigger) => {
    expect(await handler(sample(name, trigger), context())).toEqual(successes[name].body);
  });

  test('refuses another method', async () => {
    const event = { ...(sample(name, 'apig') as object), httpMethod: 'PUT' };
    expect(readResponse(await handler(event, context())).status).toBe(405);
  });
});

describe.each(calling)('%s towards the cloud', (name) => {
  const { handler } = functions[name];

  test('signs with the credentials of the agency', async () => {
    await handler(sample(name, 'apig'), context());
    expect(cloud.arrived[0]?.headers).toMatchObject({
      authorization: expect.stringContaining('Access=TEMPORARYKEY'),
      'x-security-token': 'temporary-token',
      'x-project-id': '0123456789abcdef0123456789abcdef',
    });
  });

  test('uses the token of the agency where it is told to', async () => {
    const withToken = { ...context({ AUTH_MODE: 'token' }), getToken: () => 'agency-token' };
    await handler(sample(name, 'apig'), withToken);
    expect(cloud.arrived[0]?.headers['x-auth-token']).toBe('agency-token');
  });

  const refusal = { error_code: 'some.0001', error_msg: 'no' };
  test.each<[string, Script, number]>([
    ['400', json(400, refusal), 400],
    ['404', json(404, refusal), 404],
    ['409', json(409, refusal), 409],
    ['401', json(401, refusal), 502],
    ['403', json(403, refusal), 502],
    ['429', json(429, refusal, { 'retry-after': '60' }), 429],
    ['500', json(500, refusal), 502],
    ['HTML', (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'), 502],
    ['a closed connection', (_request, response) => void response.destroy(), 502],
  ])('answers as the contract says where the cloud says %s', async (_case, script, status) => {
    cloud.script = script;
    const { status: answered, body } = readResponse(await handler(sample(name, 'apig'), context()));
    expect([answered, body]).toEqual([
      status,
      expect.objectContaining({ status, code: expect.any(String), request_id: 'r-1' }),
    ]);
  });

  test('answers 504 where the cloud says nothing for as long as there is time', async () => {
    cloud.script = () => {};
    const ends = Date.now() + 600;
    const hurried = { ...context(), getRemainingTimeInMilliSeconds: () => ends - Date.now() };
    const { status } = readResponse(await handler(sample(name, 'apig'), hurried));
    expect(status).toBe(504);
  });

  test('says when to come back where the cloud throttles', async () => {
    cloud.script = json(429, refusal, { 'retry-after': '60' });
    const { headers } = readResponse(await handler(sample(name, 'apig'), context()));
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  test('names the missing setting and sends nothing', async () => {
    const bare = { getUserData: context().getUserData };
    const { status, body } = readResponse(await handler(sample(name, 'apig'), bare));
    expect([status, body, cloud.arrived.length]).toEqual([
      500,
      expect.objectContaining({ code: 'MISSING_SETTING', detail: expect.stringContaining('HUAWEICLOUD_SDK_AK') }),
      0,
    ]);
  });

  test('refuses an unknown field and sends nothing', async () => {
    await expect(handler({ ...(sample(name, 'direct') as object), nonsense: 1 }, context())).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect(cloud.arrived).toEqual([]);
  });

  test('rejects a direct call with the kind of the failure', async () => {
    cloud.script = json(404, refusal);
    await expect(handler(sample(name, 'direct'), context())).rejects.toMatchObject({ name: 'CloudRejectedError' });
  });
});

describe.each(creating)('%s, which creates something,', (name) => {
  test('is sent once where nobody knows what became of it', async () => {
    cloud.script = json(500, { error_code: 'some.0001', error_msg: 'no' });
    const { body } = readResponse(await functions[name].handler(sample(name, 'apig'), context()));
    expect([body, cloud.arrived.length]).toEqual([expect.objectContaining({ outcome: 'unknown' }), 1]);
  });
});

describe('receive-batchtask at its door', () => {
  const { handler } = functions['receive-batchtask'];
  const push = sample('receive-batchtask', 'apig') as { headers: Record<string, string> };

  test('refuses a push with a wrong signature', async () => {
    const event = { ...push, headers: { ...push.headers, signature: 'f'.repeat(64) } };
    const { status, body } = readResponse(await handler(event, context()));
    expect([status, body]).toEqual([401, expect.objectContaining({ code: 'PUSH_SIGNATURE_INVALID' })]);
  });

  test('takes an unsigned push where no token is set', async () => {
    const { timestamp: _t, nonce: _n, signature: _s, ...headers } = push.headers;
    const { status } = readResponse(await handler({ ...push, headers }, context({ IOTDA_PUSH_TOKEN: undefined })));
    expect(status).toBe(200);
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '{"resource":"device.message","event":"report"}',
    '{"notify_data":null}',
  ])('answers exactly 200 to the authentic body %j', async (text) => {
    const event = { ...push, body: Buffer.from(text).toString('base64') };
    const { status, body } = readResponse(await handler(event, context()));
    expect([status, body]).toEqual([200, { accepted: false, reason: expect.any(String) }]);
  });

  test('answers exactly 200 to another media type', async () => {
    const event = { ...push, headers: { ...push.headers, 'content-type': 'text/plain' } };
    expect(readResponse(await handler(event, context())).status).toBe(200);
  });
});
