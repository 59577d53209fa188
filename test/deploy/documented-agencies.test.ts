import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readServiceFile } from '../../serverless/service-file.js';

const page = readFileSync('docs/deploy.md', 'utf8');

/** The second cell of the rows that begin with a function's name. */
function documentedAgency(name: string): string | undefined {
  const row = page.split('\n').find((line) => line.startsWith('| `') && line.split('|')[1]?.includes(`\`${name}\``));
  return row?.split('|')[2]?.trim();
}

test.each(readServiceFile('serverless.yml', {}).functions.map(({ name, agency }) => [name, agency] as const))(
  'docs/deploy.md names the agency of %s',
  (name, agency) => {
    expect(documentedAgency(name)).toBe(agency === undefined ? 'none' : `\`${agency}\``);
  },
);
