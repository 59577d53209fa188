import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openLocalDatabase } from '../../../local/database/local-database.js';
import { lockFolder } from '../../../local/folder-lock.js';
import { plainError } from '../../../local/plain-errors.js';

const root = mkdtempSync(join(tmpdir(), 'fleetbatch-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const database = { kept: 'The database', option: '--database' } as const;

describe('the lock of a folder', () => {
  it('counts however the folder is written, and may come before the folder', async () => {
    const unlock = await lockFolder(join(root, 'data'), database);

    await expect(lockFolder(`${join(root, 'data')}/`, database)).rejects.toThrow(/is in use by process \d+/);
    await unlock();
    await (await lockFolder(`${join(root, 'data')}/`, database))();
  });
});

describe('a folder of the database that cannot be used', () => {
  it.each([
    ['a file', (path: string) => writeFileSync(path, '')],
    [
      'a damaged database',
      (path: string) => {
        mkdirSync(path);
        writeFileSync(join(path, 'PG_VERSION'), 'x');
      },
    ],
  ])('%s: the sentence says what to do, and shows no stack', async (what, make) => {
    vi.stubEnv('DATABASE_URL', '');
    const folder = join(root, what);
    make(folder);

    const error: unknown = await openLocalDatabase(folder).catch((reason: unknown) => reason);

    expect(plainError(error)).toMatch(
      /^The database in .* cannot be opened \(.+\)\. Move the folder away or delete it, .*npm start -- --database DIR$/,
    );
  });
});
