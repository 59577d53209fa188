import type { CloudOperation } from './cloud-operation.js';
import { asyncConfigOperations } from './functiongraph-async-config.js';
import { asyncStatusOperations } from './functiongraph-async-status.js';
import { unzip } from './functiongraph-code.js';
import { definitionOf } from './functiongraph-definition.js';
import { functionOperations } from './functiongraph-functions.js';
import { invocationOperations } from './functiongraph-invocations.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
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
 */
export async function readSavedFunctions({ world, platform, store }: FunctionGraphParts): Promise<() => void> {
  const saved = [...world.state.functions.values()];
  await store.keepOnly(new Set(saved.map((fn) => fn.code.digest)));
  const all = await Promise.all(
    saved.map(async (fn) => ({ fn: definitionOf(fn), files: unzip(await store.get(fn.code.digest)) })),
  );
  return () => {
    for (const { fn, files } of all) platform?.put(fn, files);
  };
}
