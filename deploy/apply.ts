import type { CloudClient } from '../shared/client/cloud-client.js';
import { applyFunction } from './apply-function.js';
import { connectFunction, disconnectFunction, removeFunction } from './apply-triggers.js';
import type { DesiredService } from './desired.js';
import type { FunctionPlan, Plan } from './plan-steps.js';
import type { Task } from './run-tasks.js';

/**
 * The phases of a plan. Functions first, because destinations name them; then what has to go, so that a route may move from one function to
 * another; then what starts functions, when all that it starts is in its place.
 */
export function phasesOf(cloud: CloudClient, plan: Plan, service: DesiredService): Task[][] {
  const { functions, removals } = plan;
  return [
    functions.filter(hasOwnChanges).map((fn) => ({
      name: fn.desired.name,
      what: fn.account ? 'code and settings' : 'creation',
      act: (done) => applyFunction(cloud, fn, service, done),
    })),
    [
      ...functions.filter(hasDeletions).map(
        (fn): Task => ({
          name: fn.desired.name,
          what: 'deletion of triggers',
          act: (done) => disconnectFunction(cloud, fn, done),
        }),
      ),
      ...removals.map(
        (fn): Task => ({ name: fn.name, what: 'deletion', act: (done) => removeFunction(cloud, fn, done) }),
      ),
    ],
    functions.filter(hasConnections).map((fn) => ({
      name: fn.desired.name,
      what: 'routes, timers and asynchronous configuration',
      act: (done) => connectFunction(cloud, fn, done),
    })),
  ];
}

function hasOwnChanges({ account, code, settings }: FunctionPlan): boolean {
  return account === undefined || code !== undefined || settings.length > 0;
}

function hasDeletions({ triggers }: FunctionPlan): boolean {
  return triggers.some((step) => step.kind === 'delete');
}

function hasConnections({ asyncInvoke, triggers }: FunctionPlan): boolean {
  return asyncInvoke.length > 0 || triggers.some((step) => step.kind !== 'delete');
}
