import { setTimeout as wait } from 'node:timers/promises';
import { filledPath } from '../serverless/route-path.js';
import { listRuns, type ShownRun, showRun } from '../shared/chains/runs.js';
import type { Database } from '../shared/store/database.js';
import { pgDatabase } from '../shared/store/pg-database.js';
import type { LocalRun } from './run-local.js';

const chain = 'deploy-after-firmware';
/** Milliseconds that the whole chain may take here; it needs a few seconds. */
const patienceMs = 60_000;

/**
 * The push of a firmware upgrade that succeeded starts a chain, which stops a ROMA task, creates an IEF job and follows it to its end,
 * and starts the task again. The clock of the emulated cloud is moved on meanwhile, so that the job takes no time.
 */
export async function pushStartsChain(run: LocalRun): Promise<string> {
  if (!run.database) throw new Error('the functions have no database here');
  const database = pgDatabase({ url: run.database.url, remainingMs: () => patienceMs });
  try {
    const targets = ['dev-0001', 'dev-0002'];
    run.cloud.createBatchTask({
      app_id: 'app-local-0001',
      task_name: 'firmware',
      task_type: 'firmwareUpgrade',
      targets,
    });
    run.cloud.advance(60_000);
    await run.cloud.settled();
    return told(await ended(database, run));
  } finally {
    await database.close();
  }
}

async function ended(database: Database, { cloud, platform }: LocalRun): Promise<ShownRun> {
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    const { runs } = await listRuns(database, { chain, limit: 1 });
    const [newest] = runs;
    if (!newest) throw new Error(`the push started no run of ${chain}`);
    const shown = newest.state === 'running' ? undefined : await showRun(database, newest.id);
    if (shown) return shown;
    cloud.advance(2_000);
    await wait(500);
    // Its timer comes each minute; nobody wants to wait for that here.
    await platform.fireTimer('chains-every-minute');
  }
  throw new Error(`${chain} is not over after ${patienceMs / 1000} s`);
}

/** @throws Error where the run did not finish */
function told({ state, reason, steps_so_far }: ShownRun): string {
  const steps = steps_so_far.map(({ name, state: end }) => `${name} ${end}`).join(', ');
  if (state !== 'finished') throw new Error(`${chain} is ${state}: ${reason ?? steps}`);
  return `a push started ${chain}: ${steps}`;
}

/** Calls a route for the newest run. It is over: only looking is allowed, and the rest is refused with the reason. */
export async function steerNewestRun({ service, platform }: LocalRun, name: string): Promise<string> {
  const list = (await (await fetch(`${platform.url}/chain-runs?limit=1`)).json()) as { runs: { id: string }[] };
  const [newest] = list.runs;
  const route = service.functions.find((fn) => fn.name === name)?.routes[0];
  if (!newest || !route) throw new Error(newest ? `serverless.yml gives ${name} no route` : 'there is no run');
  const { path } = filledPath(route.path, newest);
  const response = await fetch(`${platform.url}${path}`, { method: route.method });
  const body = (await response.json()) as { state?: string; detail?: string; steps_so_far?: unknown[] };
  if (response.status === 409) return `409: ${body.detail}`;
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${body.detail}`);
  return `200: ${body.state}, ${body.steps_so_far?.length ?? 0} steps`;
}
