import type { CloudClient } from '../shared/client/cloud-client.js';
import {
  deleteAsyncInvokeConfig,
  deleteFunction,
  putAsyncInvokeConfig,
} from '../shared/client/functiongraph-functions.js';
import {
  type CreateTriggerRequest,
  createFunctionTrigger,
  deleteFunctionTrigger,
  listFunctionTriggers,
  updateTriggerStatus,
} from '../shared/client/functiongraph-triggers.js';
import type { FunctionTrigger } from '../shared/schemas/functiongraph.js';
import type { AccountFunction } from './account-state.js';
import { type Done, isUnknown, lookedFor } from './apply-function.js';
import { latest } from './desired.js';
import type { FunctionPlan, TriggerStep } from './plan-steps.js';
import { planTriggers } from './plan-triggers.js';

/**
 * Connects a function: its asynchronous configuration first, so that the first event of a new timer is already treated by it, then its triggers.
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function connectFunction(
  cloud: CloudClient,
  { desired, asyncInvoke, triggers }: FunctionPlan,
  done: Done,
): Promise<void> {
  const urn = latest(desired.urn);
  if (asyncInvoke.length > 0) {
    if (desired.asyncInvoke) await putAsyncInvokeConfig(cloud, urn, desired.asyncInvoke);
    else await deleteAsyncInvokeConfig(cloud, urn);
    done('asynchronous configuration set');
  }
  for (const step of triggers) {
    if (step.kind !== 'delete') await connect(cloud, urn, step, done);
  }
}

async function connect(cloud: CloudClient, urn: string, step: TriggerStep, done: Done): Promise<void> {
  switch (step.kind) {
    case 'create':
      return done(`${step.label} created${await createTrigger(cloud, urn, step.request)}`);
    case 'replace':
      // The old one first: a gateway has room for one API at a path, and a function for one timer of a name.
      await deleteFunctionTrigger(cloud, keyOf(urn, step.old));
      done(`${step.label} deleted`);
      return done(`created anew${await createTrigger(cloud, urn, step.request)}`);
    case 'status':
      await updateTriggerStatus(cloud, keyOf(urn, step.old), step.status);
      return done(`${step.label} ${step.status}`);
    case 'delete':
      await deleteFunctionTrigger(cloud, keyOf(urn, step.old));
      return done(`${step.label} deleted`);
  }
}

/**
 * An answer that was lost is looked up: the trigger is there, as it should be, or it is not.
 * @returns where a route answers, for the line that says so; '' where the platform does not tell
 */
async function createTrigger(cloud: CloudClient, urn: string, request: CreateTriggerRequest): Promise<string> {
  try {
    const { event_data = {} } = await createFunctionTrigger(cloud, urn, request);
    return typeof event_data.invoke_url === 'string' ? ` (${event_data.invoke_url})` : '';
  } catch (error) {
    if (!isUnknown(error)) throw error;
    const steps = planTriggers([request], await listFunctionTriggers(cloud, urn));
    if (steps.some((step) => step.kind !== 'delete')) throw lookedFor(error);
    return '';
  }
}

/** Takes away the triggers of a function that are not in the file. */
export async function disconnectFunction(
  cloud: CloudClient,
  { desired, triggers }: FunctionPlan,
  done: Done,
): Promise<void> {
  for (const step of triggers) if (step.kind === 'delete') await connect(cloud, latest(desired.urn), step, done);
}

/**
 * Deletes a function: its triggers by themselves first, because no page promises that an API leaves its gateway with the function.
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function removeFunction(
  cloud: CloudClient,
  { urn, triggers }: AccountFunction,
  done: Done,
): Promise<void> {
  for (const old of triggers) await deleteFunctionTrigger(cloud, keyOf(latest(urn), old));
  if (triggers.length > 0) done(`${triggers.length} trigger${triggers.length === 1 ? '' : 's'} deleted`);
  await deleteFunction(cloud, urn);
  done('deleted');
}

function keyOf(urn: string, { trigger_type_code, trigger_id }: FunctionTrigger) {
  return { urn, type: trigger_type_code ?? '', id: trigger_id ?? '' };
}
