import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { migrate } from '../../shared/store/migrate.js';
import { readMigrations } from '../../shared/store/migration-files.js';
import { pgDatabase } from '../../shared/store/pg-database.js';
import { FolderInUseError, lockFolder } from '../folder-lock.js';
import { UnusableFolderError } from '../plain-errors.js';

/** The database of the functions on this machine, with all migrations. */
export interface LocalDatabase {
  /** For the functions' DATABASE_URL. */
  readonly url: string;
  /** What it is, for a person. */
  readonly description: string;
  close(): Promise<void>;
}

/** A migration of a database that already holds something may take its time. Milliseconds. */
const migrationMs = 60_000;

/**
 * Opens the database that DATABASE_URL names, where it is on this machine, else the embedded one in a folder, or in memory where none is
 * given. A database elsewhere is left alone: the address may have been exported for a deployment.
 * @throws FolderInUseError, UnusableFolderError, MigrationError, InvalidSettingError, the errors of database-errors.ts
 */
export async function openLocalDatabase(folder: string | undefined): Promise<LocalDatabase> {
  const given = process.env.DATABASE_URL?.trim();
  const opened = given && isOnThisMachine(given) ? ownServer(given) : await embedded(folder);
  const ca = process.env.DATABASE_CA?.trim() || undefined;
  const database = pgDatabase({ url: opened.url, ca, remainingMs: () => migrationMs, statementMs: migrationMs });
  try {
    await migrate(database, await readMigrations());
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  } finally {
    await database.close();
  }
}

function ownServer(url: string): LocalDatabase {
  return { url, description: 'PostgreSQL of DATABASE_URL', close: async () => {} };
}

async function embedded(folder: string | undefined): Promise<LocalDatabase> {
  // Not for a command that wants no database: loading PGlite takes its time.
  const { startEmbeddedDatabase } = await import('./embedded-database.js');
  if (folder === undefined) {
    const { url, close } = await startEmbeddedDatabase();
    return { url, description: 'PGlite, in memory', close };
  }
  try {
    await mkdir(dirname(folder), { recursive: true });
    const unlock = await lockFolder(folder, { kept: 'The database', option: '--database' });
    const { url, close } = await startEmbeddedDatabase(folder).catch(async (error) => {
      await unlock();
      throw error;
    });
    return { url, description: `PGlite, in ${folder}`, close: () => close().finally(unlock) };
  } catch (error) {
    if (error instanceof FolderInUseError) throw error;
    throw new UnusableFolderError(
      `The database in ${folder} cannot be opened (${error instanceof Error ? error.message : error}). ` +
        'Move the folder away or delete it, and start again with an empty database; or give another one: npm start -- --database DIR',
      { cause: error },
    );
  }
}

function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(new URL(url).hostname);
}
