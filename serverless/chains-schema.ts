import * as z from 'zod/mini';
import { CHAIN_FUNCTIONS, type ChainFunction } from '../shared/chains/chain-functions.js';
import { nearMiss } from '../shared/schemas/near-miss.js';
import { oneOf } from '../shared/schemas/plain-words.js';
import { matching, text, wholeNumber } from './field-schemas.js';
import type { Path } from './placeholders.js';

/** The keys of `chains.yml`. Every message is a remedy; what is wrong, and in which line, is put before it. */

/** A word out of a list; a mistyped one is named. */
const word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, {
    error: ({ input }) => {
      const guess = nearMiss(input, words);
      return guess ? `Did you mean ${guess}?` : `Write ${oneOf(words)}`;
    },
  });
const oneOrMore = <Schema extends z.ZodMiniType>(entry: Schema, remedy: string) =>
  z.pipe(
    z.transform((value: unknown) => (Array.isArray(value) || value === undefined ? value : [value])),
    z.array(entry, remedy).check(z.minLength(1, remedy)),
  );

const STATES = [
  'Success',
  'PartialSuccess',
  'Fail',
  'Stopped',
  'Processing',
  'Waiting',
  'Initializing',
  'Stopping',
] as const;
const FUNCTIONS = Object.keys(CHAIN_FUNCTIONS) as [ChainFunction, ...ChainFunction[]];

const batchtask = z.strictObject(
  {
    type: z.literal('batchtask'),
    task_type: z.optional(oneOrMore(text('Write a task type'), 'Write a task type, or a list of them')),
    status: oneOrMore(word(STATES), 'Write the statuses that start the chain, such as [Success, PartialSuccess]'),
    app_id: z.optional(oneOrMore(text('Write the id of an app'), 'Write the id of an app, or a list of them')),
  },
  'Write type: batchtask with status: and, to narrow it, task_type: and app_id:',
);
const timer = z.strictObject(
  {
    type: z.literal('timer'),
    name: text('Write the name of a TIMER trigger that serverless.yml gives advance-chains'),
  },
  'Write type: timer with name:',
);
const manual = z.strictObject({ type: z.literal('manual') }, 'Write type: manual and nothing else');

const step = z.strictObject(
  {
    // Expressions name steps without quotes: a hyphen would be a minus there.
    name: matching(/^[a-z][a-z0-9_]{0,62}$/, 'Write lower-case letters, digits and _, a letter first'),
    function: word(FUNCTIONS),
    input: z.record(z.string(), z.unknown(), "Write the function's input, field by field"),
    for_each: z.optional(z.union([z.string(), z.array(z.unknown())], 'Write a list, or an expression that gives one')),
    until: z.optional(z.literal('finished', 'Write finished, or leave it out')),
    retry_failed: z.optional(wholeNumber(0, 10, 'rounds')),
    timeout: z.optional(matching(/^[1-9]\d{0,4}[smhd]$/, 'Write a time such as 30m, 2h or 1d')),
    on_failure: z.optional(
      matching(/^(stop|continue|chain [a-z][a-z0-9-]*)$/, 'Write stop, continue, or chain and the name of a chain'),
    ),
  },
  'Write a step: name:, function: and input:',
);

const chain = z.strictObject(
  {
    description: z.optional(text('Write a sentence')),
    trigger: z.discriminatedUnion('type', [batchtask, timer, manual], 'Write type: batchtask, timer or manual'),
    max_runs_per_hour: z.optional(wholeNumber(1, 10_000, 'runs')),
    steps: z
      .array(step, 'Write a list of steps')
      .check(z.minLength(1, 'Write at least one step'), z.maxLength(50, 'Write at most 50 steps')),
  },
  'Write trigger: and steps:',
);

/** The whole file. */
export const chainsSchema = z.strictObject(
  {
    chains: z.record(
      matching(/^[a-z][a-z0-9-]{0,62}$/, 'Write lower-case letters, digits and hyphens, a letter first'),
      chain,
      'Write NAME: and its trigger and steps for each chain',
    ),
  },
  'Write chains: and below it each chain',
);

/** The keys that may stand at a place of the file. */
export function keysAt(path: Path): string[] {
  if (path.length === 0) return ['chains'];
  if (path.length === 2) return Object.keys(chain.shape);
  if (path.at(-1) === 'trigger')
    return [...new Set([batchtask, timer, manual].flatMap((one) => Object.keys(one.shape)))];
  return Object.keys(step.shape);
}

export type ChainsDocument = z.infer<typeof chainsSchema>;
export type ChainEntry = z.infer<typeof chain>;
export type StepEntry = z.infer<typeof step>;
