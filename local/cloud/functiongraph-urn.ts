import type { Reply } from './cloud-operation.js';
import { aliasNotFound, functionNotFound, versionNotFound } from './functiongraph-errors.js';
import type { FgsFunction } from './functiongraph-state.js';
import type { World } from './world.js';

/** `urn:fss:{region}:{project}:function:{app}:{name}`, to which replies add `:latest`. */
export function urnOf({ account }: World, fn: FgsFunction): string {
  return `urn:fss:${account.region}:${account.project}:function:${fn.package}:${fn.func_name}`;
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
