import { FleetbatchError } from '../client/errors.js';
import { createBatchJob } from '../client/ief.js';
import { realTiming } from '../client/timing.js';
import { type BatchJobRequest, type CreateIefJobInput, createIefJobInput } from '../schemas/ief-jobs.js';
import { iefInstanceOf } from './ief-instance.js';
import { TIME_TO_LOOK_MS } from './look.js';
import { type JobInDoubt, jobCheck, lookForJob } from './look-for-job.js';
import { nextFull } from './made-since.js';
import type { Operation, OperationContext } from './operation.js';
import { parseWith } from './parse-input.js';
import { readSeconds } from './seconds.js';
import { advised } from './unanswered.js';

const NAME = 'CreateBatchJob';

/** `created_at` is in seconds, null where the cloud did not give a time. */
export interface CreateIefJobBody {
  readonly job_id: string;
  readonly job_name: string;
  readonly created_at: number | null;
  /** True where the call gave no answer, and a look in the cloud found the job that it created. */
  readonly reconciled?: true;
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

function seconds(createdAt: number | null | undefined, context: OperationContext): number | null {
  const read = readSeconds(createdAt);
  // 0 and null stand for no time at all.
  if (createdAt && read !== createdAt) {
    context.log('WARN', `${NAME} gave a created_at that is not whole seconds`, { created_at: createdAt, read });
  }
  return read ?? null;
}

/** The call, and its job as the answer shows it. @throws FleetbatchError */
async function create(input: CreateIefJobInput, context: OperationContext): Promise<CreateIefJobBody> {
  const options = input.on_unknown === 'reconcile' ? { leaveMs: TIME_TO_LOOK_MS } : {};
  const reply = await createBatchJob(context.cloud, requestOf(input), iefInstanceOf(input, context), options);
  const { job_id, job_name, created_at } = reply;
  return { job_id, job_name: job_name || input.job_name, created_at: seconds(created_at, context) };
}

/** The job that a call without an answer created. @throws the failure of the call where there is none, with how to check */
async function find(failure: unknown, job: JobInDoubt, context: OperationContext): Promise<CreateIefJobBody> {
  const finding = await lookForJob(job, context);
  if ('notFound' in finding) throw advised(failure, `${jobCheck(job, context.cloud.projectId)} ${finding.notFound}`);
  const { job_id, created_at } = finding.found;
  return { job_id, job_name: job.job_name, created_at: seconds(created_at, context), reconciled: true };
}

async function createOrFind(input: CreateIefJobInput, context: OperationContext): Promise<CreateIefJobBody> {
  const { job_name, job_type, on_unknown } = input;
  const iefInstanceId = iefInstanceOf(input, context);
  // Before anything else: without credentials there is nothing to wait for.
  const { projectId } = context.cloud;
  const { timing = realTiming, remainingMs } = context;
  // IEF counts in seconds: a job of this name from half a second before could not be told from ours.
  const since = on_unknown === 'reconcile' ? await nextFull(1_000, timing, remainingMs?.()) : 0;
  try {
    return await create(input, context);
  } catch (failure) {
    if (!(failure instanceof FleetbatchError) || failure.outcome !== 'unknown') throw failure;
    const job = { job_name, job_type, since, iefInstanceId };
    if (on_unknown !== 'reconcile') throw advised(failure, jobCheck(job, projectId));
    return find(failure, job, context);
  }
}

/**
 * IEF: create a batch job (IEF create page). 201 with the job's id. The job runs later: 201 does not say that it worked.
 * Where the outcome is unknown and `on_unknown` is `reconcile`, the newest jobs are looked through for one of this name, type
 * and time; the call then starts with a full second, which can take one second. The POST is never repeated.
 * @throws FleetbatchError from the call; one whose outcome is unknown says how to check
 */
export const createIefJob: Operation<CreateIefJobInput, CreateIefJobBody> = {
  name: NAME,
  parse: parseWith(createIefJobInput),
  run: async (input, context) => {
    const { job_name, job_type, job_content } = input;
    if (!LIKELY_TARGETS[job_type].includes(job_content.target_type)) {
      context.log('WARN', `${NAME}: ${job_type} with target_type ${job_content.target_type} is unusual`, { job_name });
    }
    const body = await createOrFind(input, context);
    return { status: 201, body, items: { ok: 1, failed: 0 } };
  },
};
