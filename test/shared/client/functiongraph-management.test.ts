import { describe, expect, it } from 'vitest';
import type { CloudCall, CloudClient } from '../../../shared/client/cloud-client.js';
import { CloudRejectedError, CloudReplyError } from '../../../shared/client/errors.js';
import {
  createFunction,
  deleteAsyncInvokeConfig,
  deleteFunction,
  findAsyncInvokeConfig,
  findFunction,
  listFunctions,
  putAsyncInvokeConfig,
  updateFunctionCode,
  updateFunctionConfig,
} from '../../../shared/client/functiongraph-functions.js';
import {
  createFunctionTrigger,
  deleteFunctionTrigger,
  listFunctionTriggers,
  updateTriggerStatus,
} from '../../../shared/client/functiongraph-triggers.js';
import { rejection } from './loopback.js';
import { cloudThatSays } from './services-cloud.js';

const urn = 'urn:fss:cn-north-4:p:function:default:f';
const settings = { func_name: 'f', runtime: 'Node.js20.15', handler: 'index.handler', memory_size: 128, timeout: 3 };
const code = { code_type: 'zip', code_filename: 'f.zip', func_code: { file: 'UEs=' } } as const;
const timer = { trigger_type_code: 'TIMER', event_data: { name: 't' } } as const;
const key = { urn, type: 'TIMER', id: 't-1' };
const there = { func_urn: urn, func_name: 'f', digest: 'd', memory_size: '128', unknown: 1 };

/** Refuses every call with one status. */
function cloudThatRefuses(status: number): CloudClient {
  return {
    projectId: 'p',
    send: () => Promise.reject(new CloudRejectedError('no', { service: 'functiongraph', status })),
  };
}

describe('management of functions', () => {
  it.each<[string, (cloud: CloudClient) => Promise<unknown>, Partial<CloudCall>]>([
    [
      'CreateFunction',
      (cloud) => createFunction(cloud, { ...settings, ...code, package: 'default' }),
      { method: 'POST', path: ['v2', 'p', 'fgs', 'functions'], repeatable: false },
    ],
    [
      'ShowFunctionConfig',
      (cloud) => findFunction(cloud, urn),
      { method: 'GET', path: ['v2', 'p', 'fgs', 'functions', urn, 'config'], repeatable: true },
    ],
    [
      'UpdateFunctionCode',
      (cloud) => updateFunctionCode(cloud, urn, code),
      { method: 'PUT', path: ['v2', 'p', 'fgs', 'functions', urn, 'code'], repeatable: false },
    ],
    [
      'UpdateFunctionConfig',
      (cloud) => updateFunctionConfig(cloud, urn, settings),
      { method: 'PUT', path: ['v2', 'p', 'fgs', 'functions', urn, 'config'], repeatable: true },
    ],
    [
      'DeleteFunction',
      (cloud) => deleteFunction(cloud, urn),
      { method: 'DELETE', path: ['v2', 'p', 'fgs', 'functions', urn], repeatable: true },
    ],
    [
      'ShowFunctionAsyncInvokeConfig',
      (cloud) => findAsyncInvokeConfig(cloud, urn),
      { method: 'GET', path: ['v2', 'p', 'fgs', 'functions', urn, 'async-invoke-config'], repeatable: true },
    ],
    [
      'UpdateFunctionAsyncInvokeConfig',
      (cloud) => putAsyncInvokeConfig(cloud, urn, { max_async_retry_attempts: 1 }),
      { method: 'PUT', path: ['v2', 'p', 'fgs', 'functions', urn, 'async-invoke-config'], repeatable: true },
    ],
    [
      'DeleteFunctionAsyncInvokeConfig',
      (cloud) => deleteAsyncInvokeConfig(cloud, urn),
      { method: 'DELETE', path: ['v2', 'p', 'fgs', 'functions', urn, 'async-invoke-config'], repeatable: true },
    ],
    [
      'UpdateTrigger',
      (cloud) => updateTriggerStatus(cloud, key, 'DISABLED'),
      { method: 'PUT', path: ['v2', 'p', 'fgs', 'triggers', urn, 'TIMER', 't-1'], repeatable: true },
    ],
    [
      'DeleteFunctionTrigger',
      (cloud) => deleteFunctionTrigger(cloud, key),
      { method: 'DELETE', path: ['v2', 'p', 'fgs', 'triggers', urn, 'TIMER', 't-1'], repeatable: true },
    ],
  ])('%s goes to the documented path', async (operation, act, expected) => {
    const cloud = cloudThatSays(there);

    await act(cloud);

    expect(cloud.calls).toHaveLength(1);
    expect(cloud.calls[0]).toMatchObject({ service: 'functiongraph', operation, ...expected });
  });

  it('reads a function leniently and keeps what it does not know', async () => {
    expect(await findFunction(cloudThatSays(there), urn)).toEqual({ ...there, memory_size: 128 });
  });

  it.each([undefined, null, [], {}])('a function without anything, %j, reads as it is or is refused', async (body) => {
    const result = await findFunction(cloudThatSays(body), urn).catch((error: unknown) => error);

    expect(result instanceof CloudReplyError || JSON.stringify(result) === '{}').toBe(true);
  });

  it('a missing function is none, and deleting it succeeds', async () => {
    const cloud = cloudThatRefuses(404);

    expect(await findFunction(cloud, urn)).toBeUndefined();
    expect(await findAsyncInvokeConfig(cloud, urn)).toBeUndefined();
    await deleteFunction(cloud, urn);
    await deleteAsyncInvokeConfig(cloud, urn);
    await deleteFunctionTrigger(cloud, key);
  });

  it('every other refusal is an error', async () => {
    expect(await rejection(findFunction(cloudThatRefuses(400), urn))).toBeInstanceOf(CloudRejectedError);
    expect(await rejection(deleteFunctionTrigger(cloudThatRefuses(409), key))).toBeInstanceOf(CloudRejectedError);
  });
});

describe('listFunctions', () => {
  /** Pages by marker, and notes each marker that was asked for. */
  function pages(replies: Record<string, unknown>): CloudClient & { asked: string[] } {
    const asked: string[] = [];
    return {
      projectId: 'p',
      asked,
      send: ({ query = [] }) => {
        const marker = query.find(([name]) => name === 'marker')?.[1] ?? '';
        asked.push(marker);
        return Promise.resolve({
          status: 200,
          body: replies[marker],
          headers: new Map(),
          requestId: 'r',
          attempts: 1,
        });
      },
    };
  }

  it('walks all pages by the marker', async () => {
    const cloud = pages({
      0: { functions: [{ func_name: 'a' }], next_marker: 1 },
      1: { functions: [{ func_name: 'b' }], next_marker: '2' },
      2: { functions: [], next_marker: 2 },
    });

    expect((await listFunctions(cloud)).map((fn) => fn.func_name)).toEqual(['a', 'b']);
    expect(cloud.asked).toEqual(['0', '1', '2']);
  });

  it.each([
    [{ functions: [{ func_name: 'a' }], next_marker: 0 }],
    [{ functions: [{ func_name: 'a' }] }],
    [{ functions: [{ func_name: 'a' }], next_marker: null, count: 1 }],
  ])('ends where the marker does not move on: %j', async (body) => {
    const cloud = pages({ 0: body });

    expect(await listFunctions(cloud)).toHaveLength(1);
    expect(cloud.asked).toEqual(['0']);
  });
});

describe('triggers', () => {
  const listed = { trigger_id: 't-1', trigger_type_code: 'TIMER', trigger_status: 'ACTIVE', event_data: { name: 't' } };

  it('creates one and reads its id', async () => {
    const cloud = cloudThatSays(listed);

    expect(await createFunctionTrigger(cloud, urn, timer)).toEqual(listed);
    expect(cloud.calls[0]).toMatchObject({
      method: 'POST',
      path: ['v2', 'p', 'fgs', 'triggers', urn],
      body: timer,
      repeatable: false,
    });
  });

  it.each([[[listed, null]], [{ triggers: [listed] }]])('reads the list %j', async (body) => {
    expect(await listFunctionTriggers(cloudThatSays(body), urn)).toEqual([listed]);
  });

  it('reads event data that is no object as empty', async () => {
    const [trigger] = await listFunctionTriggers(cloudThatSays([{ ...listed, event_data: 'x' }]), urn);

    expect(trigger?.event_data).toEqual({});
  });
});

describe('findAsyncInvokeConfig', () => {
  it('reads age, retries and destinations', async () => {
    const on_failure = { destination: 'FunctionGraph', param: '{"func_urn":"x"}' };
    const cloud = cloudThatSays({
      max_async_event_age_in_seconds: 60,
      max_async_retry_attempts: '0',
      destination_config: { on_failure, on_success: {} },
    });

    expect(await findAsyncInvokeConfig(cloud, urn)).toMatchObject({
      max_async_event_age_in_seconds: 60,
      max_async_retry_attempts: 0,
      destination_config: { on_failure, on_success: undefined },
    });
  });

  it('an empty body is none', async () => {
    expect(await findAsyncInvokeConfig(cloudThatSays(undefined), urn)).toBeUndefined();
  });
});
