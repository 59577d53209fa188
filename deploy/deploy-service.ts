import type { DeployableService } from '../serverless/deployable.js';
import type { CloudClient } from '../shared/client/cloud-client.js';
import { readAccount } from './account-state.js';
import { phasesOf } from './apply.js';
import { cloudOf, hintFor, unreadable } from './cloud.js';
import type { DesiredService } from './desired.js';
import { desiredService, type VariablesOf } from './desired-function.js';
import { planOf } from './plan.js';
import { isEmpty, type Plan, type PlanOptions } from './plan-steps.js';
import { planLines, targetLine } from './print-plan.js';
import { progressLine, unfinishedLines } from './print-progress.js';
import { runTasks } from './run-tasks.js';
import type { Target } from './target.js';
import { UnfinishedError } from './unfinished-error.js';

export interface DeployOptions extends Omit<PlanOptions, 'oneGateway'> {
  /** Shows the plan and changes nothing. */
  readonly dryRun: boolean;
}

export interface DeployRun {
  readonly service: DeployableService;
  readonly target: Target;
  readonly options: DeployOptions;
  /** Told each line for a person. */
  readonly print: (line: string) => void;
  /** How to do it again, for the report of a deployment that stopped. */
  readonly command: string;
  /** The variables of a function, where they are not those of the file. */
  readonly variablesOf?: VariablesOf;
  /** Where it is aborted, nothing new is begun. */
  readonly signal?: AbortSignal;
  /** Milliseconds; the real clock by default. */
  readonly now?: () => number;
}

/**
 * Makes the account what the service says: reads and checks everything, looks at the account, shows the plan, and carries it out. What is right
 * already is not touched, so that a second run changes nothing and an interrupted one can be run again.
 * @returns what was done, a few words for each function and phase; none where nothing was to do
 * @throws DeployError where it is refused before anything was changed, or the account cannot be read for a usual reason; else FleetbatchError
 * @throws UnfinishedError where it stopped in its middle, after what was done and what was not has been printed
 */
export async function deployService(run: DeployRun): Promise<readonly string[]> {
  const { target, options, print } = run;
  const service = await desiredService(run.service, target, run.variablesOf);
  print(targetLine(service, target));
  const cloud = cloudOf(target);
  const account = await readAccount(
    cloud,
    service,
    service.functions.map(({ urn }) => urn),
  ).catch((error: unknown) => {
    throw unreadable(error, target);
  });
  const plan = planOf(service, account, { ...options, oneGateway: target.isLocal });
  print('');
  for (const line of planLines(plan, service)) print(line);
  print('');
  if (isEmpty(plan)) print('Nothing to do: the account is as serverless.yml says.');
  else if (options.dryRun) print('Dry run: nothing was changed.');
  else return carryOut(run, plan, service, cloud);
  return [];
}

async function carryOut(
  run: DeployRun,
  plan: Plan,
  service: DesiredService,
  cloud: CloudClient,
): Promise<readonly string[]> {
  const { target, print, signal, now = () => performance.now() } = run;
  const start = now();
  const { ended, notBegun } = await runTasks(phasesOf(cloud, plan, service), {
    now,
    onEnd: (one) => {
      print(progressLine(one) + hintFor(one.error, target));
    },
    signal,
  });
  if (notBegun.length > 0 || ended.some(({ error }) => error !== undefined)) {
    for (const line of unfinishedLines(ended, notBegun, run.command)) print(line);
    throw new UnfinishedError('deployment');
  }
  print('');
  print(`Deployed in ${((now() - start) / 1000).toFixed(1)} s.`);
  return ended.map(({ task, steps }) => `${task.name} ${steps.join(', ')}`);
}
