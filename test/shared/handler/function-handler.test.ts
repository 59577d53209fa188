import { describe, expect, test, vi } from 'vitest';
import { CloudRejectedError } from '../../../shared/client/errors.js';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import type { HttpRules } from '../../../shared/handler/http-rules.js';
import { call, callHttp, context, failing, json, post } from './call-function.js';
import { type EchoInput, echo, fakeRuntime } from './fake-platform.js';
import { gateways } from './triggers/http-events.js';

const get: HttpRules = { method: 'GET', input: 'query', fromQuery: (query) => ({ value: { ...query } }) };

describe('the exports', () => {
  const { handler, initializer } = functionHandler(echo(), post, fakeRuntime().runtime);

  test('declare exactly two parameters each', () => expect([handler.length, initializer.length]).toEqual([2, 2]));

  test('answer with a native promise', () => {
    const answer = handler({ value: 1 }, context);
    expect(answer).toBeInstanceOf(Promise);
    return answer;
  });

  test('tell the platform that the initializer is done, with a leading null', () => {
    const callback = vi.fn();
    initializer({}, callback);
    expect(callback.mock.calls).toEqual([[null, '']]);
  });

  test('take an initializer without a callback', () => expect(() => initializer({}, undefined)).not.toThrow());
});

describe.each(gateways)('over %s', (_name, gateway) => {
  test.each([true, false])('a POST is answered with the body (base64: %s)', async (base64) => {
    const event = gateway({ method: 'POST', headers: json, body: '{"value":"ü"}' }, base64);
    expect(await callHttp(event)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-request-id': 'r-1' },
      body: { value: 'ü' },
    });
  });

  test('the status is the one of the operation', async () => {
    const operation = echo(async () => ({ status: 207, body: {}, items: { ok: 1, failed: 1 } }));
    const event = gateway({ method: 'POST', headers: json, body: '{"value":1}' });
    expect((await callHttp(event, post, operation)).status).toBe(207);
  });

  test('a GET has its input in the query', async () => {
    const event = gateway({ method: 'GET', query: { limit: '5', status: ['A', 'B'] } });
    expect((await callHttp(event, get)).body).toEqual({ value: { limit: '5', status: ['A', 'B'] } });
  });

  test('a GET may have a body, which is not looked at', async () => {
    expect((await callHttp(gateway({ method: 'GET', body: '{' }), get)).status).toBe(200);
  });

  test.each(['GET', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', ''])(
    'the method %j is not offered on a POST route',
    async (method) => {
      const { status, headers, body } = await callHttp(gateway({ method }));
      expect([status, headers.allow, body]).toEqual([
        405,
        'POST',
        expect.objectContaining({ code: 'METHOD_NOT_ALLOWED' }),
      ]);
    },
  );

  test.each([
    ['no content-type', {}, '{"value":1}', 415],
    ['another content-type', { 'content-type': 'text/plain' }, '{"value":1}', 415],
    ['another content-type and bad JSON', { 'content-type': 'text/plain' }, '{', 415],
    ['bad JSON', json, '{"value":', 422],
    ['no body', json, undefined, 422],
    ['an empty body', json, '', 422],
    ['bad input', json, '{}', 400],
    ['null', json, 'null', 400],
    ['a charset', { 'Content-Type': 'Application/JSON ; charset=UTF-8' }, '{"value":1}', 200],
  ])('%s is answered with the right status', async (_case, headers, body, status) => {
    const request = { method: 'POST', headers: headers as Record<string, string> };
    expect((await callHttp(gateway(body === undefined ? request : { ...request, body }))).status).toBe(status);
  });

  test('a failure is a problem document', async () => {
    const event = gateway({ method: 'POST', headers: json, body: '{}' });
    expect(await callHttp(event)).toMatchObject({
      headers: { 'content-type': 'application/problem+json', 'x-request-id': 'r-1' },
      body: { code: 'INVALID_INPUT', outcome: 'not-sent', request_id: 'r-1', errors: [{ path: 'value' }] },
    });
  });
});

describe('without HTTP', () => {
  const timer = (text: string) => ({ trigger_type: 'TIMER', user_event: text });

  test.each([
    ['a timer', timer('{"value":5}')],
    ['EventBridge', { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: { value: 5 } }],
    ['a direct call', { value: 5 }],
    ['a direct call as JSON text', '{"value":5}'],
  ])('%s gets the body itself', async (_name, event) => {
    expect(await call(event).answer).toEqual({ value: 5 });
  });

  test('bad input rejects with the error and its stack', async () => {
    const error = await call({}).answer.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'InvalidInputError', stack: expect.stringContaining('value: is missing') });
  });

  test('a timer whose text is not JSON rejects with an input error', async () => {
    await expect(call(timer('{')).answer).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  test('an error of the client rejects as it is', async () => {
    const error = new CloudRejectedError('refused', { service: 'ces', status: 400 });
    await expect(call({ value: 1 }, post, failing(error)).answer).rejects.toBe(error);
  });

  test('an error without a stack gets one, for the platform needs it', async () => {
    const error = new CloudRejectedError('refused', { service: 'ces' });
    Object.defineProperty(error, 'stack', { value: undefined, writable: true });
    await call({ value: 1 }, post, failing(error)).answer.catch(() => {});
    expect(error.stack).toBe('CloudRejectedError: refused');
  });

  test('a secret that got into a message does not leave', async () => {
    const error = new CloudRejectedError('key local-secret-key-0000000000000000000001', { service: 'ces' });
    const thrown = await call({ value: 1 }, post, failing(error)).answer.catch((caught: Error) => caught);
    expect(`${(thrown as Error).message}${(thrown as Error).stack}`).not.toContain('local-secret-key');
  });

  test.each([new TypeError('internal detail'), 'a string', null, undefined, { a: 1 }])(
    'a defect (%s) rejects with InternalError and without its details',
    async (thrown) => {
      await expect(call({ value: 1 }, post, failing(thrown)).answer).rejects.toMatchObject({
        name: 'InternalError',
        message:
          'Something went wrong inside the function. Nothing was sent; its log has the details under request r-1.',
        stack: expect.any(String),
      });
    },
  );

  test('input that cannot be read is the mistake of the caller', async () => {
    const event = {
      get value(): never {
        throw new Error('boom');
      },
    };
    await expect(call(event).answer).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  test('a defect of the check of good input is ours', async () => {
    const operation = {
      ...echo(),
      parse: (): EchoInput => {
        throw new TypeError('defect');
      },
    };
    await expect(call({ value: 1 }, post, operation).answer).rejects.toMatchObject({ name: 'InternalError' });
  });
});

describe('with the real surroundings', () => {
  test.each([
    ['debug', 'DEBUG'],
    ['info', 'INFO'],
    ['warn', 'WARN'],
    ['error', 'ERROR'],
  ] as const)('a line goes to console.%s', async (method, level) => {
    const written = vi.spyOn(console, method).mockImplementation(() => {});
    vi.stubEnv('LOG_LEVEL', 'DEBUG');
    const operation = echo(async (_input, { log }) => {
      log(level, 'hello');
      return { status: 200, body: {}, items: { ok: 0, failed: 0 } };
    });
    vi.spyOn(console, 'info').mockImplementation(() => {});
    await functionHandler(operation, post).handler({ value: 1 }, {});
    expect(JSON.parse(String(written.mock.calls[0]?.[0]))).toMatchObject({
      message: 'hello',
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
});
