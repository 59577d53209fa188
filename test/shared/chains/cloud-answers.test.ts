import { describe, expect, it } from 'vitest';
import { CloudReplyError } from '../../../shared/client/errors.js';
import { invokeFunction, invokeFunctionAsync } from '../../../shared/client/functiongraph.js';
import { isGone, listBatchtasks, showBatchtask } from '../../../shared/client/iotda.js';
import { cloudThatSays } from '../client/services-cloud.js';

const urn = 'urn:fss:cn-north-4:p:function:default:advance-chains';

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

describe('a batch task', () => {
  it.each([
    ['rows', { batchtasks: [{ task_id: 'task-1' }] }, [{ task_id: 'task-1' }]],
    ['no rows', { batchtasks: [] }, []],
  ])('is listed by type and state, with %s', async (_name, body, rows) => {
    const cloud = cloudThatSays(body);

    expect(await listBatchtasks(cloud, 'softwareUpgrade', 'Success')).toMatchObject(rows);
    expect(cloud.calls[0]?.query).toEqual([
      ['task_type', 'softwareUpgrade'],
      ['status', 'Success'],
      ['limit', '50'],
    ]);
  });

  it('is shown as the cloud has it', async () => {
    const task = { task_id: 'task-1', status: 'Success' };

    expect(await showBatchtask(cloudThatSays({ batchtask: task }), 'task-1')).toMatchObject(task);
  });

  it('is refused where the answer has none', async () => {
    await expect(showBatchtask(cloudThatSays({}), 'task-1')).rejects.toThrow(CloudReplyError);
  });

  it.each([
    ['the task is not there', 'IOTDA.014200', true],
    ['the application is not there, in mixed case', 'IoTDA.001000', true],
    ['something else is wrong', 'IOTDA.000001', false],
    ['there is no code', undefined, false],
  ])('is gone only where the code says so: %s', (_name, code, gone) => {
    const upstream = { service: 'iotda', ...(code === undefined ? {} : { error_code: code }) };

    expect(isGone(new CloudReplyError('no', upstream))).toBe(gone);
  });

  it('is not gone for a failure that is not of the cloud', () => {
    expect(isGone(new Error('IOTDA.014200'))).toBe(false);
  });
});
