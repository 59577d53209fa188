import { showBatchJob } from '../client/ief.js';
import type { ShowIefJobBody } from '../schemas/answers.js';
import { hasFailed, iefState, isFinished } from '../schemas/ief-job-state.js';
import { type ShowIefJobInput, type ShownBatchJob, showIefJobInput } from '../schemas/ief-jobs.js';
import { iefInstanceOf } from './ief-instance.js';
import type { Operation } from './operation.js';
import { parseWith } from './parse-input.js';
import { readSeconds } from './seconds.js';

/**
 * The job as the answer shows it. The cloud's two counters stand the wrong way round in its page and example (IEF show page), so the
 * tasks are counted here. `task_data` is left out: it holds the environment of containers, which is where secrets are put.
 */
function bodyOf(
  { tasks, created_at, status_last_updated_at, ...job }: ShownBatchJob,
  asked: Pick<ShowIefJobInput, 'job_id'>,
): ShowIefJobBody {
  const state = iefState(job.status);
  const states = tasks.map((task) => iefState(task.status));
  const successful = states.filter((one) => one === 'successful').length;
  const failed = states.filter(hasFailed).length;
  return {
    ...job,
    job_id: job.job_id || asked.job_id,
    state,
    finished: isFinished(state),
    created_at: readSeconds(created_at) ?? null,
    status_last_updated_at: readSeconds(status_last_updated_at) ?? null,
    summary: { total: tasks.length, successful, failed, other: tasks.length - successful - failed },
    tasks: tasks.map((task) => ({ ...task, created_at: readSeconds(task.created_at) ?? null })),
  };
}

/** IEF ShowBatchJob: one job with what became of each of its targets (IEF show page). @throws FleetbatchError */
export const showIefJob: Operation<ShowIefJobInput, ShowIefJobBody> = {
  name: 'ShowBatchJob',
  parse: parseWith(showIefJobInput),
  run: async (input, context) => {
    const job = await showBatchJob(context.cloud, input.job_id, iefInstanceOf(input, context));
    const body = bodyOf(job, input);
    return { status: 200, body, items: { ok: 1, failed: 0 } };
  },
};
