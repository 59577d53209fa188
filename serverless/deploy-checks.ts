import { nearMiss } from '../shared/schemas/near-miss.js';
import type { DestinationEntry } from './async-schema.js';
import type { Problem } from './checked-file.js';
import type { Path } from './placeholders.js';
import { type FunctionEntry, functionName, functionNameRemedy, type ServiceDocument } from './service-schema.js';

/** What only a deployment would notice: keys that cannot be names, names that stand twice, a gateway without its instance, destinations that lead nowhere. */
export function findDeploymentProblems({ functions }: ServiceDocument): Problem[] {
  const entries = Object.entries(functions);
  return [
    ...keyProblems(entries),
    ...nameProblems(entries),
    ...entries.flatMap(([key, entry]) => [
      ...gatewayProblems(entry, ['functions', key]),
      ...destinationProblems(key, entry, Object.keys(functions)),
    ]),
  ];
}

/** A function without a name of its own has that of its key. */
function keyProblems(entries: readonly (readonly [string, FunctionEntry])[]): Problem[] {
  return entries
    .filter(([key, { name }]) => name === undefined && !functionName.test(key))
    .map(([key]) => {
      const text = `functions.${key} is no name that a function can have. ${functionNameRemedy}, or give it another with name:.`;
      return { path: ['functions', key], text };
    });
}

function nameProblems(entries: readonly (readonly [string, FunctionEntry])[]): Problem[] {
  const owners = new Map<string, string>();
  return entries.flatMap(([key, { name = key }]) => {
    const owner = owners.get(name);
    owners.set(name, owner ?? key);
    if (owner === undefined) return [];
    const path = ['functions', key, 'name'];
    return [
      { path, text: `${path.join('.')} is ${name}, which is the name of ${owner} already. Give it another name.` },
    ];
  });
}

function gatewayProblems(entry: FunctionEntry, at: Path): Problem[] {
  return (entry.events ?? []).flatMap((event, i) => {
    if (event.triggerTypeCode !== 'DEDICATEDGATEWAY' || event.eventData.instanceId !== undefined) return [];
    const path = [...at, 'events', i, 'eventData', 'instanceId'];
    return [
      {
        path,
        text: `${path.join('.')} is missing. Write the id of the dedicated gateway, or take APIG for the shared one.`,
      },
    ];
  });
}

function destinationProblems(key: string, entry: FunctionEntry, keys: readonly string[]): Problem[] {
  const { onSuccess, onFailure } = entry.asyncInvokeConfig?.destinationConfig ?? {};
  const at: Path = ['functions', key, 'asyncInvokeConfig', 'destinationConfig'];
  return [
    ...functionProblems(onSuccess, [...at, 'onSuccess', 'function'], key, keys),
    ...functionProblems(onFailure, [...at, 'onFailure', 'function'], key, keys),
  ];
}

function functionProblems(
  entry: DestinationEntry | undefined,
  path: Path,
  key: string,
  keys: readonly string[],
): Problem[] {
  if (entry?.destination !== 'FunctionGraph') return [];
  const place = path.join('.');
  if (entry.function === key) {
    return [
      { path, text: `${place} is the function itself, which would invoke itself without end. Write another function.` },
    ];
  }
  if (keys.includes(entry.function)) return [];
  const guess = nearMiss(entry.function, keys);
  const remedy = guess ? `Did you mean ${guess}?` : `Write one of ${keys.join(', ')}.`;
  return [{ path, text: `${place} is ${entry.function}, which is no function of this file. ${remedy}` }];
}
