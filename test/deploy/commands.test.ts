import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud/start-cloud.js';
import { runCommand } from '../local/command.js';

/** Nothing of the machine's own environment decides these tests. */
const noKeys = {
  HUAWEICLOUD_SDK_AK: '',
  HUAWEICLOUD_SDK_SK: '',
  HUAWEICLOUD_SDK_PROJECT_ID: '',
  HUAWEICLOUD_SDK_SECURITY_TOKEN: '',
  FUNCTIONGRAPH_ENDPOINT: '',
};
const someKeys = { ...noKeys, HUAWEICLOUD_SDK_AK: 'a', HUAWEICLOUD_SDK_SK: 's', HUAWEICLOUD_SDK_PROJECT_ID: 'p' };
const minutes = 120_000;

describe('npm run deploy and npm run remove', () => {
  it.each<[string, string, readonly string[], Record<string, string>, RegExp]>([
    [
      'an unknown option',
      'deploy',
      ['--prunes'],
      noKeys,
      /'--prunes'[\s\S]*--prune +delete what earlier deployments made/,
    ],
    [
      'no keys',
      'deploy',
      [],
      noKeys,
      /HUAWEICLOUD_SDK_AK is not set\.[\s\S]*_SK is not set\.[\s\S]*_PROJECT_ID is not set\.[\s\S]*Nothing was changed\./,
    ],
    [
      'plain http to another machine',
      'deploy',
      ['--endpoint', 'http://example.com'],
      someKeys,
      /--endpoint cannot be used: plain http is allowed only to this machine/,
    ],
    [
      'a stage that no name can end in',
      'deploy',
      ['--stage', 'A B'],
      someKeys,
      /--stage A B cannot end a function's name/,
    ],
    ['nobody to ask', 'remove', [], someKeys, /Nobody is there to be asked\. Add --yes/],
  ])(
    '%s: %s explains itself and exits 1',
    async (_case, name, args, env, expected) => {
      const { code, stderr, stdout } = await runCommand(`deploy/${name}.ts`, args, env).ended;

      expect(stderr).toMatch(expected);
      expect([code, stdout]).toEqual([1, '']);
    },
    minutes,
  );

  describe('against the cloud on this machine', () => {
    let cloud: Cloud;
    beforeAll(async () => {
      cloud = await startCloud({ port: 0 });
    });
    afterAll(() => cloud.close());

    it(
      'deploys this project, has nothing to do the second time, and removes it',
      async () => {
        const run = (name: string, ...args: string[]) =>
          runCommand(`deploy/${name}.ts`, ['--endpoint', cloud.url, ...args], {
            ...noKeys,
            IOTDA_PUSH_TOKEN: 'abc12345',
          }).ended;

        const dry = await run('deploy', '--dry-run');
        const first = await run('deploy');
        const second = await run('deploy');
        const removed = await run('remove');

        expect(dry.stdout).toMatch(/to create[\s\S]*Dry run: nothing was changed\./);
        expect(first.stdout).toMatch(/✓ list-invocations +created[\s\S]*Deployed in/);
        expect(second.stdout).toContain('Nothing to do: the account is as serverless.yml says.');
        expect(removed.stdout).toMatch(/to delete[\s\S]*Removed\./);
        expect([dry, first, second, removed].map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, '']));
        expect(first.stdout + second.stdout).not.toContain('abc12345');
      },
      3 * minutes,
    );
  });
});
