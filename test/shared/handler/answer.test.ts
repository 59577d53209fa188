import { describe, expect, test, vi } from 'vitest';
import { CloudRejectedError, CloudThrottledError } from '../../../shared/client/errors.js';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import type { HttpRules } from '../../../shared/handler/http-rules.js';
import { PushSignatureError } from '../../../shared/handler/request-errors.js';
import { call, callHttp, failing, json, post } from './call-function.js';
import { echo, fakeRuntime, readResponse } from './fake-platform.js';
import { apig } from './triggers/http-events.js';

const nothing = () => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

describe('a failure over HTTP', () => {
  const event = apig({ method: 'POST', headers: json, body: '{"value":1}' });

  test('of the cloud has its status and what the cloud said', async () => {
    const error = new CloudRejectedError('refused', { service: 'ces', status: 404, error_code: 'ces.1' });
    expect(await callHttp(event, post, failing(error))).toMatchObject({
      status: 404,
      body: { code: 'CLOUD_REJECTED', outcome: 'rejected', upstream: { error_code: 'ces.1' } },
    });
  });

  test('of a throttled cloud has Retry-After', async () => {
    const error = new CloudThrottledError('busy', { service: 'ces', status: 429 }, 3.2);
    const { status, headers } = await callHttp(event, post, failing(error));
    expect([status, headers['retry-after']]).toEqual([429, '4']);
  });

  test('that is a defect has status 500 and no details', async () => {
    const { status, body } = await callHttp(event, post, failing(new TypeError('internal detail')));
    expect([status, body]).toEqual([500, expect.objectContaining({ code: 'INTERNAL', outcome: 'not-sent' })]);
    expect(JSON.stringify(body)).not.toContain('internal detail');
  });

  test('that is a defect after a call says that the outcome is unknown', async () => {
    const operation = echo(async (_input, { cloud }) => {
      await cloud.send({ service: 'ces', operation: 'X', method: 'POST', path: [], repeatable: false });
      throw new Error('defect');
    });
    expect((await callHttp(event, post, operation)).body).toMatchObject({ code: 'INTERNAL', outcome: 'unknown' });
  });

  test('of an answer that JSON cannot hold is a defect, not a crash', async () => {
    const operation = echo(async () => ({ status: 200, body: { big: 5n }, items: { ok: 1, failed: 0 } }));
    expect((await callHttp(event, post, operation)).body).toMatchObject({ code: 'INTERNAL' });
  });

  test('of an answer that no platform lets through says so and what to do', async () => {
    const operation = echo(async () => ({ status: 200, body: 'x'.repeat(6_300_000), items: { ok: 1, failed: 0 } }));
    expect(await callHttp(event, post, operation)).toMatchObject({
      status: 500,
      body: { code: 'ANSWER_TOO_LARGE', detail: expect.stringContaining('limit and offset') },
    });
  });

  test('of an answer that only its escaping makes too large says so', async () => {
    // One sign in the value, two in the body, four in the response around it.
    const operation = echo(async () => ({ status: 200, body: '"'.repeat(1_700_000), items: { ok: 1, failed: 0 } }));
    expect((await callHttp(event, post, operation)).body).toMatchObject({ code: 'ANSWER_TOO_LARGE' });
  });

  test('an answer that is large and still gets through is no failure', async () => {
    const operation = echo(async () => ({ status: 200, body: 'x'.repeat(2_000_000), items: { ok: 1, failed: 0 } }));
    expect((await callHttp(event, post, operation)).status).toBe(200);
  });

  const remarks = (length: number, rows = 10_000) =>
    echo(async () => {
      const row = { id: 'x'.repeat(64), ret_status: 'error', error_msg: '"'.repeat(length) };
      return { status: 207, body: { rows: Array.from({ length: rows }, () => row) }, items: { ok: 0, failed: rows } };
    });

  test('an answer that is too large with all that the cloud remarked tells what became of each id, and the log says so', async () => {
    const { seen, answer } = call(event, post, remarks(200));

    const { status, body } = readResponse(await answer);

    const { rows } = body as { rows: unknown[] };
    expect([status, rows.length]).toEqual([207, 10_000]);
    expect(rows[0]).toEqual({ id: 'x'.repeat(64), ret_status: 'error', error_msg: `${'"'.repeat(80)}…` });
    expect(seen.lines).toMatchObject([
      { level: 'WARN', message: 'the answer was too large, so its remarks were cut', characters: 80 },
      { message: 'invocation', status: 207 },
    ]);
  });

  test('of an answer that is too large without its remarks, or that was only read, says what to do', async () => {
    const get = apig({ method: 'GET' });
    const read: HttpRules = { method: 'GET', input: 'query', fromQuery: () => ({ value: 1 }) };

    const tooMany = await callHttp(event, post, remarks(200, 50_000));
    const tooMuch = await callHttp(get, read, remarks(200));

    expect([tooMany.body, tooMuch.body]).toMatchObject([{ code: 'ANSWER_TOO_LARGE' }, { code: 'ANSWER_TOO_LARGE' }]);
  });

  test('that is no error at all is told in the log by its kind', async () => {
    const { seen, answer } = call(event, post, failing({ password: 'unknown' }));
    await answer;
    expect(seen.lines).toMatchObject([{ error: { code: 'INTERNAL', cause: 'thrown value of type object' } }]);
  });

  test('of an operation that asks for a client in a function without one is a defect', async () => {
    const operation = echo(async (_input, { cloud }) => ({ status: 200, body: cloud, items: { ok: 1, failed: 0 } }));
    const { handler } = functionHandler(operation, post, { console: silent });
    expect(readResponse(await handler(event, {})).body).toMatchObject({ code: 'INTERNAL' });
  });

  test('of a missing credential names the setting', async () => {
    const operation = echo(async (_input, { cloud }) => ({ status: 200, body: cloud, items: { ok: 1, failed: 0 } }));
    expect(await callHttp(event, post, operation, fakeRuntime({}))).toMatchObject({
      status: 500,
      body: { code: 'MISSING_SETTING', outcome: 'not-sent', detail: expect.stringContaining('HUAWEICLOUD_SDK_AK') },
    });
  });
});

describe('a door with a check of the sender', () => {
  const refuse = () => {
    throw new PushSignatureError('no');
  };
  const guarded: HttpRules = { ...post, authenticate: refuse };

  test('is not asked for a wrong method', async () => {
    expect((await callHttp(apig({ method: 'GET' }), guarded)).status).toBe(405);
  });

  test('is asked before the body is looked at', async () => {
    expect((await callHttp(apig({ method: 'POST', body: '{' }), guarded)).status).toBe(401);
  });

  test('is not asked for direct calls, which the platform let in', async () => {
    expect(await call({ value: 1 }, guarded).answer).toEqual({ value: 1 });
  });

  test('gets the request and the settings', async () => {
    const authenticate = vi.fn();
    await callHttp(apig({ method: 'POST', headers: json, body: '{"value":1}' }), { ...post, authenticate });
    const [http, workplace] = authenticate.mock.calls[0] ?? [];
    expect([http.method, workplace.setting('HUAWEICLOUD_REGION')]).toEqual(['POST', 'cn-north-4']);
  });
});

describe('a lenient receiver', () => {
  const lenient: HttpRules = { ...post, lenientBody: true };
  const refused = { accepted: false, reason: expect.any(String) };

  test.each([
    ['bad JSON', json, '{', 'not valid JSON'],
    ['no body', json, '', 'empty'],
    ['bad input', json, '{}', 'value: is missing'],
    ['bytes that are no UTF-8', json, Buffer.from([0xff, 0xfe]), 'UTF-8'],
  ])('answers 200 to %s and says why it was not taken', async (_case, headers, body, reason) => {
    const event = apig({ method: 'POST', headers: headers as Record<string, string>, body });
    const { status, body: answered } = await callHttp(event, lenient);
    expect([status, answered]).toEqual([200, { accepted: false, reason: expect.stringContaining(reason) }]);
  });

  test('answers 200 where the operation fails', async () => {
    const event = apig({ method: 'POST', headers: json, body: '{"value":1}' });
    const { status, body } = await callHttp(event, lenient, failing(new Error('internal detail')));
    expect([status, body]).toEqual([200, refused]);
  });

  test('logs a failing operation as an error all the same', async () => {
    const event = apig({ method: 'POST', headers: json, body: '{"value":1}' });
    const { seen, answer } = call(event, lenient, failing(new Error('detail')));
    await answer;
    expect(seen.lines).toMatchObject([{ level: 'ERROR', status: 200, error: { code: 'INTERNAL' } }]);
  });

  test('logs a bad body as a warning', async () => {
    const { seen, answer } = call(apig({ method: 'POST', headers: json, body: '{' }), lenient);
    await answer;
    expect(seen.lines).toMatchObject([{ level: 'WARN', status: 200, error: { code: 'UNPARSABLE_JSON' } }]);
  });

  test('still refuses other methods', async () => {
    expect((await callHttp(apig({ method: 'GET' }), lenient)).status).toBe(405);
  });

  test('still refuses whom it does not know', async () => {
    const authenticate = () => {
      throw new PushSignatureError('no');
    };
    expect((await callHttp(apig({ method: 'POST' }), { ...lenient, authenticate })).status).toBe(401);
  });

  test('gives a direct caller the same body', async () => {
    expect(await call({}, lenient).answer).toEqual(refused);
  });
});
