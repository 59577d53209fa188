import { parseArgs } from 'node:util';
import { UsageError } from '../plain-errors.js';

/** What `npm run chains` is to do. */
export interface ChainsOptions {
  /** Where the routes answer, without a slash at the end. */
  readonly url: string;
  readonly command: { readonly verb: 'list' } | { readonly verb: 'run' | 'retry' | 'cancel'; readonly of: string };
  /** The run that is followed to its end. */
  readonly followed: string | undefined;
  readonly filter: Readonly<Record<string, string>>;
}

const usage = `Usage: npm run chains -- [--state STATE] [--chain NAME] [--limit N]   the newest runs, 20 by default
       npm run chains -- --follow RUN                              one run, until it is over
       npm run chains -- run CHAIN | retry RUN | cancel RUN        starts, lets go on, ends
       with --url URL for routes elsewhere than http://localhost:3000`;

/** The command line of `npm run chains`. @throws UsageError with the usage */
export function chainsOptions(args: string[]): ChainsOptions {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://localhost:3000' },
        follow: { type: 'string' },
        state: { type: 'string' },
        chain: { type: 'string' },
        limit: { type: 'string', default: '20' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) throw new Error('Lists, follows and steers runs of chains.');
    const { state, chain, limit } = values;
    const filter = { limit, ...(state ? { state } : {}), ...(chain ? { chain } : {}) };
    const url = new URL(values.url).href.replace(/\/$/, '');
    return { url, command: commandOf(positionals), followed: values.follow, filter };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function commandOf([verb, of, ...more]: string[]): ChainsOptions['command'] {
  if (verb === undefined) return { verb: 'list' };
  if (verb !== 'run' && verb !== 'retry' && verb !== 'cancel') throw new Error(`There is no command ${verb}.`);
  if (of === undefined || more.length > 0) throw new Error(`${verb} takes one ${verb === 'run' ? 'chain' : 'run'}.`);
  return { verb, of };
}
