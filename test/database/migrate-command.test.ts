import { expect, test } from 'vitest';
import { runCommand } from '../local/command.js';

const nowhere = 'postgres://fleet:hunter2@127.0.0.1:1/runs';

test.each([
  ['an argument, such as one that asks for less than the whole', ['--dry-run'], nowhere, 2, 'takes no arguments'],
  ['no database', [], '', 2, 'DATABASE_URL is not set'],
  ['a URL that is none', [], 'hunter2', 1, 'Setting DATABASE_URL cannot be used'],
  ['a server that does not answer', [], nowhere, 1, 'Nothing was changed; check DATABASE_URL'],
])('npm run migrate with %s changes nothing and says so in a sentence', async (_what, args, url, code, text) => {
  const ended = await runCommand('database/migrate.ts', args, { DATABASE_URL: url }).ended;

  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr.trim().split('\n')).toEqual([expect.stringContaining(text)]);
  expect(ended.stderr).not.toContain('hunter2');
});
