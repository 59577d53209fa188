import type { CloudOperation } from './cloud-operation.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import { shownConfig } from './functiongraph-replies.js';
import { findByUrn } from './functiongraph-urn.js';

const path = '/v2/:project_id/fgs/functions/:function_urn';

/** Versions and aliases: there is `latest`, and no alias; neither can be made here. */
export function versionOperations({ world }: FunctionGraphParts): CloudOperation[] {
  return [
    {
      name: 'functiongraph.listFunctionVersions',
      method: 'GET',
      path: `${path}/versions`,
      answer: ({ params }) => {
        const found = findByUrn(world, params.function_urn ?? '');
        if ('refused' in found) return found.refused;
        return { status: 200, body: { versions: [shownConfig(world, found.fn)], next_marker: 0, count: 1 } };
      },
    },
    {
      name: 'functiongraph.listVersionAliases',
      method: 'GET',
      path: `${path}/aliases`,
      answer: ({ params }) => {
        const found = findByUrn(world, params.function_urn ?? '');
        return 'refused' in found ? found.refused : { status: 200, body: [] };
      },
    },
  ];
}
