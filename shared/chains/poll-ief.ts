import type { CloudClient } from '../client/cloud-client.js';
import { listNewestBatchJobs, showBatchJob } from '../client/ief.js';
import type { OperationContext } from '../operations/operation.js';
import { iefState } from '../schemas/ief-job-state.js';
import type { Follow } from './follow.js';
import { isJobOver } from './progress.js';
import { readOneByOne } from './read-one-by-one.js';
import { ReadingAge } from './reading-age.js';

type Context = Pick<OperationContext, 'cloud' | 'log'>;
type IefFollow = Extract<Follow, { kind: 'ief' }>;

/** So few jobs are shown one by one; of more, the list says which of them are over. */
const FEW = 3;
const PAGE = 100;
/** Ten thousand jobs: whoever has more under way gets the others shown one by one. */
const MOST_PAGES = 100;

/** What the list of one instance's jobs says now. A pass goes through its pages once, however many batches of runs it has. */
export class IefBoard {
  readonly #context: Context;
  readonly #instance: string | undefined;
  readonly #age: ReadingAge;
  #states = new Map<string, string>();
  #pages = 0;
  #isAtEnd = false;

  /** @param now epoch ms */
  constructor(context: Context, iefInstanceId: string | undefined, now: () => number) {
    this.#context = context;
    this.#instance = iefInstanceId;
    this.#age = new ReadingAge(now);
  }

  /** The same jobs with the states of now. @throws FleetbatchError where IEF cannot be read */
  async poll(follows: readonly IefFollow[]): Promise<IefFollow[]> {
    if (this.#age.isTooOld) this.#forget();
    if (follows.length > FEW) await this.#walk(follows.map(({ job_id = '' }) => job_id));
    const listed = follows.map((follow) => this.#listed(follow));
    const others = follows.filter((_, index) => listed[index] === undefined);
    const shown = await readOneByOne(
      this.#context,
      others,
      ({ kind, job_id }) => ({ kind, job_id }),
      (follow) => show(this.#context.cloud, follow, this.#instance),
    );
    return follows.map((follow, index) => listed[index] ?? shown[others.indexOf(follow)] ?? follow);
  }

  /** With what the list says; undefined where it says nothing, or that the job is over: only the job itself says what became of its tasks. */
  #listed(follow: IefFollow): IefFollow | undefined {
    const status = this.#states.get(follow.job_id ?? '');
    return status === undefined || isJobOver(status) ? undefined : { ...follow, status };
  }

  #forget(): void {
    this.#states = new Map();
    this.#pages = 0;
    this.#isAtEnd = false;
  }

  /** Goes on where the batch before it has found all of its own. */
  async #walk(wanted: readonly string[]): Promise<void> {
    await this.#age.during(async () => {
      while (!this.#isAtEnd && wanted.some((id) => !this.#states.has(id))) {
        const jobs = await listNewestBatchJobs(this.#context.cloud, PAGE, this.#instance, this.#pages * PAGE);
        this.#pages += 1;
        this.#isAtEnd = jobs.length < PAGE || this.#pages === MOST_PAGES;
        for (const { job_id, status } of jobs) if (job_id && status) this.#states.set(job_id, status);
      }
    });
  }
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
