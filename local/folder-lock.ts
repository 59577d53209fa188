import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** The folder is in use; the message holds the remedy. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/** Many times as long as any process takes from its look at a lock to what it does then, in ms. */
const settledMs = 100;

/**
 * Takes a folder for this process alone: two servers on one database would destroy it, and two clouds with one state would each
 * overwrite what the other saved. A lock whose process has ended counts for nothing.
 * @param what is kept there, and the option that names another folder
 * @returns gives the folder back
 * @throws FolderInUseError
 */
export async function lockFolder(
  folder: string,
  what: { readonly kept: string; readonly option: '--database' | '--persist' },
): Promise<() => Promise<void>> {
  // Beside the folder, however it is written: `data/` is `data`.
  const file = `${resolve(folder)}.lock`;
  const own = `${process.pid} ${randomUUID()}`;
  const release = () => rm(file, { force: true });
  if (isNewFile(file, own)) return release;
  // One that is empty is just being written.
  if (contentOf(file) === '') await wait(settledMs);
  if (!isRunning(holderOf(file))) {
    replace(file, own);
    // Whoever found the same dead one has put his own in its place by then: the last one has the folder.
    await wait(settledMs);
    if (contentOf(file) === own) return release;
  }
  throw new FolderInUseError(
    `${what.kept} in ${folder} is in use by process ${holderOf(file)}, perhaps another \`npm start\`. ` +
      `Stop that one, or give this one a folder of its own: npm start -- ${what.option} DIR`,
  );
}

/** False where there is one already. Nothing comes between its beginning and its end in this process. */
function isNewFile(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Whole or not at all. */
function replace(file: string, content: string): void {
  const fresh = `${file}.${randomUUID()}`;
  writeFileSync(fresh, content);
  renameSync(fresh, file);
}

/** '' where there is none any more. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function holderOf(file: string): number {
  return Number.parseInt(contentOf(file), 10);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
