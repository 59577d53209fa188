import { listNewestBatchJobs } from '../client/ief.js';
import { realTiming } from '../client/timing.js';
import { type Finding, lookAtEach } from './look.js';
import { onlyOneSince } from './made-since.js';
import type { OperationContext } from './operation.js';
import { readSeconds } from './seconds.js';

/** Which job may have been created without an answer. */
export interface JobInDoubt {
  readonly job_name: string;
  readonly job_type: string;
  /** The beginning of the first second in which the call can have created it, epoch milliseconds. */
  readonly since: number;
  /** When the call was given up, epoch milliseconds; now, unless it is given. */
  readonly until?: number | undefined;
  readonly iefInstanceId: string | undefined;
}

/** `created_at` is as the cloud gave it. */
export interface FoundJob {
  readonly job_id: string;
  readonly created_at?: number | null | undefined;
}

/** As many of the newest jobs as one look reads; the job is a second old. */
const NEWEST = 100;

/** Looks for the job among the newest of its instance, by name, type and time. Reads only, and never throws. */
export async function lookForJob(
  job: JobInDoubt,
  context: Pick<OperationContext, 'cloud' | 'log' | 'timing' | 'remainingMs'>,
): Promise<Finding<FoundJob>> {
  const until = job.until ?? (context.timing ?? realTiming).now();
  const findings = await lookAtEach([job.job_name], () => look(job, until, context), context);
  return findings.get(job.job_name) ?? { notFound: 'It was not looked for.' };
}

async function look(
  { job_name, job_type, since, iefInstanceId }: JobInDoubt,
  until: number,
  { cloud }: Pick<OperationContext, 'cloud'>,
): Promise<Finding<FoundJob>> {
  const jobs = await listNewestBatchJobs(cloud, NEWEST, iefInstanceId);
  const alike = jobs.flatMap(({ job_id, created_at, ...job }) =>
    job_id && job.job_name === job_name && (job.job_type ?? job_type) === job_type ? [{ job_id, created_at }] : [],
  );
  const madeAt = (job: FoundJob) => (readSeconds(job.created_at) ?? 0) * 1_000;
  return onlyOneSince(alike, madeAt, { since, until }, 'a job of this name');
}

/** How to look for the job by hand. */
export function jobCheck(job: Pick<JobInDoubt, 'job_name' | 'iefInstanceId'>, projectId: string): string {
  const header = job.iefInstanceId === undefined ? '' : ` and header ief-instance-id: ${job.iefInstanceId}`;
  return `Check with GET /v2/${projectId}/productmgr/jobs?sort=created_at:desc&limit=${NEWEST}${header} of IEF: look for job_name ${job.job_name}.`;
}
