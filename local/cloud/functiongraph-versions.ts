import type { CloudOperation } from './cloud-operation.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import { shownConfig } from './functiongraph-replies.js';
import { ofFunction } from './functiongraph-urn.js';

const path = '/v2/:project_id/fgs/functions/:function_urn';

/** Versions and aliases: there is `latest`, and no alias; neither can be made here. */
export function versionOperations(parts: FunctionGraphParts): CloudOperation[] {
  return [
    ofFunction(
      parts,
      { name: 'functiongraph.listFunctionVersions', method: 'GET', path: `${path}/versions` },
      ({ world }, _call, fn) => {
        return { status: 200, body: { versions: [shownConfig(world, fn)], next_marker: 0, count: 1 } };
      },
    ),
    ofFunction(parts, { name: 'functiongraph.listVersionAliases', method: 'GET', path: `${path}/aliases` }, () => ({
      status: 200,
      body: [],
    })),
  ];
}
