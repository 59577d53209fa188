import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/** Ignored by git; whatever is in there can be deleted at any time. */
const cacheFolder = join('.local-state', 'cache');

/**
 * An empty database as one file, to copy where a new one is needed: making one from nothing takes ten times as long. Made at the
 * first need, and kept for the installed version of PGlite.
 */
export async function freshCopy(): Promise<Blob> {
  const file = join(cacheFolder, `pglite-${await installedVersion()}.tar`);
  const made = await readFile(file).catch(() => undefined);
  return made ? new Blob([made]) : await make(file);
}

/** The project pins it exactly; the package itself does not give its version away. */
async function installedVersion(): Promise<string> {
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  return String(devDependencies['@electric-sql/pglite']);
}

async function make(file: string): Promise<Blob> {
  const db = await PGlite.create();
  const copy = await db.dumpDataDir('none').finally(() => db.close());
  await mkdir(cacheFolder, { recursive: true });
  // Whole or not at all, and of whoever comes first: several test files may be here at once.
  const unfinished = `${file}.${randomUUID()}.unfinished`;
  await writeFile(unfinished, Buffer.from(await copy.arrayBuffer()));
  await rename(unfinished, file);
  return copy;
}
