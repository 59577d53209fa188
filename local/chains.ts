/** `npm run chains`: lists, follows and steers runs of chains over the HTTP routes. `-- --help` tells how. */
import { followRun } from './chains/follow-run.js';
import { chainsOptions } from './chains/options.js';
import { chainRoutes } from './chains/routes.js';
import { listLines, runLines } from './chains/run-lines.js';
import { plainError } from './plain-errors.js';

async function main(): Promise<number> {
  const { url, command, followed, filter, unknown, suffix } = chainsOptions(process.argv.slice(2));
  const routes = chainRoutes(url);
  const say = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

  const view = () => ({ now: Date.now(), columns: process.stdout.columns, suffix });

  if (followed !== undefined) return await followRun(followed, routes, process.stdout, { suffix });
  if (command.verb === 'list') {
    say(listLines(await routes.list(filter), view(), filter));
    return 0;
  }
  const run =
    command.verb === 'retry' ? await routes.retry(command.of, unknown) : await routes[command.verb](command.of);
  say([...runLines(run, view()), '', `Follow it: npm run chains -- --follow ${run.id}${suffix}`]);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${plainError(error)}\n`);
  process.exitCode = 1;
}
