import type { ServiceFunction } from '../../serverless/service-file.js';
import type { FgsFunction } from './functiongraph-state.js';
import { routesOf, timersOf } from './functiongraph-trigger-data.js';

/** A record as the platform runs it. */
export function definitionOf(fn: FgsFunction): ServiceFunction {
  // Without an agency of its own the code gets the credentials of the configuration's (agency page).
  const agency = fn.app_xrole || fn.xrole;
  return {
    name: fn.func_name,
    description: fn.description,
    app: fn.package,
    runtime: fn.runtime,
    handler: fn.handler,
    ...(fn.initializer_handler ? { initializer: fn.initializer_handler } : {}),
    ...(fn.initializer_handler && fn.initializer_timeout ? { initializerTimeout: fn.initializer_timeout } : {}),
    memorySize: fn.memory_size,
    timeout: fn.timeout,
    codeUri: fn.code.code_filename,
    ...(agency ? { agency } : {}),
    environment: fn.user_data,
    encryptedEnvironment: fn.encrypted_user_data,
    routes: routesOf(fn.triggers),
    timers: timersOf(fn.triggers),
  };
}
