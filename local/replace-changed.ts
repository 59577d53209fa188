import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Service, ServiceFunction } from '../serverless/service-file.js';
import type { Cloud } from './cloud/start-cloud.js';

/** What runs: the definition of each function and its code. */
export type Running = ReadonlyMap<string, { readonly fn: ServiceFunction; readonly zip: Buffer }>;

/** What was built from these functions. @throws Error of the system for a zip that is not there */
export function runningOf(service: Service, distDir: string): Running {
  return new Map(service.functions.map((fn) => [fn.name, { fn, zip: readFileSync(`${distDir}/${fn.name}.zip`) }]));
}

/**
 * Brings the functions of the cloud from one state to another: those whose code or definition is another are replaced, new ones
 * are created, others are left alone with their warm instances, those that are gone are removed. Gives the words that say so.
 */
export async function replaceChanged(
  cloud: Pick<Cloud, 'deployFunction' | 'removeFunction'>,
  before: Running,
  after: Running,
): Promise<string> {
  const done: string[] = [];
  for (const [name, { fn, zip }] of after) {
    const old = before.get(name);
    if (old?.zip.equals(zip) && isDeepStrictEqual(old.fn, fn)) continue;
    await cloud.deployFunction(fn, zip);
    done.push(`${name} ${old ? 'replaced' : 'created'}`);
  }
  for (const name of before.keys()) {
    if (after.has(name)) continue;
    await cloud.removeFunction(name);
    done.push(`${name} removed`);
  }
  return done.length > 0 ? done.join(', ') : 'no function has changed';
}
