/**
 * `npm run bench:local`: what the local platform adds to a call, warm and cold; how long `npm start` takes after its build; and
 * 2,000 asynchronous events while instances are killed. `-- calls --samples 100` or `-- queue --events 500` runs one part, and takes
 * other numbers. Differences are of medians of samples taken by turns in one run; the milliseconds are one machine's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { type Compared, measureCold, measureWarm } from './local-calls.js';
import { median } from './median.js';
import { measureUnderKills } from './queue-under-kills.js';
import { startStubCloud } from './stub-cloud.js';
import { printTable, verdict } from './table.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { samples: { type: 'string', default: '200' }, events: { type: 'string', default: '2000' } },
});
const samples = Math.max(4, Math.floor(Number(values.samples)) || 200);
const events = Math.max(1, Math.floor(Number(values.events)) || 2000);

const killChance = 0.05;

/** In ms. */
const targets = { warm: 5, cold: 150, ready: 5000 };

/** What can be run alone. */
const parts = { calls: benchCalls, start: benchStart, queue: benchQueue };

async function benchCalls(): Promise<void> {
  await build({ types: false, quiet: true });
  const cloud = await startStubCloud();
  try {
    printCompared(`Warm call of list-invocations, medians of ${samples}, ms`, 'handler called directly', targets.warm, {
      ...(await measureWarm(cloud, samples)),
    });
    const starts = Math.ceil(samples / 8);
    printCompared(
      `Cold call of list-invocations, medians of ${starts}, ms`,
      'Node.js until its first line',
      targets.cold,
      {
        ...(await measureCold(cloud, starts)),
      },
    );
  } finally {
    cloud.close();
  }
}

function printCompared(title: string, bareName: string, target: number, { bare, local }: Compared): void {
  console.log(`\n${title}`);
  printTable(
    ['', 'ms', ''],
    [
      [bareName, bare, ''],
      ['through the local platform', local, ''],
      ['what the platform adds', local - bare, verdict(local - bare, target)],
    ],
  );
}

async function benchStart(): Promise<void> {
  const found: number[] = [];
  for (let start = 0; start < 3; start += 1) found.push(await readyAfterBuild());
  const ready = median(found);
  console.log('\n`npm start`, median of 3');
  printTable(['', 'ms', ''], [['ready after the build has ended', ready, verdict(ready, targets.ready)]]);
}

/** As the start's own screen says it, in ms. */
async function readyAfterBuild(): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/start.ts'], {
    env: { ...process.env, PORT: '0', CLOUD_PORT: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let screen = '';
  for await (const chunk of child.stdout) {
    screen += chunk;
    if (screen.includes('Ctrl+C')) break;
  }
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
  const seconds = /([\d.]+) s after the build/.exec(screen)?.[1];
  if (!seconds) throw new Error(`npm start did not say how long it took:\n${screen}`);
  return Number(seconds) * 1000;
}

async function benchQueue(): Promise<void> {
  const { seconds, kills, lost, repeated } = await measureUnderKills(events, killChance);
  console.log(
    `\n${events} asynchronous events of 5 ms, 4 instances; one run in ${1 / killChance} ends with a killed instance`,
  );
  printTable(
    ['', '', ''],
    [
      ['seconds until the last had ended', seconds, ''],
      ['instances killed', String(kills), ''],
      ['events done more than once', String(repeated), ''],
      ['events lost', String(lost), lost === 0 ? 'ok' : 'miss'],
    ],
  );
  if (lost > 0) process.exitCode = 1;
}

const unknown = positionals.find((name) => !Object.hasOwn(parts, name));
if (unknown) {
  console.error(`There is no part ${unknown}. There are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(parts))
  if (positionals.length === 0 || positionals.includes(name)) await run();
