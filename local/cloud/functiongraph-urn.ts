import type { Call, CloudOperation, Reply } from './cloud-operation.js';
import { aliasNotFound, functionNotFound, versionNotFound } from './functiongraph-errors.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import type { FgsFunction } from './functiongraph-state.js';
import type { World } from './world.js';

/** `urn:fss:{region}:{project}:function:{app}:{name}`, to which replies add `:latest`. */
export function urnOf({ account }: World, fn: Pick<FgsFunction, 'func_name' | 'package'>): string {
  return `urn:fss:${account.region}:${account.project}:function:${fn.package}:${fn.func_name}`;
}

/** The URN of a function by its name, as destinations give it: with `:latest`. */
export function functionUrn(world: World, name: string): string {
  const fn = world.state.functions.get(name);
  return `${urnOf(world, { func_name: name, package: fn?.package ?? 'default' })}:latest`;
}

/** The function that a URN names, with `:latest` or without a version; else the refusal. */
export function findByUrn(world: World, urn: string): { fn: FgsFunction } | { refused: Reply } {
  const [head, fss, region, project, kind, app, name, version = 'latest', ...rest] = urn.split(':');
  const { account, state } = world;
  const fn = state.functions.get(name ?? '');
  const form = head === 'urn' && fss === 'fss' && kind === 'function' && rest.length === 0;
  const ours = region === account.region && project === account.project && app === fn?.package;
  if (!fn || !form || !ours) return { refused: functionNotFound };
  if (version === 'latest') return { fn };
  // An alias stands behind an exclamation mark in a URN (alias page).
  return { refused: version.startsWith('!') ? aliasNotFound : versionNotFound };
}

/** An operation on the function of the path's `:function_urn`; it is answered only where there is one. */
export function ofFunction(
  parts: FunctionGraphParts,
  operation: Omit<CloudOperation, 'answer'>,
  answer: (parts: FunctionGraphParts, call: Call, fn: FgsFunction) => Reply | Promise<Reply>,
): CloudOperation {
  return {
    ...operation,
    answer: (call) => {
      const found = findByUrn(parts.world, call.params.function_urn ?? '');
      return 'refused' in found ? found.refused : answer(parts, call, found.fn);
    },
  };
}
