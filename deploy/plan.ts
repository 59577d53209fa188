import type { AccountFunction, AccountState } from './account-state.js';
import { DeployError } from './deploy-error.js';
import type { DesiredFunction, DesiredService } from './desired.js';
import { asyncChanges } from './plan-async.js';
import { codeChange, findRefusals, secretChanges, settingChanges, variableChanges } from './plan-settings.js';
import { type Change, type FunctionPlan, isOwner, type Plan, type PlanOptions } from './plan-steps.js';
import { movedRoutes, planTriggers, takenRoutes } from './plan-triggers.js';

/**
 * The difference between what should be and what is. Pure; the order is that of the file.
 * @throws DeployError where the difference cannot or must not be made, with every reason
 */
export function planOf(service: DesiredService, account: AccountState, options: PlanOptions): Plan {
  const functions = service.functions.map((desired) => planFunction(desired, service, account, options));
  const problems = functions.flatMap(({ desired, account: there }) =>
    there ? findRefusals(desired, there, service, options) : [],
  );
  if (!options.prune) problems.push(...movedRoutes(functions, account));
  problems.push(...takenRoutes(functions, account, options.oneGateway));
  if (problems.length > 0) throw new DeployError(problems);
  return {
    functions: functions.map((fn) => ({
      ...fn,
      triggers: fn.triggers.filter((step) => options.prune || step.kind !== 'delete'),
    })),
    removals: options.prune ? account.leftovers : [],
    kept: options.prune ? [] : keptOf(functions, account),
  };
}

function planFunction(
  desired: DesiredFunction,
  service: DesiredService,
  state: AccountState,
  options: PlanOptions,
): FunctionPlan {
  const account = state.functions.get(desired.urn);
  const triggers = planTriggers(desired.triggers, account?.triggers ?? []);
  if (!account)
    return { desired, account, code: undefined, settings: [], asyncInvoke: asyncChanges(desired, undefined), triggers };
  const settings = [
    ...settingChanges(desired, account),
    ...variableChanges(desired, account),
    ...secretChanges(desired, account),
    ...ownerChange(service, account, options),
  ];
  return {
    desired,
    account,
    code: codeChange(desired, account),
    settings,
    asyncInvoke: asyncChanges(desired, account.asyncInvoke),
    triggers,
  };
}

function ownerChange(service: DesiredService, { deployment }: AccountFunction, { adopt }: PlanOptions): Change[] {
  if (isOwner(service, deployment) || !adopt) return [];
  const from = deployment ? `${deployment.service} ${deployment.stage}` : 'whoever made it';
  return [{ what: 'owner', text: `${from} → ${service.name} ${service.stage} (--adopt)` }];
}

function keptOf(functions: readonly FunctionPlan[], { leftovers }: AccountState): string[] {
  const triggers = functions.flatMap(({ desired, triggers: steps }) =>
    steps.filter((step) => step.kind === 'delete').map((step) => `the ${step.label} of ${desired.name}`),
  );
  return [...leftovers.map(({ name }) => `the function ${name}`), ...triggers];
}
