import type { AsyncInvoke, DeployableFunction, DeployableService } from '../serverless/deployable.js';
import { DeployError } from './deploy-error.js';

/** A function's name on the platform has at most this many characters (page of creating a function). */
const longestName = 60;

/**
 * The service under the names of a stage: `--stage test` deploys `list-invocations-test` beside `list-invocations`. Without a stage of its own
 * the names are those of the file.
 * @throws DeployError for a stage that no name can end in
 */
export function staged(service: DeployableService, stage: string | undefined): DeployableService {
  if (stage === undefined) return service;
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(stage)) {
    throw new DeployError([
      `--stage ${stage} cannot end a function's name. Write lower-case letters, digits and hyphens, as in test.`,
    ]);
  }
  const nameOf = (name: string) => `${name}-${stage}`;
  const long = service.functions.map(({ name }) => nameOf(name)).filter((name) => name.length > longestName);
  if (long.length > 0) {
    throw new DeployError(
      long.map(
        (name) => `${name} has ${name.length} characters, at most ${longestName}. Take a shorter stage or name.`,
      ),
    );
  }
  return { ...service, stage, functions: service.functions.map((fn) => renamed(fn, nameOf)) };
}

function renamed(fn: DeployableFunction, nameOf: (name: string) => string): DeployableFunction {
  const { asyncInvoke } = fn;
  return { ...fn, name: nameOf(fn.name), ...(asyncInvoke ? { asyncInvoke: redirected(asyncInvoke, nameOf) } : {}) };
}

function redirected(config: AsyncInvoke, nameOf: (name: string) => string): AsyncInvoke {
  const { onSuccess, onFailure, ...rest } = config;
  const redirect = (to: AsyncInvoke['onSuccess']) =>
    to?.destination === 'FunctionGraph' ? { ...to, functionName: nameOf(to.functionName) } : to;
  const success = redirect(onSuccess);
  const failure = redirect(onFailure);
  return { ...rest, ...(success ? { onSuccess: success } : {}), ...(failure ? { onFailure: failure } : {}) };
}
