import { listAgentInvocations } from '../client/ces.js';
import type { OperationContext } from '../operations/operation.js';
import type { InvocationInfo } from '../schemas/ces-list-invocations.js';
import type { Follow, FollowedTask } from './follow.js';
import { goingOn } from './progress.js';
import { readOneByOne } from './read-one-by-one.js';
import { ReadingAge } from './reading-age.js';

type Context = Pick<OperationContext, 'cloud' | 'log'>;
type CesFollow = Extract<Follow, { kind: 'ces' }>;

const PAGE = 100;
/** A walk of ten thousand tasks: whoever has more open gets the others with the next pass. */
const MOST_PAGES = 100;
/** So few are asked for one by one. */
const FEW = 5;
/** Clocks of cloud and database may be apart by as much. Milliseconds. */
const SLACK_MS = 60_000;

type SeenTask = Pick<InvocationInfo, 'invocation_status' | 'instance_id' | 'update_time'> & {
  readonly message: string | undefined;
};

/**
 * What the list of Agent tasks says now of many runs' tasks. It has no filter for several ids (CES list page), but it begins with the
 * newest: so one walk down to the oldest task that is waited for serves all runs of a pass.
 */
export class CesBoard {
  readonly #context: Context;
  readonly #age: ReadingAge;
  /** Of each row only what is shown: ten thousand whole ones would take a tenth of the function's memory. */
  #seen = new Map<string, SeenTask>();
  #walkedTo = Number.POSITIVE_INFINITY;

  /** @param now epoch ms */
  constructor(context: Context, now: () => number) {
    this.#context = context;
    this.#age = new ReadingAge(now);
  }

  /** The same work with the states of now, for each. @throws FleetbatchError where the list cannot be read */
  async poll(follows: readonly CesFollow[]): Promise<CesFollow[]> {
    if (this.#age.isTooOld) this.#forget();
    const open = new Set(follows.flatMap((follow) => goingOn(follow).map(({ id }) => id)));
    const tasks = follows.flatMap((follow) => follow.tasks).filter((task) => open.has(task.invocation_id));
    const unseen = () => tasks.filter((task) => !this.#seen.has(task.invocation_id));
    const oldest = Math.min(...tasks.map((task) => task.since)) - SLACK_MS;
    if (unseen().length > FEW) await this.#age.during(() => this.#walk(oldest));
    const few = unseen().slice(0, 4 * FEW);
    if (few.length > 0) await this.#age.during(() => this.#askEach(few));
    return follows.map((follow) => ({ ...follow, tasks: follow.tasks.map((task) => this.#shown(task, open)) }));
  }

  #forget(): void {
    this.#seen = new Map();
    this.#walkedTo = Number.POSITIVE_INFINITY;
  }

  async #walk(to: number): Promise<void> {
    if (this.#walkedTo <= to) return;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { invocations, dropped } = await listAgentInvocations(this.#context.cloud, {
        limit: PAGE,
        offset: page * PAGE,
      });
      for (const row of invocations) this.#keep(row);
      const oldest = Math.min(...invocations.map((row) => row.create_time ?? Number.POSITIVE_INFINITY));
      this.#walkedTo = Math.min(this.#walkedTo, oldest);
      if (invocations.length + dropped < PAGE || oldest < to) break;
    }
  }

  async #askEach(tasks: readonly FollowedTask[]): Promise<void> {
    const pages = await readOneByOne(
      this.#context,
      tasks,
      ({ invocation_id }) => ({ kind: 'ces', invocation_id }),
      ({ invocation_id }) => listAgentInvocations(this.#context.cloud, { invocation_id, limit: PAGE }),
    );
    for (const row of pages.flatMap((page) => page?.invocations ?? [])) this.#keep(row);
  }

  #keep({ invocation_id, invocation_status, instance_id, update_time, result_msg }: InvocationInfo): void {
    if (!invocation_id || this.#seen.has(invocation_id)) return;
    this.#seen.set(invocation_id, { invocation_status, instance_id, update_time, message: result_msg?.slice(0, 500) });
  }

  #shown(task: FollowedTask, open: ReadonlySet<string>): FollowedTask {
    const row = open.has(task.invocation_id) ? this.#seen.get(task.invocation_id) : undefined;
    if (!row?.invocation_status) return task;
    const isOld = task.reused && typeof row.update_time === 'number' && row.update_time < task.since;
    if (isOld && row.invocation_status !== 'RUNNING') return task;
    const message = row.message ? { message: row.message } : {};
    const instance = task.instance_id ?? row.instance_id;
    return { ...task, ...(instance ? { instance_id: instance } : {}), status: row.invocation_status, ...message };
  }
}
