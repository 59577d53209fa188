import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';

/** What is sent as a function's code. */
export interface Code {
  /** As it stands in the project, for messages. */
  readonly path: string;
  readonly zip: Uint8Array;
  /** Lower-case hexadecimal digits. `sha512` is what the platform's `digest` is documented to be. */
  readonly sha256: string;
  readonly sha512: string;
}

/** What the API takes inline (limits page). The way through OBS, up to 300 MB, is not offered: it could not be tested. */
export const largestZipBytes = 50 * 1024 * 1024;

const build = 'Run npm run build';

/**
 * Reads the zip of a function and checks that its handler's file is in it, at the root where the handler looks for it.
 * @param handler `FILE.EXPORT`
 * @returns the code, or what is wrong with it and what to do
 */
export function readCode(path: string, handler: string): Code | string {
  let zip: Buffer;
  try {
    zip = readFileSync(path);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return `${path} cannot be read (${code}). ${build}.`;
  }
  if (zip.length > largestZipBytes) {
    const size = (zip.length / 1024 / 1024).toFixed(1);
    return `${path} has ${size} MB, and the API takes at most 50 MB. Make the bundle smaller; the way through OBS is not offered here.`;
  }
  const files = namesIn(zip);
  if (files === undefined) return `${path} is not a zip. ${build}.`;
  const file = `${handler.split('.')[0]}.js`;
  if (!files.includes(file)) {
    const nested = files.find((name) => name.endsWith(`/${file}`));
    const where = nested ? `it has ${nested} instead, and a folder around it hides it` : `it has ${listed(files)}`;
    return `${path} has no ${file}, which the handler ${handler} needs: ${where}. ${build}.`;
  }
  return { path, zip, sha256: hash('sha256', zip), sha512: hash('sha512', zip) };
}

/** Names of the entries; undefined where it is no zip. */
function namesIn(zip: Uint8Array): string[] | undefined {
  const names: string[] = [];
  try {
    unzipSync(zip, {
      filter: ({ name }) => {
        names.push(name);
        return false;
      },
    });
    return names;
  } catch {
    return undefined;
  }
}

/** The bytes of one file of the zip. */
export function fileIn({ zip }: Code, name: string): Uint8Array | undefined {
  return unzipSync(zip, { filter: (entry) => entry.name === name })[name];
}

function listed(files: readonly string[]): string {
  if (files.length === 0) return 'nothing in it';
  return files.length > 4 ? `${files.slice(0, 4).join(', ')} and ${files.length - 4} more` : files.join(', ');
}

function hash(algorithm: 'sha256' | 'sha512', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
