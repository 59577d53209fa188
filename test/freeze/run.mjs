/**
 * What becomes of an instance that is frozen right after an answer, as platforms do: the built bundles in processes that are
 * really stopped and continued, against a far side that ends their connections meanwhile. After the thaw nothing may fail,
 * no POST may arrive twice, and every call has to succeed at its first attempt. `node test/freeze/run.mjs`, after `npm run build`.
 *   --trials N      trials of each cell, 200 by default (a quarter of it where the clocks stand still)
 *   --children N    instances at the same time
 *   --only A,B      only the cells whose line holds all of these texts
 *   --bundles DIR   other bundles than those of dist
 *   --here          only under the node that runs this
 *   --unguarded     bundles without protection, to see the suite find that; --unguarded=guard only that part;
 *                   see unguarded-copy.mjs for all
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installedRuntimes } from '../runtimes/runtimes.mjs';
import { allCells } from './cells.mjs';
import { runCells } from './lanes.mjs';
import { unguardedCopy } from './unguarded-copy.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** FunctionGraph's newest Node.js. */
const platformVersion = '20.15.1';
const limitMs = 9 * 60_000;

function readOptions() {
  const args = process.argv.slice(2).map((arg) => (arg === '--unguarded' ? '--unguarded=' : arg));
  const { values } = parseArgs({
    args,
    options: {
      trials: { type: 'string', default: '200' },
      children: { type: 'string', default: '128' },
      bundles: { type: 'string', default: join(root, 'dist') },
      only: { type: 'string', default: '' },
      here: { type: 'boolean', default: false },
      unguarded: { type: 'string' },
    },
  });
  const [trials, children] = [Number(values.trials), Number(values.children)];
  if (!(Number.isInteger(trials) && trials > 0)) throw new Error('--trials has to be a whole number from 1.');
  if (!(Number.isInteger(children) && children > 0)) throw new Error('--children has to be a whole number from 1.');
  return { ...values, trials, children };
}

function runtimesFor({ here }) {
  const running = { version: process.versions.node, path: process.execPath };
  if (here || running.version === platformVersion) return [running];
  const platform = installedRuntimes().find(({ version }) => version === platformVersion);
  if (!platform) throw new Error(`test/runtimes/package.json does not name Node.js ${platformVersion}.`);
  return [platform, running];
}

async function main() {
  const options = readOptions();
  if (process.platform === 'win32') {
    console.log('Windows cannot stop a process and continue it: nothing was tried.\n0 passed, 0 failed');
    return;
  }
  const cells = runtimesFor(options).flatMap((runtime) =>
    allCells().map((cell) => ({ ...cell, runtime, label: `Node.js ${runtime.version.padEnd(8)}  ${cell.label}` })),
  );
  const wanted = cells.filter(({ label }) => options.only.split(',').every((text) => label.includes(text)));
  const names = [...new Set(wanted.map(({ call }) => call.bundle))];
  const parts = options.unguarded?.split(',').filter((part) => part !== '');
  const bundles = parts ? await unguardedCopy(root, parts, names) : options.bundles;
  const absent = names.find((name) => !existsSync(join(bundles, name, 'index.js')));
  if (absent) throw new Error(`The bundle of ${absent} is missing: run \`npm run build\` first.`);
  const { passed, failed, trials } = await runCells(wanted, {
    trials: options.trials,
    children: options.children,
    bundleOf: (name) => join(bundles, name, 'index.js'),
    // An unguarded call into a black hole uses all the time that it has.
    remainingMs: parts ? 2500 : 5000,
    limitMs,
    print: (line) => console.log(line),
  });
  console.log(`${trials} trials in ${Math.round(performance.now() / 1000)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const overdue = setTimeout(() => {
  console.log('The trials do not end.\n0 passed, 1 failed');
  process.exit(1);
}, limitMs + 60_000);
overdue.unref();
await main().catch((error) => {
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
