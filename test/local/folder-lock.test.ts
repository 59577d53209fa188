import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  it.each(['999999999', '0', 'nobody', ''])('of a process that is gone (%j) counts for nothing', async (content) => {
    writeFileSync(join(root, 'left.lock'), content);

    await (await lockFolder(join(root, 'left'), database))();

    expect(readdirSync(root)).toEqual([]);
  });

  it('of a process that is gone goes to the last of those who find it at the same time', async () => {
    const file = join(root, 'wanted.lock');
    writeFileSync(file, '999999999');
    const taking = lockFolder(join(root, 'wanted'), database);
    taking.catch(() => undefined);
    while (!readFileSync(file, 'utf8').startsWith(String(process.pid))) await new Promise(setImmediate);

    writeFileSync(file, String(process.ppid));

    await expect(taking).rejects.toThrow(`is in use by process ${process.ppid}`);
  });
});
