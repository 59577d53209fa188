import { basename } from 'node:path';
import type {
  CreateFunctionRequest,
  FunctionSettings,
  UpdateFunctionCodeRequest,
} from '../shared/client/functiongraph-functions.js';
import type { AccountFunction } from './account-state.js';
import type { Code } from './code.js';
import { type Deployment, deploymentVariable, writeDeployment } from './deployment-variable.js';
import type { DesiredFunction, DesiredService } from './desired.js';

/** What a new function is made with. Settings of no value are left out. */
export function createRequest(desired: DesiredFunction, service: DesiredService): CreateFunctionRequest {
  const { settings } = desired;
  return {
    func_name: desired.name,
    package: desired.app,
    type: 'v2',
    runtime: settings.runtime,
    handler: settings.handler,
    memory_size: settings.memory_size,
    timeout: settings.timeout,
    ...(settings.description ? { description: settings.description } : {}),
    ...(settings.app_xrole ? { app_xrole: settings.app_xrole } : {}),
    ...(settings.initializer_handler
      ? { initializer_handler: settings.initializer_handler, initializer_timeout: settings.initializer_timeout }
      : {}),
    ...variablesOf(desired, service, undefined),
    ...codeRequest(desired.code),
  };
}

/**
 * All settings of a function that is there. Everything is sent, the encrypted variables too: no page says what becomes of a setting that
 * is left out. For the same reason what this project does not manage is sent back as it is shown.
 * @param code what the function's own variable remembers of the code
 */
export function updateRequest(
  desired: DesiredFunction,
  service: DesiredService,
  { config }: AccountFunction,
  code: Deployment['code'],
): FunctionSettings {
  const { initializer_timeout, ...settings } = desired.settings;
  const { func_vpc, xrole } = config;
  return {
    func_name: desired.name,
    ...settings,
    ...(settings.initializer_handler ? { initializer_timeout } : {}),
    ...variablesOf(desired, service, code),
    ...(xrole ? { xrole } : {}),
    ...(func_vpc ? { func_vpc } : {}),
  };
}

export function codeRequest({ path, zip }: Code): UpdateFunctionCodeRequest {
  return {
    code_type: 'zip',
    code_filename: basename(path),
    func_code: { file: Buffer.from(zip).toString('base64') },
  };
}

function variablesOf(
  { variables, secrets, fingerprints }: DesiredFunction,
  { name, stage }: DesiredService,
  code: Deployment['code'],
): Pick<FunctionSettings, 'user_data' | 'encrypted_user_data'> {
  const deployment = writeDeployment({ service: name, stage, secrets: fingerprints, ...(code ? { code } : {}) });
  return {
    user_data: JSON.stringify({ ...variables, [deploymentVariable]: deployment }),
    encrypted_user_data: JSON.stringify(secrets),
  };
}
