import type { CloudClient } from '../client/cloud-client.js';
import { listNewestBatchJobs, showBatchJob } from '../client/ief.js';
import { iefState } from '../schemas/ief-job-state.js';
import type { Follow } from './follow.js';
import { isJobOver } from './progress.js';

type IefFollow = Extract<Follow, { kind: 'ief' }>;

/** So few jobs are shown one by one; of more, the list says in one call which of them are over. */
const FEW = 3;
const NEWEST = 100;

/** The same jobs with the states of now, those of one instance. @throws FleetbatchError where IEF cannot be read */
export async function pollIef(
  cloud: CloudClient,
  follows: readonly IefFollow[],
  iefInstanceId: string | undefined,
): Promise<IefFollow[]> {
  const listed = new Map<string, string>();
  if (follows.length > FEW) {
    for (const { job_id, status } of await listNewestBatchJobs(cloud, NEWEST, iefInstanceId)) {
      if (job_id && status) listed.set(job_id, status);
    }
  }
  const polled: IefFollow[] = [];
  for (const follow of follows) {
    const status = listed.get(follow.job_id ?? '');
    if (status !== undefined && !isJobOver(status)) polled.push({ ...follow, status });
    else polled.push(await show(cloud, follow, iefInstanceId));
  }
  return polled;
}

async function show(cloud: CloudClient, follow: IefFollow, iefInstanceId: string | undefined): Promise<IefFollow> {
  const job = await showBatchJob(cloud, follow.job_id ?? '', iefInstanceId);
  const status = job.status ?? follow.status;
  if (status === undefined || !isJobOver(status)) return { ...follow, ...(status === undefined ? {} : { status }) };
  const failed = job.tasks.filter((task) => iefState(task.status) !== 'successful');
  const tasks = {
    total: job.tasks.length,
    successful: job.tasks.length - failed.length,
    failed: failed.map(({ target_id, task_id, status: word, reason }) => ({
      id: target_id ?? task_id ?? '',
      reason: [word, reason].filter(Boolean).join(': ').slice(0, 300),
    })),
  };
  return { ...follow, status, tasks };
}
