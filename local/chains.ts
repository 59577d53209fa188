/** `npm run chains`: lists, follows and steers runs of chains over the HTTP routes. `-- --help` tells how. */
import { followRun } from './chains/follow-run.js';
import { chainsOptions } from './chains/options.js';
import { chainRoutes } from './chains/routes.js';
import { listLines, runLine } from './chains/run-lines.js';
import { plainError } from './plain-errors.js';

async function main(): Promise<number> {
  const { url, command, followed, filter } = chainsOptions(process.argv.slice(2));
  const routes = chainRoutes(url);
  const say = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

  if (followed !== undefined) return await followRun(followed, routes, process.stdout);
  if (command.verb === 'list') {
    say(listLines(await routes.list(filter), Date.now()));
    return 0;
  }
  const run = await routes[command.verb](command.of);
  say([runLine(run, Date.now()), '', `Follow it: npm run chains -- --follow ${run.id}`]);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${plainError(error)}\n`);
  process.exitCode = 1;
}
