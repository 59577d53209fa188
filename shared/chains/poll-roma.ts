import { LARGEST_TASK_PAGE, listTasks, listTasksById } from '../client/roma.js';
import { isReached } from '../operations/look-at-roma-tasks.js';
import type { OperationContext } from '../operations/operation.js';
import type { ListedTask } from '../schemas/roma-tasks.js';
import type { Follow } from './follow.js';
import { goingOn } from './progress.js';
import { readOneByOne } from './read-one-by-one.js';

type Context = Pick<OperationContext, 'cloud' | 'log'>;
type RomaFollow = Extract<Follow, { kind: 'roma' }>;

/** So few tasks are asked for one by one; of more, the list is read. */
const FEW = 3;
const MOST_PAGES = 10;

/** The same tasks with the states of now, those of one instance. @throws FleetbatchError where ROMA Connect cannot be read */
export async function pollRoma(
  context: Context,
  instanceId: string,
  follows: readonly RomaFollow[],
): Promise<RomaFollow[]> {
  const open = [...new Set(follows.flatMap((follow) => goingOn(follow).map(({ id }) => id)))];
  const tasks =
    open.length > FEW ? await readAll(context, instanceId, open) : await readEach(context, instanceId, open);
  const status = new Map(tasks.map((task) => [task.task_id ?? '', task.status]));
  return follows.map((follow) => ({
    ...follow,
    reached: follow.task_ids.filter((id) => follow.reached.includes(id) || isReached(follow.action, status.get(id))),
  }));
}

async function readEach(context: Context, instanceId: string, ids: readonly string[]): Promise<ListedTask[]> {
  const found = await readOneByOne(
    context,
    ids,
    (task_id) => ({ kind: 'roma', task_id }),
    (task_id) => listTasksById(context.cloud, instanceId, task_id),
  );
  return found.flatMap((tasks) => tasks ?? []);
}

async function readAll({ cloud }: Context, instanceId: string, wanted: readonly string[]): Promise<ListedTask[]> {
  const tasks: ListedTask[] = [];
  const missing = new Set(wanted);
  for (let page = 0; page < MOST_PAGES && missing.size > 0; page++) {
    const rows = await listTasks(cloud, instanceId, page * LARGEST_TASK_PAGE);
    for (const row of rows) missing.delete(row.task_id ?? '');
    tasks.push(...rows);
    if (rows.length < LARGEST_TASK_PAGE) break;
  }
  return tasks;
}
