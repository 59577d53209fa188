import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CloudFailedError, CloudReplyError, InvalidInputError } from '../../../shared/client/errors.js';
import { cleanError } from '../../../shared/handler/clean-error.js';
import { cleanResult } from '../../../shared/handler/clean-result.js';
import { keepInputSecrets } from '../../../shared/handler/input-secrets.js';
import { InternalError } from '../../../shared/handler/request-errors.js';

const blot = (text: string) => text.replaceAll('top-secret', '***');
const all = (value: unknown) => `${inspect(value, { depth: null, showHidden: true })}${JSON.stringify(value)}`;

describe('an error that leaves the function', () => {
  test('stays the same object, of the same kind', () => {
    const error = new CloudFailedError('failed', { service: 'ces' });
    expect(cleanError(error, blot)).toBe(error);
  });

  test('loses the secrets in message, stack and what the cloud said', () => {
    const upstream = {
      service: 'ces',
      status: 500,
      error_code: 'top-secret',
      error_msg: 'top-secret',
      request_id: 'r',
    };
    const error = cleanError(new CloudFailedError('has top-secret', upstream), blot);
    expect(all(error)).not.toContain('top-secret');
    expect(error.upstream).toEqual({ ...upstream, error_code: '***', error_msg: '***' });
  });

  test('loses the secrets in the list of broken rules', () => {
    const error = cleanError(new InvalidInputError([{ path: 'top-secret', message: 'is top-secret' }]), blot);
    expect(error.errors).toEqual([{ path: '***', message: 'is ***' }]);
    expect(all(error)).not.toContain('top-secret');
  });

  test('keeps name, message, code and stack of its causes and nothing else of them', () => {
    const inner = Object.assign(new RangeError('inner top-secret'), { options: { key: 'not-known-as-secret' } });
    const outer = Object.assign(new TypeError('outer', { cause: inner }), {
      code: 'ECONNRESET',
      request: 'top-secret',
    });
    const { cause } = cleanError(new CloudReplyError('x', { service: 'ces' }, outer), blot);
    expect(cause).toMatchObject({
      name: 'TypeError',
      message: 'outer',
      code: 'ECONNRESET',
      stack: expect.stringContaining('clean-error.test'),
      cause: { name: 'RangeError', message: 'inner ***' },
    });
    expect(all(cause)).not.toMatch(/top-secret|not-known-as-secret/);
  });

  test('tells of a thrown value only what kind it was', () => {
    const { cause } = cleanError(new InternalError('r', 'unknown', { password: 'unknown-to-us' }), blot);
    expect(cause).toMatchObject({ message: 'a value of type object was thrown, which is no error' });
  });

  test('ends a circle of causes', () => {
    const circle = new Error('round');
    circle.cause = circle;
    expect(all(cleanError(new InternalError('r', 'unknown', circle), blot))).toContain('round');
  });

  test('gets a stack where a cause or the error itself has none', () => {
    const cause = new Error('bare');
    const error = new InternalError('r', 'unknown', cause);
    Object.assign(cause, { stack: undefined });
    Object.assign(error, { stack: undefined });
    expect(cleanError(error, blot)).toMatchObject({
      stack: expect.stringMatching(/^InternalError: /),
      cause: { stack: 'Error: bare' },
    });
  });
});

describe('a result', () => {
  test('that has nothing to blot out is handed on as it is', () => {
    const result = { invocations: [{ instance_id: 'a', error_msg: 'no' }], count: 1 };
    expect(cleanResult(result, blot)).toBe(result);
  });

  test('loses secrets in remarks, and only there', () => {
    const rows = [
      { instance_id: 'top-secret', error_msg: 'bad top-secret' },
      { task_id: 'b', reason: 'top-secret' },
    ];
    expect(cleanResult({ rows }, blot)).toEqual({
      rows: [
        { instance_id: 'top-secret', error_msg: 'bad ***' },
        { task_id: 'b', reason: '***' },
      ],
    });
    expect(rows[0]?.error_msg).toBe('bad top-secret');
  });

  test('loses secrets in the remarks of a step of a run', () => {
    const run = (error_msg: string) => ({ steps: [{ result: { invocations: [{ error_msg }] } }] });
    expect(cleanResult(run('bad top-secret'), blot)).toEqual(run('bad ***'));
  });

  test.each([undefined, null, 'top-secret', 5])('%j is no record', (value) =>
    expect(cleanResult(value, blot)).toBe(value),
  );

  test('that is a circle ends', () => {
    const circle: Record<string, unknown> = { reason: 'x' };
    circle.self = circle;
    expect(cleanResult(circle, blot)).toBe(circle);
  });
});

describe('secrets in the input', () => {
  const found = (input: unknown) => {
    const secrets: string[] = [];
    keepInputSecrets(input, (secret) => secrets.push(secret));
    return secrets;
  };

  test('are found by the names of their fields, at any depth', () => {
    const input = { ids: ['a'], remote_install_meta: [{ password: 'one', user_name: 'root' }], x: { api_key: 'two' } };
    expect(found(input)).toEqual(['two', 'one']);
  });

  test('are found where a field names another, as with the variables of a container', () => {
    const envs = [
      { name: 'DB_PASSWORD', value: 'one' },
      { name: 'LOG_LEVEL', value: 'DEBUG' },
      { name: 'API_TOKEN', value: { from: 'x' } },
      { name: 'API_TOKEN' },
    ];
    expect(found({ job_content: { task_data: { deployment: { template: { containers: [{ envs }] } } } } })).toEqual([
      'one',
    ]);
  });

  test.each([null, undefined, 'password', 5, [], [['password']], { password: 5 }])('none are in %j', (input) => {
    expect(found(input)).toEqual([]);
  });

  test('are looked for in a bounded number of objects', () => {
    const input = { list: Array.from({ length: 100_000 }, () => ({ password: 'x' })), other: { password: 'y' } };
    const secrets = found(input);
    expect([secrets[0], secrets.length]).toEqual(['y', 10_098]);
  });

  test('are found in the largest batch of hosts', () => {
    const hosts = Array.from({ length: 10_000 }, (_, index) => ({ password: `password-${index}` }));
    expect(found({ invocation_type: 'REMOTE_INSTALL', remote_install_meta: hosts })).toHaveLength(10_000);
  });

  test('of an input that throws when it is read are those found before', () => {
    const input = {
      password: 'one',
      get more(): object {
        throw new Error('hostile');
      },
    };
    expect(() => found(input)).not.toThrow();
  });
});
