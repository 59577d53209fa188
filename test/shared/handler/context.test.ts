import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { filled, readContext } from '../../../shared/handler/context.js';

const sources = { now: () => 1_000, newId: () => 'fresh-id' };

function functionGraphContext(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    getRequestID: () => 'fg-1',
    getFunctionName: () => 'create-invocations',
    getRemainingTimeInMilliSeconds: () => 2_500,
    getUserData: (name: string) => ({ HUAWEICLOUD_REGION: 'cn-north-4', EMPTY: '', PADDED: ' x \n' })[name],
    getSecurityAccessKey: () => 'AK',
    getSecuritySecretKey: () => 'SK',
    getSecurityToken: () => 'STS',
    getToken: () => 'TOKEN\n',
    getProjectID: () => 'project',
    ...over,
  };
}

describe('the context of FunctionGraph', () => {
  const context = readContext(functionGraphContext(), sources);

  test('gives its request id', () => expect(context.requestId).toBe('fg-1'));
  test('gives the name of the function', () => expect(context.functionName).toBe('create-invocations'));
  test('gives the time that is left', () => expect(context.remainingMs()).toBe(2_500));
  test('gives user data', () => expect(context.userData('HUAWEICLOUD_REGION')).toBe('cn-north-4'));
  test('takes empty user data for absent', () => expect(context.userData('EMPTY')).toBeUndefined());
  test('trims user data', () => expect(context.userData('PADDED')).toBe('x'));
  test('gives the project', () => expect(context.projectId()).toBe('project'));
  test('gives the token without the newline at its end', () => expect(context.agencyToken()).toBe('TOKEN'));
  test('gives the temporary credentials', () => {
    expect(context.agencyCredentials()).toEqual({ ak: 'AK', sk: 'SK', securityToken: 'STS' });
  });

  test.each(['getSecurityAccessKey', 'getSecuritySecretKey', 'getSecurityToken'])(
    'has no credentials where %s gives empty text, as it does without an agency',
    (method) => {
      const incomplete = readContext(functionGraphContext({ [method]: () => '' }), sources);
      expect(incomplete.agencyCredentials()).toBeUndefined();
    },
  );

  test('calls methods on the context itself', () => {
    class Context {
      readonly #id = 'own';
      getRequestID(): string {
        return this.#id;
      }
    }
    expect(readContext(new Context(), sources).requestId).toBe('own');
  });
});

describe('the context of AWS Lambda', () => {
  const lambda = { awsRequestId: 'aws-1', functionName: 'list-invocations', getRemainingTimeInMillis: () => 900 };

  test('gives its request id', () => expect(readContext(lambda, sources).requestId).toBe('aws-1'));
  test('gives the name of the function', () => {
    expect(readContext(lambda, sources).functionName).toBe('list-invocations');
  });
  test('gives the time that is left', () => expect(readContext(lambda, sources).remainingMs()).toBe(900));
  test('has no user data', () => expect(readContext(lambda, sources).userData('ANY')).toBeUndefined());
});

describe('a context that tells nothing', () => {
  test.each([[{}], [undefined], [null], [5], ['text'], [[]]])('%j gets a fresh request id', (raw) => {
    expect(readContext(raw, sources).requestId).toBe('fresh-id');
  });

  test('has 30 s from the start', () => {
    let time = 1_000;
    const context = readContext({}, { ...sources, now: () => time });
    time += 12_000;
    expect(context.remainingMs()).toBe(18_000);
  });

  test('has no less than 0 ms left', () => {
    let time = 0;
    const context = readContext({}, { ...sources, now: () => time });
    time = 50_000;
    expect(context.remainingMs()).toBe(0);
  });
});

describe('a context that misbehaves', () => {
  const boom = () => {
    throw new Error('boom');
  };

  test('whose methods throw is read like an empty one', () => {
    const methods = Object.keys(functionGraphContext());
    const context = readContext(Object.fromEntries(methods.map((method) => [method, boom])), sources);
    expect([context.requestId, context.agencyCredentials(), context.remainingMs()]).toEqual([
      'fresh-id',
      undefined,
      30_000,
    ]);
  });

  test.each([
    ['method', { getUserData: boom }],
    ['field', new Proxy({}, { get: boom })],
  ])('whose %s for variables throws says so, and not that the variable is absent', (_, raw) => {
    const error =
      'Setting A cannot be used: the platform failed to give it (getUserData threw an error or gave no text). Nothing was sent.';
    expect(() => readContext(raw, sources).userData('A')).toThrow(error);
  });

  test.each([
    ['a promise', Promise.resolve('text')],
    ['an object', {}],
    ['a list', ['text']],
    ['bytes', Buffer.from('text')],
    ['a symbol', Symbol('text')],
    ['a big integer', 5n],
  ])('that gives %s as a variable does not pass for one that has none', (_, given) => {
    expect(() => readContext({ getUserData: () => given }, sources).userData('A')).toThrow('gave no text');
  });

  test('that has no method for variables has none', () => {
    expect([{}, null, { getUserData: 'text' }].map((raw) => readContext(raw, sources).userData('A'))).toEqual(
      Array(3).fill(undefined),
    );
  });

  test('whose fields throw is read like an empty one', () => {
    const context = readContext(new Proxy({}, { get: boom }), sources);
    expect([context.requestId, context.functionName, context.logger]).toEqual(['fresh-id', undefined, undefined]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, '5', null])(
    'that has %s ms left counts as telling nothing',
    (left) => {
      expect(readContext({ getRemainingTimeInMilliSeconds: () => left }, sources).remainingMs()).toBe(30_000);
    },
  );

  test('that has less than nothing left has 0 ms', () => {
    expect(readContext({ getRemainingTimeInMillis: () => -5 }, sources).remainingMs()).toBe(0);
  });

  test.each(['with\r\nbreak', 'ü', 'a b', 'x'.repeat(129), '', 5n, {}])(
    'with the request id %s, unfit for a header, gets a fresh one',
    (id) => {
      expect(readContext({ getRequestID: () => id }, sources).requestId).toBe('fresh-id');
    },
  );

  test('of any kind can be read', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        const context = readContext(raw, sources);
        expect(context.requestId).not.toBe('');
        expect(context.remainingMs()).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the logger of the platform', () => {
  test('is told to write every level', () => {
    const setLevel = vi.fn();
    readContext({ getLogger: () => ({ info: () => {}, setLevel }) }, sources);
    expect(setLevel).toHaveBeenCalledWith('DEBUG');
  });

  test.each(['debug', 'info', 'warn', 'error'] as const)('writes a line at %s', (method) => {
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    readContext({ getLogger: () => logger }, sources).logger?.[method]('line');
    expect(logger[method].mock.calls).toEqual([['line']]);
  });

  test('writes at info what it has no method for', () => {
    const info = vi.fn();
    readContext({ getLogger: () => ({ info }) }, sources).logger?.warn('line');
    expect(info.mock.calls).toEqual([['line']]);
  });

  test('that has not even info is not used', () => {
    expect(readContext({ getLogger: () => ({ log: () => {} }) }, sources).logger).toBeUndefined();
  });
});

describe('a filled value', () => {
  test.each([
    [' a ', 'a'],
    [5, '5'],
    [false, 'false'],
    ['', undefined],
    ['\n', undefined],
    [null, undefined],
    [{}, undefined],
  ])('%j is read as %j', (value, expected) => expect(filled(value)).toBe(expected));
});
