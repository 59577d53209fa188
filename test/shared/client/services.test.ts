import { describe, expect, it } from 'vitest';
import { batchCreateAgentInvocations, listAgentInvocations } from '../../../shared/client/ces.js';
import type { CloudClient } from '../../../shared/client/cloud-client.js';
import { CloudReplyError } from '../../../shared/client/errors.js';
import { createBatchJob } from '../../../shared/client/ief.js';
import { batchStartOrStopTasks } from '../../../shared/client/roma.js';
import { rejection } from './loopback.js';
import { cloudThatSays } from './services-cloud.js';

const install = { instance_ids: ['i-1'], invocation_type: 'INSTALL' as const };
const job = { job_name: 'aaa', job_type: 'node_upgrade' as const };
const start = { action_id: 'start' as const, list: [{ task_id: 't' }] };
const item = { instance_id: 'i-1', invocation_id: 'n-1', ret_status: 'successful' };

describe('batchCreateAgentInvocations', () => {
  it('posts the request to the documented path, once', async () => {
    const cloud = cloudThatSays({ invocations: [item] });

    const { invocations, requestId } = await batchCreateAgentInvocations(cloud, install);

    expect(cloud.calls).toEqual([
      {
        service: 'ces',
        operation: 'BatchCreateAgentInvocations',
        method: 'POST',
        path: ['v3', 'p', 'agent-invocations', 'batch-create'],
        body: install,
        repeatable: false,
      },
    ]);
    expect(invocations).toEqual([item]);
    expect(requestId).toBe('req-1');
  });

  it('takes the bare list of the page’s example as well', async () => {
    expect((await batchCreateAgentInvocations(cloudThatSays([item]), install)).invocations).toEqual([item]);
  });

  it.each([{}, [], { invocations: null }, { invocations: [] }])('reads %j as no answer for any id', async (body) => {
    expect((await batchCreateAgentInvocations(cloudThatSays(body), install)).invocations).toEqual([]);
  });

  it('keeps items that stand beside an error code', async () => {
    const body = { error_code: 'taskmgr.0001', error_msg: 'partly', invocations: [item] };

    expect((await batchCreateAgentInvocations(cloudThatSays(body), install)).invocations).toEqual([item]);
  });

  it.each([
    [undefined, /an empty body/],
    [null, /null/],
    ['', /a string/],
    [7, /a number/],
    [{ error_code: 'taskmgr.0001', error_msg: 'no' }, /an error \(taskmgr\.0001\)/],
  ])('refuses %j, with an unknown outcome', async (body, message) => {
    const error = await rejection(batchCreateAgentInvocations(cloudThatSays(body), install));

    expect(error).toBeInstanceOf(CloudReplyError);
    expect(error).toMatchObject({ outcome: 'unknown', upstream: { service: 'ces', status: 201, request_id: 'req-1' } });
    expect(String(error)).toMatch(message);
    expect(String(error)).toMatch(
      /\(request id req-1\)\. The call was sent and its outcome is unknown; list the tasks/,
    );
  });

  it('says nothing of a request id where there is none', async () => {
    const cloud: CloudClient = {
      projectId: 'p',
      send: () =>
        Promise.resolve({ status: 200, body: undefined, headers: new Map(), requestId: undefined, attempts: 1 }),
    };

    const error = await rejection(batchCreateAgentInvocations(cloud, install));

    expect(error).toMatchObject({ upstream: { service: 'ces', status: 200 } });
    expect(String(error)).not.toContain('request id');
  });
});

describe('listAgentInvocations', () => {
  it('sends the filters as text and leaves out undefined ones', async () => {
    const cloud = cloudThatSays({ invocations: [{ invocation_id: 'n-1' }], count: 37 });

    const page = await listAgentInvocations(cloud, {
      limit: 10,
      offset: 0,
      instance_id: 'i-1',
      invocation_type: undefined,
    });

    expect(cloud.calls[0]).toMatchObject({
      method: 'GET',
      path: ['v3', 'p', 'agent-invocations'],
      query: [
        ['limit', '10'],
        ['offset', '0'],
        ['instance_id', 'i-1'],
        ['invocation_type', undefined],
      ],
      repeatable: true,
    });
    expect(page).toEqual({ invocations: [{ invocation_id: 'n-1' }], dropped: 0, count: 37 });
  });

  it('has no count where the reply has none', async () => {
    expect(await listAgentInvocations(cloudThatSays({ invocations: [] }), {})).toEqual({
      invocations: [],
      dropped: 0,
      count: undefined,
    });
  });

  it('refuses an error under a 2xx status', async () => {
    const cloud = cloudThatSays({ error_code: 'ces.0014', error_msg: 'no' });

    expect(await rejection(listAgentInvocations(cloud, {}))).toBeInstanceOf(CloudReplyError);
  });
});

describe('createBatchJob', () => {
  it('sends the instance as a header where there is one', async () => {
    const cloud = cloudThatSays({ job_id: 'j-1', job_name: 'aaa', created_at: 1667218308 });

    const reply = await createBatchJob(cloud, job, 'ief-1');

    expect(cloud.calls[0]).toMatchObject({
      service: 'ief',
      method: 'POST',
      path: ['v2', 'p', 'productmgr', 'jobs'],
      headers: { 'ief-instance-id': 'ief-1' },
      body: job,
      repeatable: false,
    });
    expect(reply).toEqual({ job_id: 'j-1', job_name: 'aaa', created_at: 1667218308 });
  });

  it('leaves the header out where there is none', async () => {
    const cloud = cloudThatSays({ job_id: 'j-1' });

    await createBatchJob(cloud, job);

    expect(cloud.calls[0]).not.toHaveProperty('headers');
  });

  it.each([undefined, [], 'ok', { error_code: 'IEF.100001', error_msg: 'no' }])('refuses %j', async (body) => {
    const error = await rejection(createBatchJob(cloudThatSays(body), job));

    expect(error).toBeInstanceOf(CloudReplyError);
    expect(String(error)).toMatch(/look for the job by its name/);
  });
});

describe('batchStartOrStopTasks', () => {
  it('posts to the instance and reads both lists and counts', async () => {
    const task = { task_id: 't', task_name: 'n', error_code: '', error_msg: '' };
    const cloud = cloudThatSays({ success_count: 1, failure_count: 0, success: [task], failure: [] });

    const reply = await batchStartOrStopTasks(cloud, 'roma-1', start);

    expect(cloud.calls[0]).toMatchObject({
      service: 'roma',
      method: 'POST',
      path: ['v2', 'p', 'fdi', 'instances', 'roma-1', 'batch-operation', 'tasks'],
      body: start,
      repeatable: false,
    });
    expect(reply).toEqual({ success: [task], failure: [], success_count: 1, failure_count: 0, requestId: 'req-1' });
  });

  it('reads an empty object as no answer for any task', async () => {
    expect(await batchStartOrStopTasks(cloudThatSays({}), 'roma-1', start)).toMatchObject({ success: [], failure: [] });
  });

  it.each([
    { failure: [{ task_id: 't', error_code: 'FDI.3016' }], error_code: 'FDI.1' },
    { success_count: 0, error_code: 'FDI.1' },
  ])('keeps what stands beside an error code: %j', async (body) => {
    await expect(batchStartOrStopTasks(cloudThatSays(body), 'roma-1', start)).resolves.toBeDefined();
  });

  it('refuses an error under a 2xx status', async () => {
    const error = await rejection(batchStartOrStopTasks(cloudThatSays({ error_code: 'FDI.9999' }), 'roma-1', start));

    expect(error).toMatchObject({ name: 'CloudReplyError', upstream: { error_code: 'FDI.9999' } });
  });
});

it('a write leaves time to what comes after it where it is told to', async () => {
  const cloud = cloudThatSays({ job_id: 'j', invocations: [item], success: [{ task_id: 't' }] });
  const leaveMs = 5000;

  await batchCreateAgentInvocations(cloud, install, { leaveMs });
  await createBatchJob(cloud, job, undefined, { leaveMs });
  await batchStartOrStopTasks(cloud, 'roma-1', start, { leaveMs });

  expect(cloud.calls.map((call) => ({ ...call }))).toEqual([
    expect.objectContaining({ leaveMs }),
    expect.objectContaining({ leaveMs }),
    expect.objectContaining({ leaveMs }),
  ]);
});
