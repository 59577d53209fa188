import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openLocalDatabase } from '../../../local/database/local-database.js';
import { plainError } from '../../../local/plain-errors.js';

const root = mkdtempSync(join(tmpdir(), 'fleetbatch-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

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

describe('a DATABASE_URL that cannot be used', () => {
  it.each([
    ['without a user', 'postgres://localhost/runs', 'must look like'],
    ['with another word for encryption', 'postgres://u@127.0.0.1/runs?sslmode=prefer', 'its sslmode must be one of'],
  ])('%s: the sentence names the setting, and shows no stack', async (_what, url, problem) => {
    vi.stubEnv('DATABASE_URL', url);

    const error: unknown = await openLocalDatabase(undefined).catch((reason: unknown) => reason);

    expect(plainError(error)).toMatch(/^Setting DATABASE_URL cannot be used: /);
    expect(plainError(error)).toContain(problem);
    expect(plainError(error)).not.toContain('\n');
  });
});

it('an authority that was exported beside a DATABASE_URL of this machine is used', async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://u@127.0.0.1:9/runs?sslmode=verify-ca');
  vi.stubEnv('DATABASE_CA', 'not a certificate');

  const error: unknown = await openLocalDatabase(undefined).catch((reason: unknown) => reason);

  expect(plainError(error)).toMatch(/^Setting DATABASE_CA cannot be used: /);
});
