/**
 * `npm test`: every gate in turn, stopping at the first that fails, and one closing line with the count of all tests.
 * Each step runs in its own process, so that a step can also be run alone by the command printed above it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

const suiteReport = 'coverage/suite.json';

const steps = [
  { name: 'format and lint', command: 'npx biome check .' },
  { name: 'types', command: 'npx tsc --noEmit' },
  { name: 'build', command: 'node build.mjs' },
  {
    name: 'suite with coverage of shared/',
    command: `npx vitest run --coverage --reporter=default --reporter=json --outputFile.json=${suiteReport}`,
    count: () => {
      const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(suiteReport, 'utf8'));
      return { passed: numPassedTests, failed: numFailedTests };
    },
  },
  { name: 'frozen and thawed instances', command: 'node test/freeze/run.mjs', count: countLine },
  { name: 'the built bundles under Node 20.15.1, 22 and 24', command: 'node test/runtimes/run.mjs', count: countLine },
  { name: 'engines of the chains killed at any point', command: 'npx tsx test/chains/run.ts', count: countLine },
  {
    name: 'failovers of the database in the midst of chains',
    command: 'npx tsx test/chains/failover.ts',
    count: countLine,
  },
  { name: 'the demo', command: 'npm run --silent demo' },
];

/** Reads the closing line `N passed, N failed` of a step that counts its own checks. */
function countLine(output) {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  return passed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) };
}

function run(command) {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const operations = {
  'create-invocations': /create-?invocations|batchCreateAgentInvocations/i,
  'list-invocations': /list-?invocations|listAgentInvocations/i,
  'create-ief-job': /create-?ief-?job|ief-?jobs?|createBatchJob/i,
  'start-stop-roma-tasks': /start-?stop|roma/i,
  'receive-batchtask': /batchtask|push/i,
  'the signer': /\/sign\.|signing|canonical/i,
};

/** How many cases each operation has, by the name of the case or of its file. A case may speak of several. */
function casesPerOperation() {
  const { testResults } = JSON.parse(readFileSync(suiteReport, 'utf8'));
  const cases = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName }) => `${name.slice(name.indexOf('/test/'))} ${fullName}`),
  );
  return Object.entries(operations).map(([name, pattern]) => [name, cases.filter((text) => pattern.test(text)).length]);
}

mkdirSync('coverage', { recursive: true });
let passed = 0;
let failed = 0;
for (const step of steps) {
  console.log(`\n── ${step.name}: ${step.command}`);
  const { code, output } = await run(step.command);
  let counted;
  try {
    counted = step.count?.(output);
  } catch {
    // The step died before it wrote its report: it then counts as one failure below.
  }
  passed += counted?.passed ?? (code === 0 ? 1 : 0);
  failed += counted?.failed ?? 0;
  if (code !== 0) {
    if (!counted?.failed) failed += 1;
    console.log(`\nStopped at: ${step.name}. Run it alone with: ${step.command}`);
    break;
  }
}
if (failed === 0) {
  console.log('\nCases of the suite per operation:');
  for (const [name, cases] of casesPerOperation()) console.log(`  ${name.padEnd(24)}${String(cases).padStart(5)}`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
