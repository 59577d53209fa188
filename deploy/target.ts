import { localAccount } from '../local/cloud/account.js';
import type { Credentials } from '../shared/client/credentials.js';
import { endpointFor, isLoopback } from '../shared/client/endpoints.js';
import { FleetbatchError } from '../shared/client/errors.js';
import { DeployError } from './deploy-error.js';

/** The account, project and region that a deployment goes to. */
export interface Target {
  readonly region: string;
  readonly projectId: string;
  readonly endpoint: URL;
  /** True for a cloud on this machine. */
  readonly isLocal: boolean;
  readonly credentials: Credentials;
  /** What fingerprints of encrypted variables are made with; undefined where no key lasts until the next deployment. */
  readonly fingerprintKey: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const keyNames = ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_PROJECT_ID'] as const;

/**
 * Reads the target out of the environment: `HUAWEICLOUD_SDK_AK`, `_SK`, `_PROJECT_ID`, and `_SECURITY_TOKEN` of temporary keys. Where none of
 * them is set and the endpoint is on this machine, it is the emulated cloud's own account.
 * @param region of `serverless.yml`
 * @param endpoint base URL of FunctionGraph; else `FUNCTIONGRAPH_ENDPOINT`, else that of the region
 * @throws DeployError naming every setting that is missing or cannot be used; no value is repeated
 */
export function targetOf(env: Environment, region: string, endpoint?: string): Target {
  const problems: string[] = [];
  const url = endpointOf(endpoint ?? env.FUNCTIONGRAPH_ENDPOINT, endpoint === undefined, region, problems);
  const isLocal = url !== undefined && isLoopback(url.hostname);
  const [ak = '', sk = '', projectId = ''] = keyNames.map((name) => env[name]?.trim());
  const securityToken = env.HUAWEICLOUD_SDK_SECURITY_TOKEN?.trim();
  if (isLocal && !ak && !sk && !projectId) return localTarget(url, env);

  for (const [i, value] of [ak, sk, projectId].entries()) {
    if (!value) problems.push(`${keyNames[i]} is not set. ${isLocal ? localRemedy : remedies[i]}`);
  }
  if (!url || problems.length > 0) throw new DeployError(problems);
  return {
    region,
    projectId,
    endpoint: url,
    isLocal,
    credentials: { ak, sk, ...(securityToken ? { securityToken } : {}) },
    // Temporary keys are others at the next deployment.
    fingerprintKey: env.FLEETBATCH_DEPLOY_KEY?.trim() || (securityToken ? undefined : sk),
  };
}

const remedies = [
  'Export the access key of an IAM user that may manage functions (docs/deploy.md lists the actions), or give --endpoint for the cloud on this machine.',
  'Export the secret key that belongs to HUAWEICLOUD_SDK_AK.',
  'Export the id of the project: console, My Credentials, API Credentials, the row of your region.',
];

/** The usual reason is one of them that was exported for something else. */
const localRemedy = `The endpoint is on this machine: export all of ${keyNames.join(', ')}, or unset them to use its own account.`;

function endpointOf(text: string | undefined, isSetting: boolean, region: string, problems: string[]): URL | undefined {
  try {
    return endpointFor('functiongraph', { override: text, region });
  } catch (error) {
    if (!(error instanceof FleetbatchError)) throw error;
    const message = error.message.replace(/ Nothing was sent.*$/s, '');
    problems.push(isSetting ? message : message.replace('Setting FUNCTIONGRAPH_ENDPOINT', '--endpoint'));
    return undefined;
  }
}

/** The emulated cloud has one account in one region, and its keys are public. */
function localTarget(endpoint: URL, env: Environment): Target {
  const { ak, sk, project, region } = localAccount;
  return {
    region,
    projectId: project,
    endpoint,
    isLocal: true,
    credentials: { ak, sk },
    fingerprintKey: env.FLEETBATCH_DEPLOY_KEY?.trim() || sk,
  };
}
