import { randomUUID } from 'node:crypto';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply, wholeNumber } from './cloud-operation.js';
import { digestOf } from './code-store.js';
import { type ReadCode, readCode, strangerRefusal } from './functiongraph-code.js';
import { definitionOf } from './functiongraph-definition.js';
import { functionExists, readBody } from './functiongraph-errors.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import { shownConfig } from './functiongraph-replies.js';
import { createRequest, keptSettings, noSettings, settingsRefusal, withGiven } from './functiongraph-requests.js';
import type { FgsFunction } from './functiongraph-state.js';
import { ofFunction } from './functiongraph-urn.js';

/** A zip of 50 MB in base64, and the settings beside it. */
export const codeBodyLimit = 70 * 1024 * 1024;

const path = '/v2/:project_id/fgs/functions';

/** Functions: create, list, show, delete (function life-cycle pages). */
export function functionOperations(parts: FunctionGraphParts): CloudOperation[] {
  return [
    {
      name: 'functiongraph.createFunction',
      method: 'POST',
      path,
      bodyLimit: codeBodyLimit,
      answer: (call) => create(parts, call),
    },
    { name: 'functiongraph.listFunctions', method: 'GET', path, answer: (call) => list(parts, call) },
    ofFunction(
      parts,
      { name: 'functiongraph.showFunctionConfig', method: 'GET', path: `${path}/:function_urn/config` },
      show,
    ),
    ofFunction(
      parts,
      { name: 'functiongraph.deleteFunction', method: 'DELETE', path: `${path}/:function_urn` },
      remove,
    ),
  ];
}

async function create(parts: FunctionGraphParts, call: Call): Promise<Reply> {
  const { world, store } = parts;
  const stranger = strangerRefusal(call);
  if (stranger) return stranger;
  const body = parseJson(call.body);
  const read = readBody(createRequest, body);
  if ('refused' in read) return read.refused;
  const { func_name, runtime, handler, memory_size, timeout } = read.value;
  if (world.state.functions.has(func_name)) return functionExists;
  const uploaded = readCode(read.value, handler);
  if ('refused' in uploaded) return uploaded.refused;
  const fn: FgsFunction = {
    func_id: randomUUID().replaceAll('-', ''),
    func_name,
    package: read.value.package,
    runtime,
    handler,
    memory_size,
    timeout,
    ...withGiven(noSettings, read.value),
    code: describeCode(uploaded.code),
    kept: keptSettings(body),
    modified_ms: world.now(),
    triggers: [],
  };
  const refused = settingsRefusal(fn);
  if (refused) return refused;

  await store.put(uploaded.code.zip);
  // Another call of the same name may have come in meanwhile.
  if (world.state.functions.has(func_name)) return functionExists;
  parts.platform?.put(definitionOf(fn), uploaded.code.files);
  world.state.functions.set(func_name, fn);
  return { status: 200, body: shownConfig(world, fn) };
}

/** What a record says of its code. */
export function describeCode({ code_type, code_filename, zip }: ReadCode): FgsFunction['code'] {
  return { code_type, code_filename, code_size: zip.length, digest: digestOf(zip) };
}

/** `marker` counts functions; after the last page the next one is 0. */
function list({ world }: FunctionGraphParts, call: Call): Reply {
  const marker = wholeNumber(call.query.get('marker'), 0, 0, 1_000_000_000);
  const maxitems = wholeNumber(call.query.get('maxitems'), 400, 1, 400);
  if (marker === undefined || maxitems === undefined) {
    return errorReply(400, 'FSS.1001', 'Invalid query parameter. marker: from 0; maxitems: 1 to 400.');
  }
  const app = call.query.get('package_name');
  const name = call.query.get('func_name');
  const found = [...world.state.functions.values()].filter(
    (fn) => (!app || fn.package === app) && (!name || fn.func_name.includes(name)),
  );
  const functions = found.slice(marker, marker + maxitems).map((fn) => shownConfig(world, fn));
  const next = marker + functions.length;
  return { status: 200, body: { functions, next_marker: next < found.length ? next : 0, count: found.length } };
}

function show({ world }: FunctionGraphParts, _call: Call, fn: FgsFunction): Reply {
  return { status: 200, body: shownConfig(world, fn) };
}

/** With its triggers. The page keeps `:latest` from being deleted alone; here, where there is nothing else, it means the function. */
function remove({ world, platform }: FunctionGraphParts, _call: Call, fn: FgsFunction): Reply {
  platform?.remove(fn.func_name);
  world.state.functions.delete(fn.func_name);
  return { status: 204 };
}
