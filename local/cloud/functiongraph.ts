import type { CodeFiles } from '../functiongraph/stage-code.js';
import { UnusableFolderError } from '../plain-errors.js';
import type { CloudOperation } from './cloud-operation.js';
import { type CodeStore, digestOf } from './code-store.js';
import { asyncConfigOperations } from './functiongraph-async-config.js';
import { asyncStatusOperations } from './functiongraph-async-status.js';
import { unzip } from './functiongraph-code.js';
import { definitionOf } from './functiongraph-definition.js';
import { functionOperations } from './functiongraph-functions.js';
import { invocationOperations } from './functiongraph-invocations.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import type { FgsFunction } from './functiongraph-state.js';
import { triggerOperations } from './functiongraph-triggers.js';
import { updateOperations } from './functiongraph-updates.js';
import { versionOperations } from './functiongraph-versions.js';

/** FunctionGraph's management and invocation APIs; the functions themselves run on a platform of their own. */
export function functiongraphOperations(parts: FunctionGraphParts): CloudOperation[] {
  return [
    ...functionOperations(parts),
    ...updateOperations(parts),
    ...versionOperations(parts),
    ...triggerOperations(parts),
    ...invocationOperations(parts),
    ...asyncConfigOperations(parts),
    ...asyncStatusOperations(parts),
  ];
}

/**
 * Reads the code of every function that was saved, and drops code that no function has any more.
 * @returns puts them all on the platform
 * @throws UnusableFolderError where a function's code is not there or cannot be read
 */
export async function readSavedFunctions({ world, platform, store }: FunctionGraphParts): Promise<() => void> {
  const saved = [...world.state.functions.values()];
  await store.keepOnly(new Set(saved.map((fn) => fn.code.digest)));
  const all = await Promise.all(saved.map(async (fn) => ({ fn: definitionOf(fn), files: await readSaved(store, fn) })));
  return () => {
    for (const { fn, files } of all) platform?.put(fn, files);
  };
}

async function readSaved(store: CodeStore, fn: FgsFunction): Promise<CodeFiles> {
  const zip = await store.get(fn.code.digest).catch(() => undefined);
  const files = zip && digestOf(zip) === fn.code.digest ? unzip(zip) : undefined;
  if (files) return files;
  throw new UnusableFolderError(
    `The saved code of the function ${fn.func_name} is not there or was changed. Nothing was changed now; ` +
      'move the directory of the saved state away or delete it, and start again with an empty cloud.',
  );
}
