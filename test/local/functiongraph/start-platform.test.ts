import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startPlatform } from '../../../local/functiongraph/start-platform.js';
import { json, serviceOf, startFixtures } from './fixture-platform.js';

const code = 'exports.handler = async (event, context) => ({ version: process.version, dir: __dirname })';

describe('starting', () => {
  it('says which bundle is not built', async () => {
    const distDir = mkdtempSync(join(tmpdir(), 'empty-'));
    const starting = startPlatform({
      port: 0,
      service: serviceOf({ absent: { code } }),
      distDir,
      projectId: 'p',
      userData: () => ({}),
    });
    await expect(starting).rejects.toThrow(
      `${join(distDir, 'absent')} does not exist: absent is not built. Run npm run build.`,
    );
    rmSync(distDir, { recursive: true });
  });

  it('keeps the code of the error where the port is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    await expect(startFixtures({ any: { code } }, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    other.close();
  });

  it('tells its address and its functions', async () => {
    const platform = await startFixtures({ first: { code }, second: { code } });
    expect([platform.url, platform.functions]).toEqual([`http://127.0.0.1:${platform.port}`, ['first', 'second']]);
    await platform.close();
  });

  it('leaves no code behind after closing', async () => {
    const platform = await startFixtures({ any: { code } });
    const { dir } = json(await platform.call('any')) as { dir: string };
    await platform.close();
    expect(existsSync(dir)).toBe(false);
  });
});

describe('invoking', () => {
  it('an unknown function is an error that names the known ones', async () => {
    const platform = await startFixtures({ any: { code } });
    await expect(platform.call('other')).rejects.toThrow('There is no function other. There are any.');
    await platform.close();
  });

  it('with a Node.js that is not there fails, and says why', async () => {
    const platform = await startFixtures({ any: { code } }, { nodePath: '/no/such/node' });
    expect(json(await platform.call('any'))).toMatchObject({
      errorMessage: expect.stringContaining('could not be started: spawn /no/such/node ENOENT'),
    });
    await platform.close();
  });

  it('reports a cold start with its time', async () => {
    const platform = await startFixtures({ any: { code } });
    const result = await platform.call('any');
    expect([result.cold, (result.initMs ?? 0) > 0, platform.reports[0]]).toEqual([
      true,
      true,
      expect.stringMatching(/ {2}start \d+ ms {2}/),
    ]);
    await platform.close();
  });
});
