import { describe, expect, it } from 'vitest';
import { CloudReplyError } from '../../../shared/client/errors.js';
import { functionUrn } from '../../../shared/client/function-urn.js';
import { invokeFunction, invokeFunctionAsync } from '../../../shared/client/functiongraph.js';
import { rejection } from './loopback.js';
import { cloudThatSays } from './services-cloud.js';

const urn = 'urn:fss:cn-north-4:p:function:default:list-invocations';
const v1 = { request_id: 'run-1', result: '{"count":0}', log: '', status: 200 };

const headers = (values: Record<string, string>) => new Map(Object.entries(values));

describe('functionUrn', () => {
  it.each([
    [{ app: undefined, version: undefined }, 'urn:fss:cn-north-4:p:function:default:f'],
    [{ app: 'fleet', version: undefined }, 'urn:fss:cn-north-4:p:function:fleet:f'],
    [{ app: 'fleet', version: 'latest' }, 'urn:fss:cn-north-4:p:function:fleet:f:latest'],
  ])('%j makes %s', ({ app, version }, expected) => {
    const parts = { region: 'cn-north-4', projectId: 'p', name: 'f' };

    const made = functionUrn({
      ...parts,
      ...(app === undefined ? {} : { app }),
      ...(version === undefined ? {} : { version }),
    });

    expect(made).toBe(expected);
  });
});

describe('invokeFunction', () => {
  it('posts the event once, in form v1, and reads result and request id', async () => {
    const cloud = cloudThatSays(v1);

    const invoked = await invokeFunction(cloud, urn, { all: true });

    expect(cloud.calls).toEqual([
      {
        service: 'functiongraph',
        operation: 'InvokeFunction',
        method: 'POST',
        path: ['v2', 'p', 'fgs', 'functions', urn, 'invocations'],
        headers: { 'X-CFF-Request-Version': 'v1' },
        body: { all: true },
        repeatable: false,
      },
    ]);
    expect(invoked).toEqual({ failed: false, result: '{"count":0}', errorCode: undefined, requestId: 'run-1' });
  });

  it.each([
    [{ 'x-is-func-err': 'true' }, 200, true],
    [{ 'x-is-func-err': 'false', 'x-func-err-code': '200' }, 200, false],
    [{ 'x-func-err-code': '4002' }, 200, true],
    [{ 'x-func-err-code': '0' }, 200, false],
    [{}, 500, true],
    [{}, 200, false],
  ])('headers %j with status %i say failed: %s, though the platform answers 200', async (given, status, failed) => {
    const cloud = cloudThatSays({ ...v1, status }, 'req-1', headers(given));

    expect((await invokeFunction(cloud, urn, {})).failed).toBe(failed);
  });

  it('takes the body itself as the result where the platform ignores the version header', async () => {
    const run = headers({ 'x-cff-request-id': 'run-2', 'x-is-func-err': 'false' });

    const invoked = await invokeFunction(cloudThatSays({ count: 0 }, 'req-1', run), urn, {});

    expect(invoked).toMatchObject({ failed: false, result: '{"count":0}', requestId: 'run-2' });
  });

  it.each([undefined, null, 'text', { error_code: 'FSS.1051', error_msg: 'no' }])('refuses %j', async (body) => {
    const error = await rejection(invokeFunction(cloudThatSays(body), urn, {}));

    expect(error).toBeInstanceOf(CloudReplyError);
    expect(error).toMatchObject({ outcome: 'unknown' });
  });
});

describe('invokeFunctionAsync', () => {
  it('posts the event once and gives the request id of the queue', async () => {
    const cloud = cloudThatSays({ request_id: 'event-1' });

    expect(await invokeFunctionAsync(cloud, urn, { all: true })).toEqual({ requestId: 'event-1' });
    expect(cloud.calls[0]).toMatchObject({
      operation: 'AsyncInvokeFunction',
      path: ['v2', 'p', 'fgs', 'functions', urn, 'invocations-async'],
      body: { all: true },
      repeatable: false,
    });
  });
});

describe('a queued event', () => {
  it.each([
    ['the body', { request_id: 'event-1' }, { 'x-cff-request-id': 'run-1' }, 'event-1'],
    ['the header of the run, where the body has none', {}, { 'x-cff-request-id': 'run-1' }, 'run-1'],
    ['the id of the call, where there is nothing else', {}, {}, 'req-1'],
  ])('is known by %s', async (_name, body, headers, requestId) => {
    const cloud = cloudThatSays(body, 'req-1', new Map(Object.entries(headers)));

    expect(await invokeFunctionAsync(cloud, urn, {})).toEqual({ requestId });
  });
});

describe('a function that was run', () => {
  it.each([
    ['no result, as an empty text', { result: null, request_id: 'run-1' }, { result: '', requestId: 'run-1' }],
    ['no id of its own, by that of the call', { result: '{}' }, { result: '{}', requestId: 'req-1' }],
    ['an empty code as no failure', { result: '{}' }, { failed: false, errorCode: '' }, { 'x-func-err-code': '' }],
    ['the code 200 as no failure', { result: '{}' }, { failed: false }, { 'x-func-err-code': '200' }],
  ])('is read with %s', async (_name, body, expected, headers?: Record<string, string>) => {
    const cloud = cloudThatSays(body, 'req-1', new Map(Object.entries(headers ?? {})));

    expect(await invokeFunction(cloud, urn, {})).toMatchObject(expected);
  });
});
