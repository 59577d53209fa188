import { type AccountFunction, readAccount } from './account-state.js';
import { removeFunction } from './apply-triggers.js';
import { cloudOf, hintFor, unreadable } from './cloud.js';
import { removalPlanLines, targetLine } from './print-plan.js';
import { progressLine, unfinishedLines } from './print-progress.js';
import { runTasks, type Task } from './run-tasks.js';
import type { Target } from './target.js';
import { UnfinishedError } from './unfinished-error.js';

export interface RemoveRun {
  /** Name and stage that the functions were deployed with. */
  readonly owner: { readonly name: string; readonly stage: string };
  readonly target: Target;
  readonly dryRun: boolean;
  /** Asked before anything is deleted, with what was printed before it. */
  readonly confirm: () => Promise<boolean>;
  readonly print: (line: string) => void;
  readonly command: string;
  readonly signal?: AbortSignal;
}

/**
 * Undoes the deployments of a service and stage: deletes every function that one of them made, with its triggers, and nothing else.
 * @throws DeployError or FleetbatchError where the account cannot be read; UnfinishedError where it stopped in its middle
 */
export async function removeService(run: RemoveRun): Promise<void> {
  const { owner, target, print, signal } = run;
  print(targetLine(owner, target));
  const cloud = cloudOf(target);
  const { leftovers: functions } = await readAccount(cloud, owner, []).catch((error: unknown) => {
    throw unreadable(error, target);
  });
  if (functions.length === 0) {
    print(`\nNothing to do: no function there was deployed for ${owner.name}, stage ${owner.stage}.`);
    return;
  }
  print('');
  for (const line of removalPlanLines(functions)) print(line);
  print('');
  if (run.dryRun || !(await run.confirm())) {
    print(run.dryRun ? 'Dry run: nothing was deleted.' : 'Nothing was deleted.');
    return;
  }
  const toTask = (fn: AccountFunction): Task => ({
    name: fn.name,
    what: 'deletion',
    act: (done) => removeFunction(cloud, fn, done),
  });
  const { ended, notBegun } = await runTasks([functions.map(toTask)], {
    now: () => performance.now(),
    onEnd: (one) => print(progressLine(one) + hintFor(one.error, target)),
    signal,
  });
  if (notBegun.length > 0 || ended.some(({ error }) => error !== undefined)) {
    for (const line of unfinishedLines(ended, notBegun, run.command)) print(line);
    throw new UnfinishedError('removal');
  }
  print('\nRemoved.');
}
