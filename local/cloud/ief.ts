import { randomBytes, randomUUID } from 'node:crypto';
import { checkInput } from '../../shared/schemas/check-input.js';
import { batchJobRequest } from '../../shared/schemas/ief-jobs.js';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply, wholeNumber } from './cloud-operation.js';
import { sampleJob } from './seed.js';
import type { IefJob } from './state.js';
import type { World } from './world.js';

const foreignProject = errorReply(400, 'IEF.100001', 'PROJECT_ID not found');

/** The batch job pages give no error codes: this one is of the service's family, its meaning is not confirmed. */
function badRequest(what: string): Reply {
  return errorReply(400, 'IEF.100100', what);
}

const notFound = errorReply(404, 'IEF.100100', 'The batch job does not exist');

/** When a job leaves its queue, and when it is over, in ms after its creation. */
const waitingMs = 1000;
const doneMs = 3000;

/** IEF's batch jobs. */
export function iefOperations(world: World): CloudOperation[] {
  const path = '/v2/:project_id/productmgr/jobs';
  return [
    { name: 'ief.createJob', method: 'POST', path, foreignProject, answer: (call) => create(world, call) },
    { name: 'ief.listJobs', method: 'GET', path, foreignProject, answer: (call) => list(world, call) },
    {
      name: 'ief.showJob',
      method: 'GET',
      path: `${path}/:job_id`,
      foreignProject,
      answer: (call) => show(world, call),
    },
  ];
}

function create(world: World, call: Call): Reply {
  const checked = checkInput(batchJobRequest, parseJson(call.body));
  if (!checked.ok) return badRequest(checked.errors.map((e) => `${e.path || 'body'} ${e.message}`).join('; '));
  const { job_name, job_type, job_content, description, tags } = checked.value;
  const now = world.now();
  const job: IefJob = {
    job_id: randomUUID(),
    job_name,
    job_type,
    ief_instance_id: instanceOf(call),
    description: description ?? '',
    tags: [...(tags ?? [])],
    target_type: job_content?.target_type ?? '',
    ...(job_content?.task_data === undefined ? {} : { task_data: job_content.task_data }),
    created_ms: now,
    tasks: (job_content?.targets ?? []).map((target) => ({
      task_id: randomUUID(),
      task_name: `${job_name}-${randomBytes(3).toString('hex').slice(0, 5)}`,
      target_id: target.target_id,
      extension_info: (target.extension_info ?? []).map((one) => ({ ...one })),
      fails: world.fleet.brokenNodes.has(target.target_id),
    })),
  };
  world.state.jobs.set(job.job_id, job);
  return { status: 201, body: { job_id: job.job_id, job_name, created_at: seconds(now) } };
}

/** Jobs belong to the edition that the optional header names. */
function instanceOf(call: Call): string {
  return call.headers.get('ief-instance-id') ?? '';
}

function list(world: World, call: Call): Reply {
  const limit = wholeNumber(call.query.get('limit'), 100, 1, 1000);
  const offset = wholeNumber(call.query.get('offset'), 0, 0, 1_000_000_000);
  if (limit === undefined || offset === undefined) return badRequest('limit or offset is not a number in its range');
  const [field, direction = 'desc'] = (call.query.get('sort') || 'created_at:desc').split(':');
  if ((field !== 'created_at' && field !== 'job_name') || !['asc', 'desc'].includes(direction)) {
    return badRequest('sort must be created_at or job_name with :asc or :desc');
  }
  const type = call.query.get('job_type');
  const found = [...world.state.jobs.values()].filter(
    (job) => job.ief_instance_id === instanceOf(call) && (!type || job.job_type === type),
  );
  if (field === 'job_name') found.sort((a, b) => Number(a.job_name > b.job_name) - Number(a.job_name < b.job_name));
  if (direction === 'desc') found.reverse();
  const now = world.now();
  const jobs = found.slice(offset, offset + limit).map((job) => ({
    ...summary(job, now),
    task_success_count: count(job, now, false),
    task_failed_count: count(job, now, true),
  }));
  return { status: 200, body: { job_count: found.length, jobs } };
}

/**
 * The two counters of this reply stand the wrong way round on purpose: the page describes them so and its example
 * shows them so, while the list has them right. A client has to count `tasks[].status`.
 */
function show(world: World, call: Call): Reply {
  const id = call.params.job_id ?? '';
  const job = world.state.jobs.get(id) ?? (id === sampleJob.job_id ? sampleJob : undefined);
  if (!job || job.ief_instance_id !== instanceOf(call)) return notFound;
  const now = world.now();
  const body = {
    ...summary(job, now),
    task_success_count: count(job, now, true),
    task_failed_count: count(job, now, false),
    target_type: job.target_type,
    ...(job.task_data === undefined ? {} : { task_data: job.task_data }),
    targets: job.tasks.map(({ target_id, extension_info }) => ({ target_id, extension_info })),
    tasks: job.tasks.map((task) => shownTask(job, task, now)),
    tags: job.tags,
  };
  return { status: 200, body };
}

function summary(job: IefJob, now: number): Record<string, unknown> {
  const { status, since } = statusOf(job, now);
  return {
    job_id: job.job_id,
    job_name: job.job_name,
    job_type: job.job_type,
    description: job.description,
    status,
    created_at: seconds(job.created_ms),
    status_last_updated_at: seconds(since),
    task_total_count: job.tasks.length,
  };
}

function statusOf(job: IefJob, now: number): { status: string; since: number } {
  if (now < job.created_ms + waitingMs) return { status: 'Waiting', since: job.created_ms };
  if (now < job.created_ms + doneMs) return { status: 'Running', since: job.created_ms + waitingMs };
  const failed = job.tasks.filter((task) => task.fails).length;
  const since = job.created_ms + doneMs;
  if (failed === 0) return { status: 'Successful', since };
  return { status: failed === job.tasks.length ? 'Failed' : 'Partially_successful', since };
}

function shownTask(job: IefJob, task: IefJob['tasks'][number], now: number): Record<string, unknown> {
  const job_status = statusOf(job, now).status;
  const over = now >= job.created_ms + doneMs;
  return {
    task_id: task.task_id,
    task_name: task.task_name,
    status: over ? (task.fails ? 'Failed' : 'Successful') : job_status,
    reason: over && task.fails ? 'The node cannot be reached: its edge agent has been offline for 3 days.' : '',
    created_at: seconds(job.created_ms),
    target_id: task.target_id,
    extension_info: task.extension_info,
  };
}

/** How many tasks are over and failed, or over and succeeded. */
function count(job: IefJob, now: number, failed: boolean): number {
  return now < job.created_ms + doneMs ? 0 : job.tasks.filter((task) => task.fails === failed).length;
}

/** IEF's times are whole seconds (CES has milliseconds). */
function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
