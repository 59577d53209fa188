import type { CreateTriggerRequest, TriggerStatus } from '../shared/client/functiongraph-triggers.js';
import type { FunctionTrigger } from '../shared/schemas/functiongraph.js';
import type { AccountFunction } from './account-state.js';
import type { DesiredFunction, DesiredService } from './desired.js';

/** One difference, in words: `timeout` `30 s → 60 s`. Never the value of a variable. */
export interface Change {
  readonly what: string;
  readonly text: string;
}

/** What is done about one trigger. */
export type TriggerStep =
  | { readonly kind: 'create'; readonly label: string; readonly request: CreateTriggerRequest }
  | {
      readonly kind: 'replace';
      readonly label: string;
      readonly request: CreateTriggerRequest;
      readonly old: FunctionTrigger;
      readonly why: string;
    }
  | {
      readonly kind: 'status';
      readonly label: string;
      readonly old: FunctionTrigger;
      readonly status: TriggerStatus;
    }
  | { readonly kind: 'delete'; readonly label: string; readonly old: FunctionTrigger };

/** What is done about one function of the file. */
export interface FunctionPlan {
  readonly desired: DesiredFunction;
  /** Undefined where it is to be created. */
  readonly account: AccountFunction | undefined;
  /** Set where the code is to be sent. */
  readonly code: Change | undefined;
  /** Settings and variables, which go in one call. */
  readonly settings: readonly Change[];
  readonly asyncInvoke: readonly Change[];
  readonly triggers: readonly TriggerStep[];
}

export interface Plan {
  readonly functions: readonly FunctionPlan[];
  /** Functions to delete, with their triggers. */
  readonly removals: readonly AccountFunction[];
  /** What is no longer in the file and stays, because nobody asked to delete it. */
  readonly kept: readonly string[];
}

export interface PlanOptions {
  /** Deletes what earlier deployments of this service and stage made and the file no longer has. */
  readonly prune: boolean;
  /** Takes over functions of the same name that no deployment of this service and stage made. */
  readonly adopt: boolean;
  /** Lets encrypted variables that have no value here lose the one on the account. */
  readonly clearSecrets: boolean;
  /** True for the cloud on this machine: a path is one route there, whatever its API group. */
  readonly oneGateway: boolean;
}

/** Whether a function was deployed for this service and stage. */
export function isOwner(
  { name, stage }: Pick<DesiredService, 'name' | 'stage'>,
  deployment: AccountFunction['deployment'],
): boolean {
  return deployment?.service === name && deployment.stage === stage;
}

/** Whether a function stays as it is. */
export function isUnchanged({ account, code, settings, asyncInvoke, triggers }: FunctionPlan): boolean {
  return account !== undefined && !code && settings.length + asyncInvoke.length + triggers.length === 0;
}

/** Whether there is nothing to do at all. */
export function isEmpty(plan: Plan): boolean {
  return plan.removals.length === 0 && plan.functions.every(isUnchanged);
}
