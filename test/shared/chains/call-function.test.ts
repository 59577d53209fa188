import { describe, expect, it } from 'vitest';
import { readHttpAnswer, readInvocationFailure } from '../../../shared/chains/call-answer.js';
import { functionCaller, gatewayEvent } from '../../../shared/chains/call-function.js';
import { urnOfFunction } from '../../../shared/chains/function-urns.js';
import {
  CloudAuthError,
  CloudConnectionError,
  CloudRejectedError,
  CloudThrottledError,
  MissingSettingError,
} from '../../../shared/client/errors.js';
import { readJsonBody } from '../../../shared/handler/json-body.js';
import { pathFields } from '../../../shared/handler/path-fields.js';
import { recognise } from '../../../shared/handler/triggers/recognise.js';
import { stage } from '../operations/fake-cloud.js';

const problem = (fields: object) => JSON.stringify({ type: 'urn:x', title: 'x', detail: 'what happened', ...fields });

describe('the answer of a function', () => {
  it.each([
    [200, '{"success":[]}', { kind: 'answered', status: 200, body: { success: [] } }],
    [207, '{"summary":{}}', { kind: 'answered', status: 207 }],
    [200, 'no JSON', { kind: 'unknown', by: 'call', code: 'HTTP_200' }],
    [
      400,
      problem({ code: 'INVALID_INPUT', outcome: 'not-sent' }),
      { kind: 'rejected', by: 'call', code: 'INVALID_INPUT', message: 'what happened' },
    ],
    [404, problem({ code: 'CLOUD_REJECTED', outcome: 'rejected' }), { kind: 'rejected', by: 'function', status: 404 }],
    [422, problem({ code: 'IDEMPOTENCY_KEY_REUSED', outcome: 'not-sent' }), { kind: 'rejected', by: 'call' }],
    [409, problem({ code: 'IDEMPOTENCY_KEY_IN_PROGRESS', outcome: 'unknown' }), { kind: 'in-progress' }],
    [500, problem({ code: 'MISSING_SETTING', outcome: 'not-sent' }), { kind: 'rejected', by: 'call' }],
    [502, problem({ code: 'CLOUD_AUTH_REFUSED', outcome: 'rejected' }), { kind: 'rejected', by: 'function' }],
    [502, problem({ code: 'CLOUD_CONNECTION', outcome: 'not-sent' }), { kind: 'not-sent', code: 'CLOUD_CONNECTION' }],
    [503, problem({ code: 'DATABASE_UNAVAILABLE', outcome: 'not-sent' }), { kind: 'not-sent' }],
    [504, problem({ code: 'CLOUD_TIMEOUT', outcome: 'unknown' }), { kind: 'unknown', by: 'function' }],
    [429, problem({ code: 'CLOUD_THROTTLED', outcome: 'rejected' }), { kind: 'not-sent', retryAfterMs: 7_000 }],
    [403, '{"error_code":"APIG.0301"}', { kind: 'rejected', by: 'call', code: 'HTTP_403' }],
    [200, '["a list"]', { kind: 'unknown', by: 'call', code: 'HTTP_200' }],
    [502, '<html>', { kind: 'unknown', by: 'call', code: 'HTTP_502' }],
  ])('%i %s', (status, body, expected) => {
    expect(readHttpAnswer({ status, body, headers: { 'retry-after': '7' } })).toMatchObject(expected);
  });

  it.each(['soon', '-1', undefined])('waits for no time of its own where Retry-After is %s', (retryAfter) => {
    const body = problem({ code: 'CLOUD_THROTTLED', outcome: 'rejected' });
    const headers = { 'retry-after': retryAfter };
    expect(readHttpAnswer({ status: 429, body, headers })).toMatchObject({ kind: 'not-sent', retryAfterMs: 0 });
  });

  it.each([
    [new CloudConnectionError('lost', 'unknown', { service: 'functiongraph' }), { kind: 'unknown', by: 'call' }],
    [new CloudConnectionError('not reached', 'not-sent', { service: 'functiongraph' }), { kind: 'not-sent' }],
    [new CloudThrottledError('slow down', { service: 'functiongraph' }, 3), { kind: 'not-sent', retryAfterMs: 3_000 }],
    [
      new CloudRejectedError('no function', { service: 'functiongraph', status: 404 }),
      { kind: 'rejected', by: 'call', status: 404 },
    ],
    [new CloudAuthError('refused', { service: 'functiongraph' }, 'not-sent'), { kind: 'rejected', by: 'call' }],
    [new MissingSettingError('HUAWEICLOUD_REGION', 'set it'), { kind: 'rejected', by: 'call' }],
    [new TypeError('a defect'), { kind: 'unknown', by: 'call', code: 'UNEXPECTED_FAILURE' }],
    ['thrown text', { kind: 'unknown', by: 'call' }],
  ])('that never came: %s', (error, expected) => {
    expect(readInvocationFailure(error)).toMatchObject(expected);
  });
});

describe('the event of a call', () => {
  it('is what the gateway would send, with the key', async () => {
    const invocation = recognise(gatewayEvent('create-ief-job', { job_name: 'ä' }, 'run-0-0-1'));
    expect(invocation).toMatchObject({
      trigger: 'apig',
      http: { method: 'POST', path: '/ief-jobs', headers: { 'idempotency-key': 'run-0-0-1' } },
    });
    expect('http' in invocation && (await readJsonBody(invocation.http))).toEqual({ job_name: 'ä' });
  });

  it('has a query where the route takes one, and no key where nothing changes', () => {
    const invocation = recognise(
      gatewayEvent('list-invocations', { all: true, invocation_status: ['FAILED', 'TIMEOUT'], limit: null }, undefined),
    );
    expect(invocation).toMatchObject({
      http: { method: 'GET', query: { all: 'true', invocation_status: 'FAILED,TIMEOUT' } },
    });
    expect('http' in invocation && invocation.http.headers['idempotency-key']).toBeUndefined();
  });

  it('leaves empty in its path what the input does not have, so that the function refuses it', () => {
    expect(gatewayEvent('show-ief-job', {}, undefined)).toMatchObject({ path: '/ief-jobs/', pathParameters: {} });
  });

  it('has in its path what the route takes from there, and all else in the query', () => {
    const event = gatewayEvent('show-ief-job', { job_id: 'a b', ief_instance_id: 'ief-1' }, undefined);
    expect(event).toMatchObject({ path: '/ief-jobs/a%20b', queryStringParameters: { ief_instance_id: 'ief-1' } });
    expect(gatewayEvent('show-ief-job', { job_id: null }, undefined)).toMatchObject({ path: '/ief-jobs/' });
    expect(pathFields('/ief-jobs/{job_id}', '/ief-jobs/a%20b')).toEqual(event.pathParameters);
  });
});

describe('a call through the invocation API', () => {
  const call = (result: unknown, failed = false) => {
    const made = stage(() => ({
      request_id: 'r',
      result: typeof result === 'string' ? result : JSON.stringify(result),
      status: failed ? 500 : 200,
    }));
    const caller = functionCaller(
      () => made.context.cloud,
      (name) => `urn:${name}`,
    );
    return { ...made, answer: caller('create-ief-job', {}, 'key') };
  };

  it('goes to the function of its name and reads its response', async () => {
    const { answer, calls } = call({ statusCode: 201, headers: {}, body: '{"job_id":"j-1"}', isBase64Encoded: false });
    expect(await answer).toMatchObject({ kind: 'answered', status: 201, body: { job_id: 'j-1' } });
    expect(calls[0]).toMatchObject({
      operation: 'InvokeFunction',
      path: expect.arrayContaining(['urn:create-ief-job']),
    });
  });

  it('reads a response without headers', async () => {
    expect(await call({ statusCode: 429, body: problem({ outcome: 'rejected' }) }).answer).toMatchObject({
      kind: 'not-sent',
      retryAfterMs: 0,
    });
  });

  it('is refused where the settings for it are missing', async () => {
    const caller = functionCaller(
      () => {
        throw new MissingSettingError('HUAWEICLOUD_SDK_AK', 'set it');
      },
      (name) => name,
    );
    expect(await caller('create-ief-job', {}, 'key')).toMatchObject({ kind: 'rejected', by: 'call' });
  });

  it.each([
    ['a function that failed', { errorMessage: 'out of memory' }, true, 'FUNCTION_FAILED'],
    ['a function that failed without a word', 'killed', true, 'FUNCTION_FAILED'],
    ['an answer that is no response', { job_id: 'j-1' }, false, 'FUNCTION_ANSWER_UNREADABLE'],
    ['an answer that is no JSON', 'nothing', false, 'FUNCTION_ANSWER_UNREADABLE'],
  ])('knows nothing after %s', async (_what, result, failed, code) => {
    expect(await call(result, failed).answer).toMatchObject({ kind: 'unknown', by: 'call', code });
  });
});

describe('the URN of another function', () => {
  const { context } = stage(() => ({}), { region: 'cn-north-4' });
  it.each([
    ['urn:fss:eu-de:p-1:function:fleet:receive-batchtask:v2', 'urn:fss:eu-de:p-1:function:fleet:advance-chains:latest'],
    [undefined, 'urn:fss:cn-north-4:project:function:default:advance-chains:latest'],
    ['nonsense', 'urn:fss:cn-north-4:project:function:default:advance-chains:latest'],
  ])('is the own one with the other name: %s', (functionUrn, urn) => {
    expect(urnOfFunction('advance-chains', { cloud: context.cloud, region: context.region, functionUrn })).toBe(urn);
  });

  it.each(['advance-chains', 'receive-batchtask', 'reconcile-batchtasks', 'retry-chain-run', 'run-chain'])(
    'is one of the same stage, as npm run deploy names it, for %s',
    (own) => {
      const urnIn = (name: string) => `urn:fss:eu-de:p-1:function:default:${name}:latest`;
      const calledBy = (name: string) =>
        urnOfFunction('create-ief-job', { cloud: context.cloud, region: 'eu-de', functionUrn: urnIn(name) });

      expect(calledBy(own)).toBe(urnIn('create-ief-job'));
      expect(calledBy(`${own}-test`)).toBe(urnIn('create-ief-job-test'));
      expect(calledBy(`${own}-run-chain-2`)).toBe(urnIn('create-ief-job-run-chain-2'));
      expect(calledBy(`${own}er`)).toBe(urnIn('create-ief-job'));
    },
  );

  it('needs a region where the own one is not known', () => {
    expect(() => urnOfFunction('x', { cloud: context.cloud, region: undefined })).toThrow('HUAWEICLOUD_REGION');
  });
});
