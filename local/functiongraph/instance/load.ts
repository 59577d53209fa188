import { createRequire } from 'node:module';
import { join } from 'node:path';
import { types } from 'node:util';

// biome-ignore lint/complexity/noBannedTypes: what a user's module exports is known to be callable and nothing more
export type Callable = Function;

/** The code cannot be used as it is configured: code 4001. */
export class EntryError extends Error {
  override readonly name = 'EntryError';
}

/** The two halves of `FILE.EXPORT`; exactly one dot is allowed. */
export function splitEntry(entry: string): { file: string; method: string } {
  const [file, method, ...rest] = entry.split('.');
  if (!file || !method || rest.length > 0) throw new EntryError(`"${entry}" is not FILE.EXPORT with one dot`);
  return { file, method };
}

/**
 * Loads the handler's file the way the platform does: with `require`. An ES module is not found, under that misleading
 * message, also on a Node.js that could load one.
 * @throws EntryError, or whatever the file's own top level throws
 */
export function loadModule(codeRoot: string, handler: string): Record<string, unknown> {
  const { file } = splitEntry(handler);
  const path = join(codeRoot, `${file}.js`);
  const notFound = new EntryError(`not found module './${file}.js'`);
  let loaded: unknown;
  try {
    loaded = createRequire(path)(path);
  } catch (error) {
    if (isMissing(error, path) || (error as { code?: unknown } | null)?.code === 'ERR_REQUIRE_ESM') throw notFound;
    throw error;
  }
  if (types.isModuleNamespaceObject(loaded)) throw notFound;
  return typeof loaded === 'object' && loaded !== null ? (loaded as Record<string, unknown>) : { default: loaded };
}

function isMissing(error: unknown, path: string): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === 'MODULE_NOT_FOUND' && String(message).includes(`'${path}'`);
}

/**
 * Looks a function up, anew for each call, and checks its declared parameters: 2 or 3 for a handler, exactly 2 for an
 * initializer (runtime page).
 * @throws EntryError
 */
export function lookUp(module: Record<string, unknown>, entry: string, kind: 'handler' | 'initializer'): Callable {
  const { method } = splitEntry(entry);
  const found = module[method];
  if (typeof found !== 'function') throw new EntryError(`${kind} ${method} is not a function of the module`);
  const allowed = kind === 'handler' ? [2, 3] : [2];
  if (!allowed.includes(found.length)) {
    throw new EntryError(`${kind} expect to have ${allowed.join(' or ')} parameters, but received ${found.length}`);
  }
  return found;
}
