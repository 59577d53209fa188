/**
 * `npm run mutation [-- NAME …]`: changes one small thing at a time in what must never be wrong (the signer, the decision to
 * repeat, the errors, the joins) and tells which changes no test notices. Not part of `npm test`: it takes the better part
 * of an hour. File by file and one at a time, so that it can run beside other work (`nice npm run mutation`).
 * Names narrow it down to the files that contain one of them, as in `npm run mutation -- retry join`. `--quick` passes over
 * what is evaluated once, when a file is loaded: each of these changes needs a process of its own. `--again` tries only what
 * survived the last time, after a new test, or ran out of time, which a busy machine alone can bring about; what was noticed
 * then counts as noticed. A file that has changed is done whole.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

/** What is changed, and the tests that are to notice: those of the file itself, and for the signer those of all its parts. */
const suites = [
  {
    files: ['sign', 'canonical-request', 'percent-encoding', 'sdk-hmac-sha256', 'v11-hmac-sha256'],
    folder: 'client',
    tests: ['sign.test', 'sign.vectors.test', 'sign.ambiguous.test', 'percent-encoding.test'],
  },
  { files: ['retry', 'retry-budget', 'throttle-hints', 'http-date'], folder: 'client' },
  { files: ['errors', 'call-errors', 'cloud-text', 'reply-kind'], folder: 'client' },
  { files: ['in-batches', 'unanswered', 'join-invocations', 'invocation-rows', 'roma-answer'], folder: 'operations' },
];
const files = suites.flatMap(({ files, folder, tests }) =>
  files.map((name) => ({
    file: `shared/${folder}/${name}.ts`,
    tests: (tests ?? [`${name}.test`]).map((test) => `test/shared/${folder}/${test}.ts`),
  })),
);
const folder = 'coverage/mutation';
/** In percent, of all files together. */
const mostSurvivors = 5;

const options = {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // Generous, so that a busy machine does not pass for an endless loop. Milliseconds.
  timeoutMS: 15_000,
  reporters: ['dots'],
  logLevel: 'warn',
  // Stryker would rewrite tsconfig.json with an interface that this version of TypeScript does not have; no test reads it.
  tsconfigFile: 'none',
  ignorePatterns: ['dist', 'coverage', 'bench', 'docs'],
  tempDirName: `${folder}/sandbox-${process.pid}`,
  cleanTempDir: 'always',
  ignoreStatic: process.argv.includes('--quick'),
};

const noticed = ['Killed', 'Timeout'];
const unnoticed = ['Survived', 'NoCoverage'];

function count(mutants, statuses) {
  return mutants.filter(({ status }) => statuses.includes(status)).length;
}

function rowOf(name, mutants) {
  const killed = count(mutants, noticed);
  const survived = count(mutants, unnoticed);
  const judged = killed + survived;
  const score = judged === 0 ? '–' : `${((killed / judged) * 100).toFixed(1)} %`;
  return `| ${name} | ${judged} | ${killed} | ${survived} | ${count(mutants, ['Ignored'])} | ${score} |`;
}

function describe(file, { location, mutatorName, replacement, status }) {
  const { line, column } = location.start;
  const text = replacement?.replace(/\s+/g, ' ').slice(0, 120) ?? '';
  return `  ${status} ${file}:${line}:${column} ${mutatorName} → ${text}`;
}

const resultsOf = (file) => `${folder}/${basename(file, '.ts')}.json`;
const digestOf = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** What the last run found out about the file as it is now; empty where there was none. */
function lastTime(file) {
  if (!process.argv.includes('--again') || !existsSync(resultsOf(file))) return [];
  const { digest, mutants } = JSON.parse(readFileSync(resultsOf(file), 'utf8'));
  return digest === digestOf(file) ? mutants : [];
}

/** One change as a range for Stryker, whose columns begin with 0 here and with 1 in its results. */
function rangeOf(file, { location: { start, end } }) {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
}

const keyOf = ({ location, mutatorName, replacement }) => JSON.stringify([location, mutatorName, replacement]);

async function mutantsOf(file) {
  const before = lastTime(file);
  const open = before.filter(({ status }) => status === 'Timeout' || unnoticed.includes(status));
  if (before.length > 0 && open.length === 0) return before;
  const mutate = open.length > 0 ? open.map((mutant) => rangeOf(file, mutant)) : [file];
  const results = await new Stryker({ ...options, mutate }).runMutationTest();
  const tried = results.map(({ location, mutatorName, replacement, status }) => ({
    location,
    mutatorName,
    replacement,
    status,
  }));
  const keys = new Set(tried.map(keyOf));
  return [...before.filter((mutant) => !keys.has(keyOf(mutant))), ...tried];
}

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const chosen = wanted.length === 0 ? files : files.filter(({ file }) => wanted.some((name) => file.includes(name)));
mkdirSync(folder, { recursive: true });
const all = [];
const rows = [];
for (const { file, tests } of chosen) {
  process.env.MUTATION_TESTS = tests.join(',');
  const digest = digestOf(file);
  const mutants = await mutantsOf(file);
  writeFileSync(resultsOf(file), JSON.stringify({ digest, mutants }));
  all.push(...mutants);
  rows.push(rowOf(`\`${file}\``, mutants));
  console.log(rows.at(-1));
  for (const mutant of mutants) if (unnoticed.includes(mutant.status)) console.log(describe(file, mutant));
}

const survived = count(all, unnoticed);
const share = (survived / Math.max(1, count(all, [...noticed, ...unnoticed]))) * 100;
console.log(
  `\n| file | judged | noticed | survived | passed over | score |\n|---|--:|--:|--:|--:|--:|\n${rows.join('\n')}`,
);
console.log(rowOf('all', all));
if (share >= mostSurvivors) {
  console.log(`\n${survived} changes survive, ${share.toFixed(1)} %: fewer than ${mostSurvivors} % are wanted.`);
  process.exitCode = 1;
}
