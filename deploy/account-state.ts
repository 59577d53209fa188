import type { CloudClient } from '../shared/client/cloud-client.js';
import { findAsyncInvokeConfig, findFunction, listFunctions } from '../shared/client/functiongraph-functions.js';
import { listFunctionTriggers } from '../shared/client/functiongraph-triggers.js';
import type { AsyncInvokeConfig, FunctionConfig, FunctionTrigger } from '../shared/schemas/functiongraph.js';
import { isRecord } from '../shared/schemas/rules.js';
import { type Deployment, deploymentVariable, readDeployment } from './deployment-variable.js';
import { latest } from './desired.js';
import { inParallel } from './in-parallel.js';

/** One function as the account has it. */
export interface AccountFunction {
  readonly name: string;
  /** Without a version. */
  readonly urn: string;
  readonly config: FunctionConfig;
  /** Plain variables, the deployment's own among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** What its last deployment wrote; undefined where it was not made by one. */
  readonly deployment: Deployment | undefined;
  readonly triggers: readonly FunctionTrigger[];
  readonly asyncInvoke: AsyncInvokeConfig | undefined;
}

/** The part of the account that a deployment is about. */
export interface AccountState {
  /** Those of the service that exist, by URN. */
  readonly functions: ReadonlyMap<string, AccountFunction>;
  /** Deployed for the same service and stage earlier, and no longer in its file. */
  readonly leftovers: readonly AccountFunction[];
  /** Deployed for the same service and another stage: their routes may be in the way. */
  readonly otherStages: readonly AccountFunction[];
}

interface Owner {
  readonly name: string;
  readonly stage: string;
}

/**
 * Reads what the account has of a service. Only reads are sent.
 * @param urns of the functions that the file has, without a version
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function readAccount(cloud: CloudClient, owner: Owner, urns: readonly string[]): Promise<AccountState> {
  const [found, deployed] = await Promise.all([
    inParallel(urns, (urn) => readFunction(cloud, urn)),
    deployedFunctions(cloud, owner),
  ]);
  const functions = new Map(found.flatMap((fn) => (fn ? [[fn.urn, fn] as const] : [])));
  const others = await inParallel(
    deployed.filter((urn) => !urns.includes(urn)),
    (urn) => readFunction(cloud, urn),
  );
  const isOwn = (fn: AccountFunction) => fn.deployment?.stage === owner.stage;
  const there = others.filter((fn) => fn !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { functions, leftovers: there.filter(isOwn), otherStages: there.filter((fn) => !isOwn(fn)) };
}

/** URNs of all functions that the service has on the account, whatever the stage, by what their deployments wrote into them. */
async function deployedFunctions(cloud: CloudClient, { name }: Owner): Promise<string[]> {
  const listed = await listFunctions(cloud);
  const owned = await inParallel(listed, async (row) => {
    const urn = withoutVersion(row.func_urn ?? '');
    // Lists are documented to hold the variables; where one does not, the function is asked itself.
    const config = typeof row.user_data === 'string' ? row : await findFunction(cloud, latest(urn));
    const deployment = readDeployment(variablesOf(config?.user_data)[deploymentVariable]);
    return deployment?.service === name ? [urn] : [];
  });
  return owned.flat();
}

async function readFunction(cloud: CloudClient, urn: string): Promise<AccountFunction | undefined> {
  const config = await findFunction(cloud, latest(urn));
  if (config === undefined) return undefined;
  const [triggers, asyncInvoke] = await Promise.all([
    listFunctionTriggers(cloud, latest(urn)),
    findAsyncInvokeConfig(cloud, latest(urn)),
  ]);
  const variables = variablesOf(config.user_data);
  const deployment = readDeployment(variables[deploymentVariable]);
  return { name: config.func_name ?? nameOf(urn), urn, config, variables, deployment, triggers, asyncInvoke };
}

/** The JSON text that variables are shown as; anything else reads as none. */
export function variablesOf(text: string | null | undefined): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(text || '{}');
    if (!isRecord(parsed)) return {};
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}

/** `urn:fss:region:project:function:app:name`, cut before the version. */
function withoutVersion(urn: string): string {
  return urn.split(':').slice(0, 7).join(':');
}

function nameOf(urn: string): string {
  return urn.split(':')[6] ?? urn;
}
