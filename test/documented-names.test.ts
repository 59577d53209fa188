import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readServiceFile } from '../serverless/service-file.js';

const readme = readFileSync('README.md', 'utf8');

/** All that is deployed: the sources of shared/, without what is built from them. */
const sources = readdirSync('shared', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !/^(dist|node_modules)\b/.test(path))
  .map((path) => readFileSync(join('shared', path), 'utf8'))
  .join('\n');

/** The rows of one section, each as its cells. */
function rowsOf(heading: string): string[][] {
  const [, section = ''] = readme.split(`\n${heading}\n`);
  const [text = ''] = section.split(/\n#+ /);
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith('| ') ? [line.split('|').map((cell) => cell.trim())] : []));
}

const settingsRead = [
  ...sources.matchAll(
    /(?:[sS]etting|settingOf|readable|wholeNumberOf)\((?:setting, )?'([A-Z_]+)'|required\(setting, '([A-Z_]+)'/g,
  ),
].map(([, name, other]) => name ?? other ?? '');
const endpoints = ['CES', 'IEF', 'ROMA', 'IAM', 'IOTDA', 'FUNCTIONGRAPH'].map((service) => `${service}_ENDPOINT`);
const documented = rowsOf('## Settings').flatMap(([, names = '']) =>
  [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
);

test('README lists every setting that a function reads, and no other', () => {
  expect([...documented].sort()).toEqual([...new Set([...settingsRead, ...endpoints])].sort());
});

test('README has every code that an error may have, with its status', () => {
  const errors = [
    ...sources.matchAll(/readonly code = '([A-Z_]+)';(?:\s*\/\*\*.*\*\/)?\s*readonly status(?: = (\d+))?/g),
  ];
  // Never seen by a sender: whatever is authentic is answered 200.
  const seen = errors.filter(([, code]) => code !== 'PUSH_NOT_TAKEN');
  const rows = rowsOf('### Errors');

  const missing = seen.filter(
    ([, code, status = '']) =>
      !rows.some(([, , statuses = '', codes = '']) => codes.includes(`\`${code}\``) && statuses.includes(status)),
  );
  expect([seen.length > 20, missing.map(([, code, status]) => `${code} ${status}`)]).toEqual([true, []]);
});

test('docs/chains.md has every code that a step may have of its own', () => {
  const page = readFileSync('docs/chains.md', 'utf8');
  const files = readdirSync('shared/chains').map((file) => readFileSync(join('shared/chains', file), 'utf8'));
  const codes = [...files.join('\n').matchAll(/\bcode: '([A-Z_]+)'/g)].map(([, code]) => code);

  expect([codes.length > 6, codes.filter((code) => !page.includes(`\`${code}\``))]).toEqual([true, []]);
});

const callers = ['receive-batchtask', 'advance-chains', 'reconcile-batchtasks', 'retry-chain-run', 'run-chain'];

test.each(readServiceFile('serverless.yml', {}).functions.map((fn) => [fn.name, fn] as const))(
  'serverless.yml has a place for what %s is told about its database and about FunctionGraph',
  (name, { environment, encryptedEnvironment }) => {
    const needed = [
      ...('DATABASE_URL' in encryptedEnvironment ? ['DATABASE_CA'] : []),
      ...(callers.includes(name) ? ['AUTH_MODE', 'FUNCTIONGRAPH_ENDPOINT'] : []),
    ];

    expect(Object.keys(environment)).toEqual(expect.arrayContaining(needed));
  },
);
