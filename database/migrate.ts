import { FleetbatchError } from '../shared/client/errors.js';
import { MigrationError, migrate } from '../shared/store/migrate.js';
import { readMigrations } from '../shared/store/migration-files.js';
import { pgDatabase } from '../shared/store/pg-database.js';

/** A statement of a migration may build an index over all there is. Milliseconds. */
const longestStatementMs = 15 * 60_000;

/** `npm run migrate`: brings the database of DATABASE_URL to the present version. */
async function main(): Promise<void> {
  if (process.argv.length > 2) {
    console.error(
      'npm run migrate takes no arguments: it applies every migration that is missing. Nothing was changed.',
    );
    process.exitCode = 2;
    return;
  }
  const url = process.env.DATABASE_URL?.trim();
  if (!url) {
    console.error(
      'DATABASE_URL is not set. Give the database: DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/DATABASE npm run migrate',
    );
    process.exitCode = 2;
    return;
  }
  const ca = process.env.DATABASE_CA?.trim() || undefined;
  const database = pgDatabase({ url, ca, remainingMs: () => longestStatementMs, statementMs: longestStatementMs });
  try {
    const applied = await migrate(database, await readMigrations(), (name) => console.log(`applied ${name}`));
    console.log(applied.length === 0 ? 'Nothing to do: the database is up to date.' : 'The database is up to date.');
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  const isExpected = error instanceof FleetbatchError || error instanceof MigrationError;
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
});
