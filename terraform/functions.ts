import type { AsyncDestination, DeployableFunction } from '../serverless/deployable.js';
import { secretVariables } from '../serverless/template.js';
import { expression } from './escape.js';
import { identifier } from './names.js';

export type Json = Record<string, unknown>;

/** The URN of a function, which Terraform knows once the function is there. */
export function urnOf(functionName: string): string {
  return expression(`huaweicloud_fgs_function.${identifier(functionName)}.urn`);
}

/** The arguments of `huaweicloud_fgs_function` (provider's page docs/resources/fgs_function.md). */
export function functionArguments(fn: DeployableFunction): Json {
  const id = identifier(fn.name);
  return {
    name: fn.name,
    description: fn.description,
    app: fn.app,
    // The provider does not check the name; changing it makes a new function.
    runtime: fn.runtime,
    handler: fn.handler,
    ...(fn.initializer ? { initializer_handler: fn.initializer, initializer_timeout: fn.initializerTimeout } : {}),
    memory_size: fn.memorySize,
    timeout: fn.timeout,
    functiongraph_version: 'v2',
    code_type: 'zip',
    code_filename: `${fn.name}.zip`,
    // Always base64: a text that looks like base64 is taken for it.
    func_code: expression(`filebase64("\${path.module}/../${fn.name}.zip")`),
    ...(fn.agency ? { app_agency: fn.agency } : {}),
    user_data: expression(`jsonencode(local.user_data.${id})`),
    ...(secretVariables(fn).length > 0
      ? { encrypted_user_data: expression(`jsonencode(local.encrypted_user_data.${id})`) }
      : {}),
  };
}

/** The plain variables; a secret among them by its name goes with the encrypted ones. */
export function userData(fn: DeployableFunction): Json {
  const secrets = secretVariables(fn);
  return Object.fromEntries(Object.entries(fn.environment).filter(([name]) => !secrets.includes(name)));
}

/** The encrypted variables: of each its name and where Terraform asks for it, never a value. */
export function encryptedUserData(fn: DeployableFunction): Json {
  return Object.fromEntries(secretVariables(fn).map((name) => [name, expression(`var.${identifier(name)}`)]));
}

/**
 * The arguments of `huaweicloud_fgs_async_invoke_configuration` (docs/resources/fgs_async_invoke_configuration.md). It wants both
 * numbers; FunctionGraph's defaults are not documented the same way twice, so these are the cautious ones.
 */
export function asyncArguments({ name, asyncInvoke = {} }: DeployableFunction): Json {
  const { retryAttempts = 0, eventAgeSeconds = 3600, onSuccess, onFailure } = asyncInvoke;
  return {
    function_urn: urnOf(name),
    max_async_event_age_in_seconds: eventAgeSeconds,
    max_async_retry_attempts: retryAttempts,
    ...(onSuccess ? { on_success: [destination(onSuccess)] } : {}),
    ...(onFailure ? { on_failure: [destination(onFailure)] } : {}),
  };
}

function destination(target: AsyncDestination): Json {
  if (target.destination === 'FunctionGraph') {
    const urn = `huaweicloud_fgs_function.${identifier(target.functionName)}.urn`;
    return { destination: target.destination, param: expression(`jsonencode({ func_urn = ${urn} })`) };
  }
  return { destination: target.destination, param: JSON.stringify(target.param) };
}
