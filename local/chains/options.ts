import { parseArgs } from 'node:util';
import type { UnknownIs } from '../../shared/chains/decide-retry.js';
import { isRecord } from '../../shared/schemas/rules.js';
import { UsageError } from '../plain-errors.js';

/** What `npm run chains` is to do. */
export interface ChainsOptions {
  /** Where the routes answer, without a slash at the end. */
  readonly url: string;
  readonly command: { readonly verb: 'list' } | { readonly verb: 'run' | 'retry' | 'cancel'; readonly of: string };
  /** The run that is followed to its end. */
  readonly followed: string | undefined;
  readonly filter: Readonly<Record<string, string>>;
  /** Of a retry: what became of steps whose outcome nobody knows. */
  readonly unknown: UnknownIs | undefined;
  /** Of a start: the event that expressions see. */
  readonly event: Readonly<Record<string, unknown>> | undefined;
  /** What a command needs besides, so that it reaches the same routes. */
  readonly suffix: string;
}

const usualUrl = 'http://localhost:3000';
const words: readonly string[] = ['done', 'not-done', 'look-again'] satisfies UnknownIs[];

const usage = `Usage: npm run chains -- [--state STATE] [--chain NAME] [--limit N]   the newest runs, 20 by default
       npm run chains -- --follow RUN                              one run, until it is over
       npm run chains -- run CHAIN | retry RUN | cancel RUN        starts, lets go on, ends
       with run --event JSON                                       what expressions see as event
       with retry --unknown done | not-done                        what you have seen of a step that nobody knows of
       with --url URL                                              for routes elsewhere than ${usualUrl}`;

/** The command line of `npm run chains`. @throws UsageError with the usage */
export function chainsOptions(args: string[]): ChainsOptions {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: 'string', default: usualUrl },
        follow: { type: 'string' },
        state: { type: 'string' },
        chain: { type: 'string' },
        unknown: { type: 'string' },
        event: { type: 'string' },
        limit: { type: 'string', default: '20' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) throw new Error('Lists, follows and steers runs of chains.');
    const { state, chain, limit } = values;
    const filter = { limit, ...(state ? { state } : {}), ...(chain ? { chain } : {}) };
    const url = addressOf(values.url);
    const command = commandOf(positionals);
    if (values.follow !== undefined && command.verb !== 'list') {
      throw new Error(`--follow does not go with ${command.verb}; give it in a command of its own.`);
    }
    if (values.follow === '') throw new Error('--follow takes the id of a run.');
    const unknown = unknownOf(values.unknown, command.verb);
    const event = eventOf(values.event, command.verb);
    const suffix = url === usualUrl ? '' : ` --url ${url}`;
    return { url, command, followed: values.follow, filter, unknown, event, suffix };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

/** Without a slash at its end. What is typed is not repeated: a password may stand in it. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Error(`--url is the address in front of /chain-runs, such as ${usualUrl}.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error('--url takes no user and no password: a gateway that wants them is not for this command.');
  }
  return url.href.replace(/\/$/, '');
}

function unknownOf(word: string | undefined, verb: string): UnknownIs | undefined {
  if (word === undefined) return undefined;
  if (verb !== 'retry') throw new Error('--unknown goes with retry.');
  if (!words.includes(word)) throw new Error(`--unknown is one of ${words.join(', ')}.`);
  return word as UnknownIs;
}

function eventOf(text: string | undefined, verb: string): ChainsOptions['event'] {
  if (text === undefined) return undefined;
  if (verb !== 'run') throw new Error('--event goes with run.');
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw new Error('--event is no JSON.');
  }
  if (!isRecord(event)) throw new Error('--event is a JSON object, such as {"task_id":"t1"}.');
  return event;
}

function commandOf([verb, of, ...more]: string[]): ChainsOptions['command'] {
  if (verb === undefined) return { verb: 'list' };
  if (verb !== 'run' && verb !== 'retry' && verb !== 'cancel') throw new Error(`There is no command ${verb}.`);
  if (!of || more.length > 0) throw new Error(`${verb} takes one ${verb === 'run' ? 'chain' : 'run'}.`);
  return { verb, of };
}
