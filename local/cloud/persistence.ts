import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderInUseError, lockFolder } from '../folder-lock.js';
import { UnusableFolderError } from '../plain-errors.js';
import { fillState, type State, snapshotSchema, toSnapshot } from './state.js';
import { writeWhole } from './write-whole.js';

/** Keeps the state on disk, where a directory is given for it. */
export interface Persistence {
  /** Resolves when a snapshot taken at or after this call is safely on disk. Calls in the meantime share one write. */
  save(): Promise<void>;
  /** Gives the directory back, for another process to use. */
  release(): Promise<void>;
}

/** Nothing is kept. */
const nowhere: Persistence = { save: () => Promise.resolve(), release: () => Promise.resolve() };

/**
 * Restores the state from `directory/cloud.json` where that exists, and saves to it from then on: into a file beside
 * it first, renamed over it when complete, so that a crash leaves the old or the new state and never half of one.
 * @throws FolderInUseError where another process keeps its state there, UnusableFolderError where the directory cannot be used, or the file is there but is no saved state
 */
export async function openPersistence(state: State, directory: string | undefined): Promise<Persistence> {
  if (directory === undefined) return nowhere;
  const file = join(directory, 'cloud.json');
  let release = nowhere.release;
  try {
    await mkdir(directory, { recursive: true });
    release = await lockFolder(directory, { kept: 'The state of the emulated cloud', option: '--persist' });
    await restore(state, file);
  } catch (error) {
    await release();
    if (error instanceof UnusableFolderError || error instanceof FolderInUseError) throw error;
    throw new UnusableFolderError(
      `${directory} cannot keep the state of the emulated cloud (${error instanceof Error ? error.message : error}). ` +
        'Give a folder that can be read and written: npm start -- --persist DIR',
      { cause: error },
    );
  }
  return { save: coalesced(() => saveTo(file, state)), release };
}

async function saveTo(file: string, state: State): Promise<void> {
  try {
    await writeWhole(file, JSON.stringify(toSnapshot(state)));
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new UnusableFolderError(
      `The state of the emulated cloud could not be saved to ${file} (${why}). ` +
        'What it was before is there; what changed since is kept in memory only. Make room, or give another folder: npm start -- --persist DIR',
      { cause: error },
    );
  }
}

async function restore(state: State, file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return;
  const parsed = snapshotSchema.safeParse(jsonOrUndefined(text));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'the whole file';
    throw new UnusableFolderError(
      `The saved state of the emulated cloud, ${file}, cannot be read (problem at: ${where}). ` +
        'Nothing was changed; move the file away or delete it, and start again with an empty cloud.',
    );
  }
  fillState(state, parsed.data);
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** While one write runs, all further calls wait for one more write together: its snapshot holds all their changes. */
function coalesced(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    const current = write().finally(() => {
      running = undefined;
    });
    running = current;
    return current;
  };
  return () => {
    if (next) return next;
    if (!running) return start();
    next = running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
