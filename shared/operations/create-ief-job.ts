import { CloudReplyError } from '../client/errors.js';
import { createBatchJob } from '../client/ief.js';
import { type BatchJobRequest, type CreateIefJobInput, createIefJobInput, iefInstanceId } from '../schemas/ief-jobs.js';
import type { Operation, OperationContext } from './operation.js';
import { parseWith } from './parse-input.js';
import { settingOf } from './setting.js';

const NAME = 'CreateBatchJob';

/** `created_at` is in seconds, null where the cloud did not give a time. */
export interface CreateIefJobBody {
  readonly job_id: string;
  readonly job_name: string;
  readonly created_at: number | null;
}

/** Which targets a job type is likely meant for. The names suggest it, no page says it: hence a warning, not a refusal. */
const LIKELY_TARGETS: Readonly<Record<CreateIefJobInput['job_type'], readonly string[]>> = {
  node_upgrade: ['node', 'node_group'],
  deployment_deploy: ['node', 'node_group'],
  deployment_upgrade: ['deployment'],
};

/** The cloud's body, field by field: nothing of ours gets into it, and `task_data` is a text in the end. */
function requestOf(input: CreateIefJobInput): BatchJobRequest {
  const { job_name, job_type, description, tags } = input;
  const { target_type, targets, task_data } = input.job_content;
  const asText = task_data === undefined || typeof task_data === 'string' ? task_data : JSON.stringify(task_data);
  const named = targets.map(({ target_id, extension_info }) =>
    extension_info ? { target_id, extension_info } : { target_id },
  );
  return { job_name, job_type, job_content: { target_type, targets: named, task_data: asText }, description, tags };
}

/** The header's value: the input's, else the setting's; '' in the input says professional edition, which sends none. */
function instanceOf(input: CreateIefJobInput, context: OperationContext): string | undefined {
  const id = input.ief_instance_id ?? settingOf('IEF_INSTANCE_ID', iefInstanceId, context);
  return id === '' ? undefined : id;
}

/** Thirteen digits are milliseconds; the page promises seconds. */
function seconds(createdAt: number | null | undefined, context: OperationContext): number | null {
  if (createdAt === undefined || createdAt === null || createdAt <= 0) return null;
  if (createdAt < 100_000_000_000) return createdAt;
  context.log('WARN', `${NAME} gave created_at in milliseconds; it is answered in seconds`, { created_at: createdAt });
  return Math.floor(createdAt / 1000);
}

/**
 * IEF: create a batch job (IEF create page). 201 with the job's id. The job runs later: 201 does not say that it worked.
 * @throws CloudReplyError where the cloud answered without `job_id`, so the job may exist; other FleetbatchError from the call
 */
export const createIefJob: Operation<CreateIefJobInput, CreateIefJobBody> = {
  name: NAME,
  parse: parseWith(createIefJobInput),
  run: async (input, context) => {
    const { job_name, job_type, job_content } = input;
    if (!LIKELY_TARGETS[job_type].includes(job_content.target_type)) {
      context.log('WARN', `${NAME}: ${job_type} with target_type ${job_content.target_type} is unusual`, { job_name });
    }
    const reply = await createBatchJob(context.cloud, requestOf(input), instanceOf(input, context));
    if (!reply.job_id) {
      throw new CloudReplyError(
        `ief ${NAME} answered without a job_id. The call was sent and the job may exist; look for the name ${job_name} in the list of batch jobs, newest first, before you call again.`,
        { service: 'ief' },
      );
    }
    const created_at = seconds(reply.created_at, context);
    const body = { job_id: reply.job_id, job_name: reply.job_name || job_name, created_at };
    return { status: 201, body, items: { ok: 1, failed: 0 } };
  },
};
