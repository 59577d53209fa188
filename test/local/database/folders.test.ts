import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../local/database/folder-lock.js';

const root = mkdtempSync(join(tmpdir(), 'fleetbatch-folders-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the lock of a folder', () => {
  it('counts however the folder is written, and may come before the folder', async () => {
    const unlock = await lockFolder(join(root, 'data'));

    await expect(lockFolder(`${join(root, 'data')}/`)).rejects.toThrow(/is in use by process \d+/);
    await unlock();
    await (await lockFolder(`${join(root, 'data')}/`))();
  });
});
