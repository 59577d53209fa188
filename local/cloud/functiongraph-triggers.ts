import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { zoneOfRegion } from '../../serverless/region-time.js';
import { withoutNames } from '../../serverless/route-path.js';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply } from './cloud-operation.js';
import { definitionOf } from './functiongraph-definition.js';
import { fss, readBody } from './functiongraph-errors.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import { timeOf } from './functiongraph-replies.js';
import type { FgsFunction, FgsTrigger } from './functiongraph-state.js';
import { refusalOf } from './functiongraph-trigger-data.js';
import { ofFunction } from './functiongraph-urn.js';

const path = '/v2/:project_id/fgs/triggers/:function_urn';
const onePath = `${path}/:trigger_type_code/:trigger_id`;

/** Triggers of one version of a function (limits page). */
const mostTriggers = 10;

const invalidType = fss(
  1101,
  'Invalid trigger type. trigger_type_code: this machine has TIMER, APIG and DEDICATEDGATEWAY.',
);
const status = z.optional(z.enum(['ACTIVE', 'DISABLED'], 'ACTIVE or DISABLED'));
const createRequest = z.object(
  {
    trigger_type_code: z.enum(['TIMER', 'APIG', 'DEDICATEDGATEWAY'], invalidType),
    trigger_status: status,
    event_data: z.record(z.string(), z.unknown(), 'an object'),
  },
  'a JSON object',
);
/** The page shows a list of objects, the maintained Terraform provider sends one object: both are taken. */
const updateRequest = z.object(
  {
    trigger_status: status,
    event_data: z.optional(
      z.union(
        [z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown())).check(z.maxLength(1))],
        'an object, or a list of one',
      ),
    ),
  },
  'a JSON object',
);

/** Triggers (function trigger pages). */
export function triggerOperations(parts: FunctionGraphParts): CloudOperation[] {
  return [
    ofFunction(parts, { name: 'functiongraph.createFunctionTrigger', method: 'POST', path }, create),
    ofFunction(parts, { name: 'functiongraph.listFunctionTriggers', method: 'GET', path }, list),
    ofFunction(parts, { name: 'functiongraph.deleteFunctionTriggers', method: 'DELETE', path }, removeAll),
    ofFunction(parts, { name: 'functiongraph.showFunctionTrigger', method: 'GET', path: onePath }, show),
    ofFunction(parts, { name: 'functiongraph.updateFunctionTrigger', method: 'PUT', path: onePath }, update),
    ofFunction(parts, { name: 'functiongraph.deleteFunctionTrigger', method: 'DELETE', path: onePath }, remove),
  ];
}

function create(parts: FunctionGraphParts, call: Call, fn: FgsFunction): Reply {
  const read = readBody(createRequest, parseJson(call.body));
  if ('refused' in read) return read.refused;
  const now = parts.world.now();
  const trigger: FgsTrigger = {
    trigger_id: randomUUID(),
    trigger_type_code: read.value.trigger_type_code,
    trigger_status: read.value.trigger_status ?? 'ACTIVE',
    event_data: read.value.event_data,
    created_ms: now,
    updated_ms: now,
  };
  if (fn.triggers.length >= mostTriggers) {
    const text = `The number of triggers exceeds the maximum allowed limit. A function has at most ${mostTriggers}.`;
    return errorReply(400, 'FSS.1306', text);
  }
  const refused = triggerRefusal(parts, fn, trigger);
  if (refused) return refused;
  setTriggers(parts, fn, [...fn.triggers, trigger]);
  return { status: 201, body: shown(parts, trigger) };
}

function triggerRefusal({ world }: FunctionGraphParts, fn: FgsFunction, trigger: FgsTrigger): Reply | undefined {
  const { trigger_type_code: type, event_data } = trigger;
  return (
    refusalOf(type, event_data, zoneOfRegion(world.account.region)) ?? conflict(world.state.functions, fn, trigger)
  );
}

/** A route that is another trigger's, whatever its group and the names of its parameters: this machine has one gateway. A timer that has the name of another. */
function conflict(
  functions: ReadonlyMap<string, FgsFunction>,
  fn: FgsFunction,
  { trigger_id, trigger_type_code, event_data }: FgsTrigger,
): Reply | undefined {
  const isOther = (other: FgsTrigger) => other.trigger_id !== trigger_id;
  if (trigger_type_code === 'TIMER') {
    const same = fn.triggers.filter(isOther).find((other) => other.event_data.name === event_data.name);
    const text = `The trigger name already exists. ${fn.func_name} has a timer ${event_data.name}.`;
    return same?.trigger_type_code === 'TIMER' ? errorReply(400, 'FSS.1307', text) : undefined;
  }
  for (const { func_name, triggers } of functions.values()) {
    const same = triggers.filter(isOther).find(({ event_data: { req_method, path: taken } }) => {
      return req_method === event_data.req_method && withoutNames(`${taken}`) === withoutNames(`${event_data.path}`);
    });
    const text = `The request path already exists. ${event_data.req_method} ${event_data.path} is a trigger of ${func_name}.`;
    if (same) return errorReply(409, 'FSS.1147', text);
  }
  return undefined;
}

function setTriggers({ world, platform }: FunctionGraphParts, fn: FgsFunction, triggers: FgsTrigger[]): void {
  const changed = { ...fn, triggers };
  platform?.put(definitionOf(changed));
  world.state.functions.set(fn.func_name, changed);
}

function list(parts: FunctionGraphParts, _call: Call, fn: FgsFunction): Reply {
  return { status: 200, body: fn.triggers.map((trigger) => shown(parts, trigger)) };
}

function show(parts: FunctionGraphParts, call: Call, fn: FgsFunction): Reply {
  const trigger = find(call, fn);
  return trigger ? { status: 200, body: shown(parts, trigger) } : notFound(call);
}

/** Fields of `event_data` that the request leaves out stay as they are. */
function update(parts: FunctionGraphParts, call: Call, fn: FgsFunction): Reply {
  const read = readBody(updateRequest, parseJson(call.body));
  if ('refused' in read) return read.refused;
  const before = find(call, fn);
  if (!before) return notFound(call);
  const { trigger_status = before.trigger_status, event_data } = read.value;
  const given = Array.isArray(event_data) ? event_data[0] : event_data;
  const trigger: FgsTrigger = {
    ...before,
    trigger_status,
    event_data: { ...before.event_data, ...given },
    updated_ms: parts.world.now(),
  };
  const refused = triggerRefusal(parts, fn, trigger);
  if (refused) return refused;
  const triggers = fn.triggers.map((other) => (other === before ? trigger : other));
  setTriggers(parts, fn, triggers);
  return { status: 200, body: shown(parts, trigger) };
}

function remove(parts: FunctionGraphParts, call: Call, fn: FgsFunction): Reply {
  const trigger = find(call, fn);
  if (!trigger) return notFound(call);
  const triggers = fn.triggers.filter((other) => other !== trigger);
  setTriggers(parts, fn, triggers);
  return { status: 204 };
}

function removeAll(parts: FunctionGraphParts, _call: Call, fn: FgsFunction): Reply {
  setTriggers(parts, fn, []);
  return { status: 204 };
}

function find({ params }: Call, fn: FgsFunction): FgsTrigger | undefined {
  return fn.triggers.find(
    ({ trigger_id, trigger_type_code }) =>
      trigger_id === params.trigger_id && trigger_type_code === params.trigger_type_code,
  );
}

function notFound({ params }: Call): Reply {
  const [code, what] = { TIMER: ['FSS.1140', 'timer '], APIG: ['FSS.1138', 'APIG '] }[
    params.trigger_type_code ?? ''
  ] ?? ['FSS.1131', ''];
  return errorReply(404, code ?? '', `The ${what}trigger does not exist.`);
}

/** What the gateway adds to a route: its own ids, and the address where it really answers on this machine. */
function shown({ world, platform }: FunctionGraphParts, trigger: FgsTrigger): Record<string, unknown> {
  const { trigger_id, trigger_type_code, trigger_status, event_data } = trigger;
  const added = {
    triggerid: trigger_id,
    api_id: trigger_id.replaceAll('-', ''),
    api_name: event_data.name,
    invoke_url: `${platform?.url ?? ''}${event_data.path}`,
  };
  return {
    trigger_id,
    trigger_type_code,
    trigger_status,
    event_data: trigger_type_code === 'TIMER' ? event_data : { ...event_data, ...added },
    last_updated_time: timeOf(world, trigger.updated_ms),
    created_time: timeOf(world, trigger.created_ms),
  };
}
