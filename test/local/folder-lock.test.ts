import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lockFolder } from '../../local/folder-lock.js';

const root = mkdtempSync(join(tmpdir(), 'fleetbatch-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const database = { kept: 'The database', option: '--database' } as const;

describe('the lock of a folder', () => {
  it('counts however the folder is written, and may come before the folder', async () => {
    const unlock = await lockFolder(join(root, 'data'), database);

    await expect(lockFolder(`${join(root, 'data')}/`, database)).rejects.toThrow(/is in use by process \d+/);
    await unlock();
    await (await lockFolder(`${join(root, 'data')}/`, database))();
  });
});
