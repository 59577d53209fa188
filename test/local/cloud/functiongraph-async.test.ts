import { beforeEach, describe, expect, it } from 'vitest';
import { send, type TestReply } from './cloud-under-test.js';
import { create, echo, functionGraphTests, functionsPath, noon, urnOf } from './functiongraph-under-test.js';

const on = functionGraphTests();
beforeEach(() => create(on.cloud));

function invokeAsync(body: unknown, target = echo): Promise<TestReply> {
  return send(on.cloud, { target: `${target}/invocations-async`, body });
}

describe('an asynchronous invocation', () => {
  it('is accepted with 202 and its request id', async () => {
    const reply = await invokeAsync({ a: 1 });
    expect(reply).toMatchObject({
      status: 202,
      json: { request_id: 'run-1' },
      headers: { 'x-cff-request-id': 'run-1' },
    });
  });

  it.each([
    ['over 256 KB', { big: 'x'.repeat(256 * 1024) }, 413, 'FSS.0413'],
    ['that is no object', '"text"', 400, 'FSS.0400'],
  ])('of an event %s is refused and not queued', async (_what, event, status, error_code) => {
    expect(await invokeAsync(event)).toMatchObject({ status, json: { error_code } });
    expect(on.platform.queued).toEqual([]);
  });

  it('of a function that is not there is 404', async () => {
    const reply = await invokeAsync({}, `${functionsPath}/${urnOf('nothing')}:latest`);
    expect(reply).toMatchObject({ status: 404, json: { error_code: 'FSS.1051' } });
  });
});

describe('the status list', () => {
  beforeEach(() => {
    const at = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
    const one = { functionName: 'echo', attempts: 1 };
    on.platform.queued.push(
      { ...one, requestId: 'run-4', status: 'WAIT', startTime: at(3) },
      { ...one, requestId: 'run-3', status: 'RUNNING', startTime: at(2) },
      {
        ...one,
        requestId: 'run-2',
        status: 'FAIL',
        startTime: at(1),
        endTime: at(2),
        errorCode: 4002,
        errorMessage: 'no',
      },
      { ...one, requestId: 'run-1', status: 'SUCCESS', startTime: at(0), endTime: at(1) },
    );
  });

  async function ids(list: string, query: string): Promise<string[]> {
    const { json } = await send(on.cloud, { target: `${echo}/${list}?${query}` });
    return json.invocations.map(({ request_id }: { request_id: string }) => request_id);
  }

  it('shows how each one ended, in the time of the region', async () => {
    const { json } = await send(on.cloud, { target: `${echo}/async-invocations?request_id=run-2` });
    expect(json).toEqual({
      invocations: [
        {
          request_id: 'run-2',
          status: 'FAIL',
          error_message: 'no',
          error_code: 4002,
          start_time: '2026-11-21T20:01:00+08:00',
          end_time: '2026-11-21T20:02:00+08:00',
        },
      ],
      count: 1,
      next_marker: '0',
    });
  });

  it.each([
    ['async-invocations', '', ['run-4', 'run-3', 'run-2', 'run-1']],
    ['async-invocations', 'status=SUCCESS', ['run-1']],
    ['async-invocations', 'limit=1&marker=1', ['run-3']],
    [
      'async-invocations',
      'query_begin_time=2026-11-21T12:01:00&query_end_time=2026-11-21T12:02:00',
      ['run-3', 'run-2'],
    ],
    ['active-async-invocations', '', ['run-4', 'run-3']],
    ['active-async-invocations', 'requests=run-3,run-1', ['run-3']],
  ])('%s with "%s" has %j', async (list, query, expected) => {
    expect(await ids(list, query)).toEqual(expected);
  });

  it('goes on with the next marker, as a text', async () => {
    const { json } = await send(on.cloud, { target: `${echo}/async-invocations?limit=3` });
    expect([json.next_marker, json.count]).toEqual(['3', 4]);
  });

  it.each(['status=DONE', 'limit=0', 'query_begin_time=yesterday'])('refuses %s', async (query) => {
    const reply = await send(on.cloud, { target: `${echo}/async-invocations?${query}` });
    expect(reply).toMatchObject({ status: 400, json: { error_code: 'FSS.1001' } });
  });
});

describe('asynchronous settings', () => {
  const target = `${echo}/async-invoke-config`;
  const put = (body: unknown): Promise<TestReply> => send(on.cloud, { method: 'PUT', target, body });
  const onFailure = { destination: 'FunctionGraph', param: JSON.stringify({ func_urn: urnOf('echo') }) };

  it('are 404 until there are any', async () => {
    expect(await send(on.cloud, { target })).toMatchObject({ status: 404, json: { error_code: 'FSS.0404' } });
  });

  it('are kept, shown and listed, and the platform goes by them', async () => {
    const settings = {
      max_async_event_age_in_seconds: 60,
      max_async_retry_attempts: 2,
      destination_config: { on_failure: onFailure },
      enable_async_status_log: true,
    };
    const reply = await put(settings);
    const shown = await send(on.cloud, { target });
    const listed = await send(on.cloud, { target: `${target}s` });
    expect(reply).toMatchObject({ status: 200, json: { func_urn: `${urnOf('echo')}:latest`, ...settings } });
    expect([shown.json, listed.json.async_invoke_configs, listed.json.count]).toEqual([reply.json, [reply.json], 1]);
    expect(on.cloud.asyncConfigOf('echo')).toEqual({
      maxAgeSeconds: 60,
      maxRetries: 2,
      enableStatusLog: true,
      onFailure,
    });
  });

  it('have defaults for what is left out', async () => {
    await put({ max_async_retry_attempts: 3 });
    expect(on.cloud.asyncConfigOf('echo')).toEqual({ maxAgeSeconds: 3600, maxRetries: 3, enableStatusLog: false });
  });

  it('stay when the function changes', async () => {
    await put({ max_async_retry_attempts: 3 });
    const body = { func_name: 'echo', runtime: 'Node.js20.15', handler: 'index.handler', memory_size: 256, timeout: 9 };
    await send(on.cloud, { method: 'PUT', target: `${echo}/config`, body });
    expect(on.cloud.asyncConfigOf('echo').maxRetries).toBe(3);
  });

  it('are taken away again', async () => {
    await put({ max_async_retry_attempts: 3 });
    const deletion = { method: 'DELETE', target };
    const replies = [await send(on.cloud, deletion), await send(on.cloud, deletion)];
    expect([replies.map(({ status }) => status), on.cloud.asyncConfigOf('echo').maxRetries]).toEqual([[204, 404], 0]);
  });

  it.each([
    ['4 retries', { max_async_retry_attempts: 4 }, 'max_async_retry_attempts'],
    ['an age of 0 s', { max_async_event_age_in_seconds: 0 }, 'max_async_event_age_in_seconds'],
    [
      'a service of no kind',
      { destination_config: { on_success: { ...onFailure, destination: 'FAX' } } },
      'FunctionGraph',
    ],
    ['a function without its URN', { destination_config: { on_failure: { ...onFailure, param: '{}' } } }, 'func_urn'],
  ])('refuse %s', async (_what, body, said) => {
    const reply = await put(body);
    expect(reply).toMatchObject({
      status: 400,
      json: { error_code: 'FSS.0400', error_msg: expect.stringContaining(said) },
    });
    expect((await send(on.cloud, { target })).status).toBe(404);
  });
});
