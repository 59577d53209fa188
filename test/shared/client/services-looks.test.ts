import { describe, expect, it } from 'vitest';
import { CloudReplyError } from '../../../shared/client/errors.js';
import { listNewestBatchJobs } from '../../../shared/client/ief.js';
import { listTasksById } from '../../../shared/client/roma.js';
import { rejection } from './loopback.js';
import { cloudThatSays } from './services-cloud.js';

describe('listNewestBatchJobs', () => {
  it('asks for the newest jobs of an instance and keeps what it does not know', async () => {
    const listed = { job_id: 'j', job_name: 'aaa', created_at: 1667218308, status: 'Partially_successful', more: 1 };
    const cloud = cloudThatSays({ job_count: 1, jobs: [listed, null] });

    expect(await listNewestBatchJobs(cloud, 20, 'ief-1')).toEqual([listed]);
    expect(cloud.calls[0]).toMatchObject({
      method: 'GET',
      path: ['v2', 'p', 'productmgr', 'jobs'],
      query: [
        ['sort', 'created_at:desc'],
        ['limit', '20'],
      ],
      headers: { 'ief-instance-id': 'ief-1' },
      repeatable: true,
    });
  });

  it.each([[], 'x', undefined, { error_code: 'IEF.1' }])('refuses %j', async (body) => {
    expect(await rejection(listNewestBatchJobs(cloudThatSays(body), 20))).toBeInstanceOf(CloudReplyError);
  });
});

describe('listTasksById', () => {
  it.each([
    { status: 1, read: '1' },
    { status: 'running', read: 'running' },
    { status: null, read: null },
  ])('reads the status $status as text', async ({ status, read }) => {
    const cloud = cloudThatSays({
      total: 1,
      size: 1,
      entities: [{ task_id: 't', status, created_date: '2026-11-21' }],
    });

    expect(await listTasksById(cloud, 'roma-1', 't')).toEqual([
      { task_id: 't', status: read, created_date: '2026-11-21' },
    ]);
    expect(cloud.calls[0]).toMatchObject({
      method: 'GET',
      path: ['v2', 'p', 'fdi', 'instances', 'roma-1', 'tasks'],
      query: [['task_id', 't']],
      repeatable: true,
    });
  });

  it.each([[], 'x', undefined, { error_code: 'FDI.9999' }])('refuses %j', async (body) => {
    expect(await rejection(listTasksById(cloudThatSays(body), 'roma-1', 't'))).toBeInstanceOf(CloudReplyError);
  });
});
