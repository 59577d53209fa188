import { rfc3339, zoneOfRegion } from '../../serverless/region-time.js';
import { idOf } from './account.js';
import type { FgsFunction } from './functiongraph-state.js';
import { urnOf } from './functiongraph-urn.js';
import type { World } from './world.js';

/** Times as FunctionGraph writes them: RFC 3339 with the region's offset. */
export function timeOf({ account }: World, ms: number): string {
  return rfc3339(new Date(ms), zoneOfRegion(account.region));
}

/** A function as lists and the configuration show it. Encrypted variables keep their names and lose their values. */
export function shownConfig(world: World, fn: FgsFunction): Record<string, unknown> {
  const { account } = world;
  const masked = Object.fromEntries(Object.keys(fn.encrypted_user_data).map((name) => [name, '***']));
  return {
    func_id: fn.func_id,
    resource_id: `${idOf('function', fn.func_name)}:function:${fn.package}:${fn.func_name}`,
    func_urn: `${urnOf(world, fn)}:latest`,
    func_name: fn.func_name,
    domain_id: idOf('domain', account.domain),
    namespace: account.project,
    project_name: account.region,
    package: fn.package,
    runtime: fn.runtime,
    timeout: fn.timeout,
    handler: fn.handler,
    memory_size: fn.memory_size,
    // As the examples of the pages have it: 300 for 128 MB, 400 for 256 MB.
    cpu: 200 + (fn.memory_size / 128) * 100,
    ...fn.code,
    code_url: '',
    user_data: variablesText(fn.user_data),
    encrypted_user_data: variablesText(masked),
    version: 'latest',
    image_name: '',
    xrole: fn.xrole,
    app_xrole: fn.app_xrole,
    description: fn.description,
    last_modified: timeOf(world, fn.modified_ms),
    initializer_handler: fn.initializer_handler,
    initializer_timeout: fn.initializer_timeout,
    enterprise_project_id: '0',
    long_time: false,
    type: 'v2',
    ...fn.kept,
  };
}

function variablesText(variables: Readonly<Record<string, string>>): string {
  return Object.keys(variables).length === 0 ? '' : JSON.stringify(variables);
}

/** What is said of a function's code; `file` is the zip in base64, where it was asked for. */
export function shownCode(world: World, fn: FgsFunction, file?: string): Record<string, unknown> {
  return {
    func_urn: `${urnOf(world, fn)}:latest`,
    func_name: fn.func_name,
    domain_id: idOf('domain', world.account.domain),
    runtime: fn.runtime,
    ...fn.code,
    code_url: '',
    last_modified: timeOf(world, fn.modified_ms),
    func_code: { file: file ?? '', link: '' },
    depend_version_list: fn.kept.depend_version_list ?? [],
    strategy_config: fn.kept.strategy_config ?? { concurrency: -1, concurrent_num: 1 },
    dependencies: [],
  };
}
