import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readExports } from '../build/check-exports.mjs';
import { nearMiss } from '../shared/schemas/near-miss.js';
import { type Code, fileIn } from './code.js';

/** A function whose code is there, with the entries that the platform will look for. */
export interface Loadable {
  readonly key: string;
  readonly code: Code;
  /** `FILE.EXPORT`. */
  readonly handler: string;
  readonly initializer?: string | undefined;
}

/**
 * Loads what would be deployed in a fresh process, as the platform does, and looks for handler and initializer with the number of parameters that
 * the platform accepts (handler page: two or three; initializer page: exactly two).
 * @returns one sentence per problem
 */
export async function findBadHandlers(functions: readonly Loadable[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetbatch-handlers-'));
  try {
    // Without it a package.json further up could decide how the files are loaded.
    await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
    const files = await Promise.all(functions.map((fn, i) => unpackEntry(fn, join(folder, String(i)))));
    const looks = await readExports(files);
    return functions.flatMap((fn, i) => problemsOf(fn, looks[i] ?? {}));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpackEntry({ code, handler }: Loadable, folder: string): Promise<string> {
  const name = `${handler.split('.')[0]}.js`;
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, fileIn(code, name) ?? '');
  return file;
}

interface Look {
  readonly failure?: string;
  readonly exports?: Readonly<Record<string, number | null>>;
}

function problemsOf({ key, code, handler, initializer }: Loadable, { failure, exports = {} }: Look): string[] {
  if (failure !== undefined) return [`${code.path} cannot be loaded: ${failure}. Mend what runs while it loads.`];
  const entries = [
    { setting: 'handler', entry: handler, accepted: [2, 3] },
    ...(initializer === undefined ? [] : [{ setting: 'initializerHandler', entry: initializer, accepted: [2] }]),
  ];
  return entries.flatMap(({ setting, entry, accepted }) => {
    const name = entry.split('.')[1] ?? '';
    const place = `functions.${key}.${setting} of serverless.yml is ${entry}`;
    const parameters = Object.hasOwn(exports, name) ? exports[name] : undefined;
    if (typeof parameters !== 'number') {
      const names = Object.keys(exports).filter((known) => typeof exports[known] === 'number');
      const guess = nearMiss(name, names);
      const remedy = guess
        ? `Did you mean ${entry.split('.')[0]}.${guess}?`
        : `It exports ${names.join(', ') || 'none'}.`;
      return [`${place}, and ${code.path} exports no function ${name}. ${remedy}`];
    }
    if (accepted.includes(parameters)) return [];
    return [`${place}, which declares ${parameters} parameters: the platform accepts ${accepted.join(' or ')}.`];
  });
}
