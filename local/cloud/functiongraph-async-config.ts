import * as z from 'zod/mini';
import { type AsyncConfig, defaultAsyncConfig } from '../functiongraph/async-config.js';
import { functionUrnOf } from '../functiongraph/async-notification.js';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply, wholeNumber } from './cloud-operation.js';
import { readBody } from './functiongraph-errors.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import { timeOf } from './functiongraph-replies.js';
import type { FgsAsyncConfig, FgsFunction } from './functiongraph-state.js';
import { ofFunction, urnOf } from './functiongraph-urn.js';
import type { World } from './world.js';

const path = '/v2/:project_id/fgs/functions/:function_urn';
const onePath = `${path}/async-invoke-config`;

const wholeNumberOf = (min: number, max: number) => {
  const text = `a whole number from ${min} to ${max}`;
  return z.int(text).check(z.gte(min, text), z.lte(max, text));
};

/** FunctionGraph is the one service that can be reached here: to the others nothing is delivered, and a report line says so. */
const destination = z
  .object(
    {
      destination: z.enum(['OBS', 'SMN', 'DIS', 'FunctionGraph'], 'OBS, SMN, DIS or FunctionGraph'),
      param: z.string('a JSON text'),
    },
    'an object with destination and param',
  )
  .check(
    z.refine((given) => given.destination !== 'FunctionGraph' || functionUrnOf(given) !== undefined, {
      path: ['param'],
      error: 'a JSON text such as {"func_urn":"urn:fss:…"}',
    }),
  );

/** Defaults and ranges of the request's table; the reply's table of the same page contradicts it (retries 0–8, age from 60 s). */
const request = z.object(
  {
    max_async_event_age_in_seconds: z._default(wholeNumberOf(1, 86_400), defaultAsyncConfig.maxAgeSeconds),
    max_async_retry_attempts: z._default(wholeNumberOf(0, 3), defaultAsyncConfig.maxRetries),
    destination_config: z._default(
      z.object(
        { on_success: z.optional(destination), on_failure: z.optional(destination) },
        'an object with on_success or on_failure',
      ),
      {},
    ),
    enable_async_status_log: z._default(z.boolean('true or false'), false),
  },
  'a JSON object',
);

/** Asynchronous settings (pages of asynchronous execution notification). */
export function asyncConfigOperations(parts: FunctionGraphParts): CloudOperation[] {
  return [
    ofFunction(parts, { name: 'functiongraph.updateAsyncInvokeConfig', method: 'PUT', path: onePath }, update),
    ofFunction(parts, { name: 'functiongraph.showAsyncInvokeConfig', method: 'GET', path: onePath }, show),
    ofFunction(parts, { name: 'functiongraph.deleteAsyncInvokeConfig', method: 'DELETE', path: onePath }, remove),
    ofFunction(parts, { name: 'functiongraph.listAsyncInvokeConfigs', method: 'GET', path: `${onePath}s` }, list),
  ];
}

/** What the platform goes by. */
export function asyncConfigOf(fn: FgsFunction | undefined): AsyncConfig {
  const config = fn?.async_config;
  if (!config) return defaultAsyncConfig;
  const { on_success, on_failure } = config.destination_config;
  return {
    maxAgeSeconds: config.max_async_event_age_in_seconds,
    maxRetries: config.max_async_retry_attempts,
    enableStatusLog: config.enable_async_status_log,
    ...(on_success ? { onSuccess: on_success } : {}),
    ...(on_failure ? { onFailure: on_failure } : {}),
  };
}

/** Replaces all of it: what the request leaves out has its default again. */
function update({ world }: FunctionGraphParts, call: Call, fn: FgsFunction): Reply {
  const read = readBody(request, parseJson(call.body));
  if ('refused' in read) return read.refused;
  const now = world.now();
  const { on_success, on_failure } = read.value.destination_config;
  const destination_config = { ...(on_success ? { on_success } : {}), ...(on_failure ? { on_failure } : {}) };
  const created_ms = fn.async_config?.created_ms ?? now;
  const async_config: FgsAsyncConfig = { ...read.value, destination_config, created_ms, modified_ms: now };
  const changed = { ...fn, async_config };
  world.state.functions.set(fn.func_name, changed);
  return { status: 200, body: shown(world, changed, async_config) };
}

function show({ world }: FunctionGraphParts, _call: Call, fn: FgsFunction): Reply {
  return fn.async_config ? { status: 200, body: shown(world, fn, fn.async_config) } : notConfigured(fn);
}

function remove({ world }: FunctionGraphParts, _call: Call, fn: FgsFunction): Reply {
  const { async_config, ...rest } = fn;
  if (!async_config) return notConfigured(fn);
  world.state.functions.set(fn.func_name, rest);
  return { status: 204 };
}

/** One version of a function has settings of its own, and there is one version. */
function list({ world }: FunctionGraphParts, call: Call, fn: FgsFunction): Reply {
  const marker = wholeNumber(call.query.get('marker'), 0, 0, 1_000_000_000);
  const limit = wholeNumber(call.query.get('limit'), 100, 1, 500);
  if (marker === undefined || limit === undefined) {
    return errorReply(400, 'FSS.1001', 'Invalid query parameter. marker: from 0; limit: 1 to 500.');
  }
  const all = fn.async_config ? [shown(world, fn, fn.async_config)] : [];
  const async_invoke_configs = all.slice(marker, marker + limit);
  const page_info = { next_marker: 0, previous_marker: 0, current_count: async_invoke_configs.length };
  return { status: 200, body: { async_invoke_configs, count: all.length, page_info } };
}

function notConfigured({ func_name }: FgsFunction): Reply {
  const text = `The specified resource was not found. ${func_name} has no asynchronous settings of its own.`;
  return errorReply(404, 'FSS.0404', text);
}

function shown(world: World, fn: FgsFunction, config: FgsAsyncConfig): Record<string, unknown> {
  const { created_ms, modified_ms, ...settings } = config;
  return {
    func_urn: `${urnOf(world, fn)}:latest`,
    ...settings,
    created_time: timeOf(world, created_ms),
    last_modified: timeOf(world, modified_ms),
  };
}
