import { type BatchJobReply, type BatchJobRequest, batchJobReply } from '../schemas/ief-jobs.js';
import type { CloudClient } from './cloud-client.js';
import { readReply } from './reply-kind.js';

/**
 * IEF CreateBatchJob (IEF create page). `created_at` is in seconds.
 * @param iefInstanceId the instance of a professional or platinum edition, sent as header `ief-instance-id`; undefined leaves it out
 * @throws FleetbatchError of the Cloud… kinds; never repeated once it may have arrived, because IEF has no idempotency key
 */
export async function createBatchJob(
  cloud: CloudClient,
  request: BatchJobRequest,
  iefInstanceId?: string | undefined,
): Promise<BatchJobReply> {
  const operation = 'CreateBatchJob';
  const reply = await cloud.send({
    service: 'ief',
    operation,
    method: 'POST',
    path: ['v2', cloud.projectId, 'productmgr', 'jobs'],
    ...(iefInstanceId === undefined ? {} : { headers: { 'ief-instance-id': iefInstanceId } }),
    body: request,
    repeatable: false,
  });
  const remedy = 'look for the job by its name in IEF before creating it again';
  return readReply(
    batchJobReply,
    reply,
    { service: 'ief', operation, remedy },
    (job) => typeof job.job_id === 'string',
  );
}
