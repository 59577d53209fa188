import { open, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';

/** The folder is in use; the message holds the remedy. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

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
  for (let attempt = 1; ; attempt += 1) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (attempt === 2 || isRunning(holder)) {
      throw new FolderInUseError(
        `${what.kept} in ${folder} is in use by process ${holder}, perhaps another \`npm start\`. ` +
          `Stop that one, or give this one a folder of its own: npm start -- ${what.option} DIR`,
      );
    }
    await rm(file, { force: true });
  }
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
