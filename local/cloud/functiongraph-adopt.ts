import { createHash, randomUUID } from 'node:crypto';
import type { ServiceFunction, ServiceRoute, ServiceTimer } from '../../serverless/service-file.js';
import { digestOf } from './code-store.js';
import { handlerProblem, unzip } from './functiongraph-code.js';
import { definitionOf } from './functiongraph-definition.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import { noSettings } from './functiongraph-requests.js';
import type { FgsFunction, FgsTrigger } from './functiongraph-state.js';

/**
 * Puts a function of `serverless.yml` in place, as if a caller had created it and its triggers; one of the same name is replaced.
 * @throws Error for a zip without the handler's file; nothing is changed then
 */
export async function adoptFunction(parts: FunctionGraphParts, fn: ServiceFunction, zip: Buffer): Promise<void> {
  const { world, platform, store } = parts;
  const files = unzip(zip) ?? {};
  const problem = handlerProblem(files, fn.handler);
  if (problem) throw new Error(`${fn.name} cannot be deployed. ${problem}`);
  await store.put(zip);
  const record = recordOf(fn, zip, world.now());
  platform?.put(definitionOf(record), files);
  world.state.functions.set(fn.name, record);
}

function recordOf(fn: ServiceFunction, zip: Buffer, now: number): FgsFunction {
  const code = {
    code_type: 'zip',
    code_filename: `${fn.name}.zip`,
    code_size: zip.length,
    digest: digestOf(zip),
  } as const;
  return {
    ...noSettings,
    func_id: randomUUID().replaceAll('-', ''),
    func_name: fn.name,
    package: fn.app,
    runtime: fn.runtime,
    handler: fn.handler,
    timeout: fn.timeout,
    memory_size: fn.memorySize,
    description: fn.description,
    user_data: { ...fn.environment },
    encrypted_user_data: { ...fn.encryptedEnvironment },
    app_xrole: fn.agency ?? '',
    initializer_handler: fn.initializer ?? '',
    initializer_timeout: fn.initializerTimeout ?? 0,
    code,
    kept: {},
    modified_ms: now,
    triggers: [
      ...fn.routes.map((route) => triggerOf(fn.name, 'APIG', route, routeData(route), now)),
      ...fn.timers.map((timer) => triggerOf(fn.name, 'TIMER', timer, timerData(timer), now)),
    ],
  };
}

/** The same trigger has the same id after a restart. */
function triggerOf(
  functionName: string,
  trigger_type_code: FgsTrigger['trigger_type_code'],
  { name, active }: { readonly name: string; readonly active: boolean },
  event_data: FgsTrigger['event_data'],
  now: number,
): FgsTrigger {
  const digits = createHash('sha256').update(`${functionName}/${trigger_type_code}/${name}`).digest('hex');
  const trigger_id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const trigger_status = active ? 'ACTIVE' : 'DISABLED';
  return { trigger_id, trigger_type_code, trigger_status, event_data, created_ms: now, updated_ms: now };
}

function routeData({ name, method, path, auth, matchMode, timeoutMs }: ServiceRoute): FgsTrigger['event_data'] {
  const func_info = { timeout: timeoutMs };
  return { name, group_id: 'local', path, req_method: method, auth, match_mode: matchMode, func_info };
}

function timerData({ name, scheduleType, schedule, userEvent }: ServiceTimer): FgsTrigger['event_data'] {
  return { name, schedule_type: scheduleType, schedule, user_event: userEvent };
}
