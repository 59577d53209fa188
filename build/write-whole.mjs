import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file so that nobody who reads it meanwhile sees half of it: `npm start` and a test may build and load at the same time.
 * @param {string} path its folder is made where it is missing
 * @param {string | Uint8Array} contents
 */
export async function writeWhole(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.${randomUUID()}.new`;
  await writeFile(fresh, contents);
  await rename(fresh, path);
}
