import type { DeployableFunction, DeployableService } from '../serverless/deployable.js';
import { functionUrn } from '../shared/client/function-urn.js';
import { secretSettings } from '../shared/handler/settings.js';
import { findBadHandlers } from './check-handlers.js';
import { readCode } from './code.js';
import { DeployError } from './deploy-error.js';
import { deploymentVariable, writeDeployment } from './deployment-variable.js';
import type { DesiredFunction, DesiredService } from './desired.js';
import { asyncInvokeOf } from './desired-async.js';
import { triggersOf } from './desired-triggers.js';
import { fingerprintOf } from './fingerprint.js';
import type { Target } from './target.js';

/** The variables of a function, where they are not those of the file. */
export type VariablesOf = (fn: DeployableFunction) => Pick<DeployableFunction, 'environment' | 'encryptedEnvironment'>;

/** Triggers of one version of a function (limits page). */
const mostTriggers = 10;
/** Variables of each kind, and characters of all of them (limits page). */
const mostVariables = 20;
const mostCharacters = 4096;

/**
 * Reads and checks everything that a deployment sends, the code too.
 * @throws DeployError with every problem; nothing was sent
 */
export async function desiredService(
  service: DeployableService,
  target: Target,
  variablesOf: VariablesOf = (fn) => fn,
): Promise<DesiredService> {
  const urnOf = (name: string, app: string) =>
    functionUrn({ region: target.region, projectId: target.projectId, app, name });
  const urns = new Map(service.functions.map(({ name, app }) => [name, urnOf(name, app)]));
  const problems: string[] = [];
  const functions = service.functions.flatMap((fn) => {
    const desired = desiredFunction(fn, service, target, variablesOf(fn), urns, problems);
    return desired ? [desired] : [];
  });
  const loadable = functions.map(({ key, code, settings }) => ({
    key,
    code,
    handler: settings.handler,
    initializer: settings.initializer_handler || undefined,
  }));
  problems.push(...(await findBadHandlers(loadable)));
  if (problems.length > 0) throw new DeployError(problems);
  return { name: service.name, stage: service.stage, functions };
}

function desiredFunction(
  fn: DeployableFunction,
  service: DeployableService,
  target: Target,
  { environment, encryptedEnvironment }: ReturnType<VariablesOf>,
  urns: ReadonlyMap<string, string>,
  problems: string[],
): DesiredFunction | undefined {
  const urnOf = (name: string) => urns.get(name) ?? '';
  const urn = urnOf(fn.name);
  const code = readCode(`${fn.codeUri.replace(/\/+$/, '')}.zip`, fn.handler);
  const secrets = withValue(encryptedEnvironment);
  const variables = withValue(environment);
  const emptySecrets = Object.keys(encryptedEnvironment).filter((name) => encryptedEnvironment[name] === '');
  const fingerprints = Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => {
      const { fingerprintKey } = target;
      return [name, fingerprintKey === undefined ? '' : fingerprintOf(fingerprintKey, urn, name, value)];
    }),
  );
  problems.push(
    ...codeTypeProblems(fn),
    ...routeProblems(fn, target),
    ...variableProblems(fn, { variables, secrets, fingerprints }, service),
  );
  if (typeof code === 'string') {
    problems.push(code);
    return undefined;
  }
  return {
    key: fn.key,
    name: fn.name,
    app: fn.app,
    urn,
    settings: {
      runtime: fn.runtime,
      handler: fn.handler,
      memory_size: fn.memorySize,
      timeout: fn.timeout,
      description: fn.description,
      app_xrole: fn.agency ?? '',
      initializer_handler: fn.initializer ?? '',
      initializer_timeout: fn.initializerTimeout ?? 0,
    },
    variables,
    secrets,
    emptySecrets,
    fingerprints,
    code,
    asyncInvoke: fn.asyncInvoke && asyncInvokeOf(fn.asyncInvoke, urnOf),
    triggers: triggersOf(fn, urn),
    notes: notesOf(fn, emptySecrets),
  };
}

/** A variable without a value is left out: the code reads both the same way, and all of them share 4,096 characters. */
function withValue(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}

function codeTypeProblems({ key, codeType }: DeployableFunction): string[] {
  if (codeType === 'zip') return [];
  return [
    `functions.${key}.codeType of serverless.yml is obs, and only zip is deployed here: the way through OBS could not be tested. Write zip (at most 50 MB).`,
  ];
}

function routeProblems({ key, routes, timers }: DeployableFunction, { isLocal }: Target): string[] {
  const problems: string[] = [];
  const count = routes.length + timers.length;
  if (count > mostTriggers) {
    problems.push(
      `functions.${key}.events of serverless.yml has ${count} triggers, and a function has at most ${mostTriggers}. Take some away.`,
    );
  }
  const unset = routes.find((route) => route.active && route.groupId.startsWith('set-'));
  if (unset && !isLocal) {
    problems.push(
      `functions.${key}: the route ${unset.method} ${unset.path} has no API group. Export ${unset.groupId.slice('set-'.length)}, the id of a group of API Gateway in this region.`,
    );
  }
  return problems;
}

function variableProblems(
  { key }: DeployableFunction,
  { variables, secrets, fingerprints }: Pick<DesiredFunction, 'variables' | 'secrets' | 'fingerprints'>,
  service: DeployableService,
): string[] {
  const at = `functions.${key} of serverless.yml`;
  const problems: string[] = [];
  for (const name of secretSettings.filter((secret) => secret in variables)) {
    problems.push(
      `${at}: ${name} stands among the plain variables, which everybody who sees the function can read. Move it to encryptedUserData.`,
    );
  }
  if (deploymentVariable in variables || deploymentVariable in secrets) {
    problems.push(`${at}: ${deploymentVariable} is written by the deployment itself. Take it out.`);
  }
  // With the pair of digests at its longest, so that what fits now also fits when it is needed.
  const code = { sha256: '0'.repeat(32), digest: '0'.repeat(32) };
  const own = writeDeployment({ service: service.name, stage: service.stage, code, secrets: fingerprints });
  const plain = { ...variables, [deploymentVariable]: own };
  if (Object.keys(plain).length > mostVariables) {
    problems.push(
      `${at} has ${Object.keys(plain).length} plain variables with ${deploymentVariable}, which the deployment adds. At most ${mostVariables} are allowed; take some away.`,
    );
  }
  const characters = JSON.stringify(plain).length + JSON.stringify(secrets).length;
  if (characters > mostCharacters) {
    problems.push(
      `${at} has variables of ${characters} characters, ${own.length} of them for ${deploymentVariable}, which the deployment adds. At most ${mostCharacters} are allowed; shorten them.`,
    );
  }
  return problems;
}

function notesOf({ key, passedOver, routes }: DeployableFunction, emptySecrets: readonly string[]): string[] {
  const disabled = routes.filter((route) => !route.active);
  return [
    ...disabled.map(
      ({ method, path }) =>
        `${key}: the route ${method} ${path} is DISABLED, which a gateway's trigger cannot be: it is not created. Where an earlier deployment made it, it goes on answering until --prune deletes it.`,
    ),
    ...emptySecrets.map((name) => `${key}: the encrypted variable ${name} has no value and is left out.`),
    ...(passedOver.length > 0
      ? [
          `${key}: ${passedOver.join(', ')} of serverless.yml is not deployed by this command; what is set on the account stays.`,
        ]
      : []),
  ];
}
