import { describe, expect, test, vi } from 'vitest';
import { CloudConnectionError, MissingSettingError } from '../../../shared/client/errors.js';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import { call, context, failing, post } from './call-function.js';
import { echo, fakeRuntime } from './fake-platform.js';

describe('the line of an invocation', () => {
  const sent = { service: 'ces', operation: 'X', method: 'GET', path: ['a'], repeatable: true } as const;

  async function lineOf(event: unknown, operation = echo()) {
    const { seen, answer } = call(event, post, operation);
    await answer.catch(() => {});
    return seen.lines.at(-1);
  }

  test('says who called, what came out and what it took', async () => {
    const operation = echo(async (_input, { cloud }) => {
      await cloud.send(sent);
      return { status: 207, body: {}, items: { ok: 2, failed: 1 } };
    });
    expect(await lineOf({ value: 1 }, operation)).toEqual({
      time: '1970-01-01T00:00:01.000Z',
      level: 'WARN',
      message: 'invocation',
      request_id: 'r-1',
      function: 'echo',
      operation: 'Echo',
      trigger: 'direct',
      cold: true,
      status: 207,
      items: { ok: 2, failed: 1 },
      upstream: [{ service: 'ces', operation: 'X', status: 200, ms: 7 }],
      upstream_calls: 1,
      ms: 0,
    });
  });

  test('of a success is at INFO', async () => expect(await lineOf({ value: 1 })).toMatchObject({ level: 'INFO' }));

  test('of bad input is at WARN with code and outcome', async () => {
    expect(await lineOf({})).toMatchObject({
      level: 'WARN',
      status: 400,
      error: { name: 'InvalidInputError', code: 'INVALID_INPUT', outcome: 'not-sent' },
    });
  });

  test('of a broken connection is at ERROR with its cause', async () => {
    const cause = new TypeError('socket hang up');
    const error = new CloudConnectionError('broken', 'unknown', { service: 'ces' }, cause);
    expect(await lineOf({ value: 1 }, failing(error))).toMatchObject({
      level: 'ERROR',
      status: 502,
      error: { code: 'CLOUD_CONNECTION', outcome: 'unknown', cause: 'TypeError: socket hang up' },
    });
  });

  test('of a missing setting has no stack', async () => {
    const line = await lineOf({ value: 1 }, failing(new MissingSettingError('A', 'set it')));
    expect(line?.error).not.toHaveProperty('stack');
  });

  test('of a defect has the stack of where it happened', async () => {
    expect(await lineOf({ value: 1 }, failing(new TypeError('here')))).toMatchObject({
      level: 'ERROR',
      error: { code: 'INTERNAL', stack: expect.stringContaining('report.test.ts') },
    });
  });

  test('of a thrown value that is no error says what it was', async () => {
    expect(await lineOf({ value: 1 }, failing('text'))).toMatchObject({
      error: { cause: 'Error: a value of type string was thrown, which is no error', stack: expect.any(String) },
    });
  });

  test('of hundreds of calls lists twenty and counts all', async () => {
    const operation = echo(async (_input, { cloud }) => {
      for (let count = 0; count < 300; count++) await cloud.send(sent);
      return { status: 200, body: {}, items: { ok: 1, failed: 0 } };
    });
    const line = await lineOf({ value: 1 }, operation);
    expect(line).toMatchObject({ upstream: expect.objectContaining({ length: 20 }), upstream_calls: 300 });
  });

  test('says cold for the first invocation of an instance only', async () => {
    const seen = fakeRuntime();
    const { handler } = functionHandler(echo(), post, seen.runtime);
    await handler({ value: 1 }, context);
    await handler({ value: 1 }, context);
    expect(seen.lines.map((line) => line.cold)).toEqual([true, false]);
  });

  test('goes to the logger of the platform where there is one', async () => {
    const info = vi.fn();
    const { runtime, lines } = fakeRuntime();
    const { handler } = functionHandler(echo(), post, runtime);
    await handler({ value: 1 }, { getLogger: () => ({ info }) });
    expect([info.mock.calls.length, lines.length]).toEqual([1, 0]);
  });

  test('that cannot be written fails nothing', async () => {
    const boom = () => {
      throw new Error('disk full');
    };
    const { handler } = functionHandler(echo(), post, fakeRuntime().runtime);
    expect(await handler({ value: 1 }, { getLogger: () => ({ info: boom, error: boom }) })).toEqual({ value: 1 });
  });
});
