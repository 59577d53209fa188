/** `npm run chains`: lists, follows and steers runs of chains over the HTTP routes. `-- --help` tells how. */
import { followRun } from './chains/follow-run.js';
import { type ChainsOptions, chainsOptions } from './chains/options.js';
import { type ChainRoutes, chainRoutes } from './chains/routes.js';
import { listLines, runLines } from './chains/run-lines.js';
import { plainError } from './plain-errors.js';

async function main(): Promise<number> {
  const options = chainsOptions(process.argv.slice(2));
  const { followed, filter, suffix } = options;
  const routes = chainRoutes(options.url);
  const say = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

  const view = () => ({ now: Date.now(), columns: process.stdout.columns, suffix });

  if (followed !== undefined) return await followRun(followed, routes, process.stdout, { suffix });
  const run = await changed(options, routes);
  if (!run) {
    say(listLines(await routes.list(filter), view(), filter));
    return 0;
  }
  say([...runLines(run, view()), '', `Follow it: npm run chains -- --follow ${run.id}${suffix}`]);
  return 0;
}

/** Does what the command says to a run; undefined where it only asks. */
async function changed({ command, unknown, event }: ChainsOptions, routes: ChainRoutes) {
  if (command.verb === 'list') return undefined;
  if (command.verb === 'run') return await routes.run(command.of, event);
  return command.verb === 'retry' ? await routes.retry(command.of, unknown) : await routes.cancel(command.of);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${plainError(error)}\n`);
  process.exitCode = 1;
}
