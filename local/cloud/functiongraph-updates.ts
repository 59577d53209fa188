import { type Call, type CloudOperation, errorReply, parseJson, type Reply } from './cloud-operation.js';
import type { CodeStore } from './code-store.js';
import { handlerProblem, readCode, strangerRefusal, unzip } from './functiongraph-code.js';
import { definitionOf } from './functiongraph-definition.js';
import { readBody } from './functiongraph-errors.js';
import { codeBodyLimit, describeCode } from './functiongraph-functions.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import { shownCode, shownConfig } from './functiongraph-replies.js';
import {
  keptSettings,
  settingsRefusal,
  updateCodeRequest,
  updateConfigRequest,
  withGiven,
} from './functiongraph-requests.js';
import type { FgsFunction } from './functiongraph-state.js';
import { findByUrn, ofFunction } from './functiongraph-urn.js';

const path = '/v2/:project_id/fgs/functions/:function_urn';

/** Changes of functions, and their code (pages of modifying code and metadata, and of querying the code). */
export function updateOperations(parts: FunctionGraphParts): CloudOperation[] {
  return [
    ofFunction(
      parts,
      { name: 'functiongraph.updateFunctionConfig', method: 'PUT', path: `${path}/config` },
      updateConfig,
    ),
    ofFunction(
      parts,
      { name: 'functiongraph.updateFunctionCode', method: 'PUT', path: `${path}/code`, bodyLimit: codeBodyLimit },
      updateCode,
    ),
    ofFunction(parts, { name: 'functiongraph.showFunctionCode', method: 'GET', path: `${path}/code` }, showCode),
  ];
}

async function updateConfig(parts: FunctionGraphParts, call: Call, before: FgsFunction): Promise<Reply> {
  const { world, store } = parts;
  const body = parseJson(call.body);
  const read = readBody(updateConfigRequest, body);
  if ('refused' in read) return read.refused;
  const refused = fixedRefusal(before, read.value) ?? (await handlerRefusal(store, before, read.value.handler));
  if (refused) return refused;
  // Looked up again: another call may have changed the function meanwhile.
  const found = findByUrn(world, call.params.function_urn ?? '');
  if ('refused' in found) return found.refused;
  const { handler, memory_size, timeout } = read.value;
  const fn: FgsFunction = {
    ...found.fn,
    ...withGiven(found.fn, read.value),
    handler,
    memory_size,
    timeout,
    kept: { ...found.fn.kept, ...keptSettings(body) },
    modified_ms: world.now(),
  };
  const wrong = settingsRefusal(fn);
  if (wrong) return wrong;
  parts.platform?.put(definitionOf(fn));
  world.state.functions.set(fn.func_name, fn);
  return { status: 200, body: shownConfig(world, fn) };
}

/** Name and runtime are mandatory here, but only to say again what they are. */
function fixedRefusal(fn: FgsFunction, given: Pick<FgsFunction, 'func_name' | 'runtime'>): Reply | undefined {
  if (given.func_name !== fn.func_name) {
    return errorReply(400, 'FSS.1002', `Invalid function name. func_name cannot be changed, it is ${fn.func_name}.`);
  }
  if (given.runtime === fn.runtime) return undefined;
  const text = `Invalid runtime. runtime cannot be changed, it is ${fn.runtime}. Delete the function and create it anew.`;
  return errorReply(400, 'FSS.1005', text);
}

async function handlerRefusal(store: CodeStore, fn: FgsFunction, handler: string): Promise<Reply | undefined> {
  if (handler === fn.handler) return undefined;
  const files = unzip(await store.get(fn.code.digest)) ?? {};
  const problem = handlerProblem(files, handler);
  return problem ? errorReply(400, 'FSS.1003', `Invalid function handler. ${problem}`) : undefined;
}

async function updateCode(parts: FunctionGraphParts, call: Call, before: FgsFunction): Promise<Reply> {
  const { world, store } = parts;
  const stranger = strangerRefusal(call);
  if (stranger) return stranger;
  const read = readBody(updateCodeRequest, parseJson(call.body));
  if ('refused' in read) return read.refused;
  const uploaded = readCode(read.value, before.handler);
  if ('refused' in uploaded) return uploaded.refused;
  await store.put(uploaded.code.zip);
  const found = findByUrn(world, call.params.function_urn ?? '');
  if ('refused' in found) return found.refused;
  const fn: FgsFunction = { ...found.fn, code: describeCode(uploaded.code), modified_ms: world.now() };
  parts.platform?.put(definitionOf(fn), uploaded.code.files);
  world.state.functions.set(fn.func_name, fn);
  return { status: 200, body: shownCode(world, fn) };
}

/** The platform gives a link into OBS; there is none here, so the zip itself is in the reply. */
async function showCode({ world, store }: FunctionGraphParts, _call: Call, fn: FgsFunction): Promise<Reply> {
  const zip = await store.get(fn.code.digest);
  return { status: 200, body: shownCode(world, fn, zip.toString('base64')) };
}
