import {
  type BatchJobReply,
  type BatchJobRequest,
  batchJobListReply,
  batchJobReply,
  type ListedBatchJob,
  type ShownBatchJob,
  shownBatchJob,
} from '../schemas/ief-jobs.js';
import type { CloudCall, CloudClient } from './cloud-client.js';
import { readReply, unusableReply } from './reply-kind.js';

/**
 * IEF CreateBatchJob (IEF create page). `created_at` is in seconds.
 * @param iefInstanceId the instance of a professional or platinum edition, sent as header `ief-instance-id`; undefined leaves it out
 * @throws FleetbatchError of the Cloud… kinds; never repeated once it may have arrived, because IEF has no idempotency key
 */
export async function createBatchJob(
  cloud: CloudClient,
  request: BatchJobRequest,
  iefInstanceId?: string | undefined,
  { leaveMs }: Pick<CloudCall, 'leaveMs'> = {},
): Promise<BatchJobReply & { readonly job_id: string }> {
  const operation = 'CreateBatchJob';
  const reply = await cloud.send({
    service: 'ief',
    operation,
    method: 'POST',
    path: ['v2', cloud.projectId, 'productmgr', 'jobs'],
    ...instanceHeader(iefInstanceId),
    body: request,
    repeatable: false,
    leaveMs,
  });
  const remedy = 'look for the job by its name in IEF before creating it again';
  const of = { service: 'ief', operation, remedy } as const;
  const job = readReply(batchJobReply, reply, of, ({ job_id }) => typeof job_id === 'string');
  const { job_id } = job;
  if (!job_id) throw unusableReply(reply, of, 'without a job_id, and the job may exist');
  return { ...job, job_id };
}

/**
 * IEF ListBatchJob, the newest jobs first (IEF list page). `created_at` is in seconds.
 * @param limit rows of the page; its range is not documented
 * @param offset rows before it
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export async function listNewestBatchJobs(
  cloud: CloudClient,
  limit: number,
  iefInstanceId?: string | undefined,
  offset = 0,
): Promise<readonly ListedBatchJob[]> {
  const operation = 'ListBatchJob';
  const reply = await cloud.send({
    service: 'ief',
    operation,
    method: 'GET',
    path: ['v2', cloud.projectId, 'productmgr', 'jobs'],
    query: [
      ['sort', 'created_at:desc'],
      ['limit', String(limit)],
      ...(offset === 0 ? [] : ([['offset', String(offset)]] as const)),
    ],
    ...instanceHeader(iefInstanceId),
    repeatable: true,
  });
  const of = { service: 'ief', operation } as const;
  return readReply(batchJobListReply, reply, of, (parsed) => parsed.jobs.length > 0).jobs;
}

/**
 * IEF ShowBatchJob: one job with the tasks for its targets (IEF show page). `created_at` is in seconds.
 * @throws FleetbatchError of the Cloud… kinds, after the repetitions that a read allows
 */
export async function showBatchJob(
  cloud: CloudClient,
  jobId: string,
  iefInstanceId?: string | undefined,
): Promise<ShownBatchJob> {
  const operation = 'ShowBatchJob';
  const reply = await cloud.send({
    service: 'ief',
    operation,
    method: 'GET',
    path: ['v2', cloud.projectId, 'productmgr', 'jobs', jobId],
    ...instanceHeader(iefInstanceId),
    repeatable: true,
  });
  const of = { service: 'ief', operation } as const;
  const job = readReply(shownBatchJob, reply, of, ({ job_id }) => typeof job_id === 'string');
  if (!job.job_id && !job.status && job.tasks.length === 0) {
    throw unusableReply(reply, of, 'with an object that is no job');
  }
  return job;
}

/** Jobs belong to the instance that the header names; without one, to the professional edition. */
function instanceHeader(iefInstanceId: string | undefined): { headers?: Record<string, string> } {
  return iefInstanceId === undefined ? {} : { headers: { 'ief-instance-id': iefInstanceId } };
}
