import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { ChainStep } from '../../../shared/chains/chain.js';
import type { StepRow } from '../../../shared/chains/records.js';
import {
  afterResolving,
  deadlineOf,
  LARGEST_INPUT,
  MOST_ITEMS,
  type Resolved,
  resolveStep,
} from '../../../shared/chains/resolve.js';
import { ChainNotFoundError, neededDatabase } from '../../../shared/chains/run-errors.js';
import { eventOf, listRunsInput, runChainInput } from '../../../shared/chains/run-inputs.js';
import { LARGEST_EVENT } from '../../../shared/chains/start-runs.js';
import type { Database } from '../../../shared/store/database.js';
import { step } from './engine-stage.js';

const scope = { event: { ids: ['a', 'b'], none: null }, steps: {}, run: {} };
const one = (fields: Partial<ChainStep>) => step({ name: 'one', function: 'list-invocations', input: {}, ...fields });

describe('the input of a step', () => {
  it.each<[string, Partial<ChainStep>, Resolved]>([
    [
      'has the values of its expressions, however deep, and all else as it is',
      { input: { list: ['{% event.ids[0] %}', { n: 1, yes: true, no: null }], text: 'plain' } },
      { items: [{ value: null, input: { list: ['a', { n: 1, yes: true, no: null }], text: 'plain' } }] },
    ],
    [
      'is made for each entry of a list',
      { for_each: '{% event.ids %}', input: { id: '{% item %}' } },
      {
        items: [
          { value: 'a', input: { id: 'a' } },
          { value: 'b', input: { id: 'b' } },
        ],
      },
    ],
    [
      'is made once where the list came out as its only entry',
      { for_each: '{% event.ids[0] %}', input: { id: '{% item %}' } },
      { items: [{ value: 'a', input: { id: 'a' } }] },
    ],
    ['is not made at all where the list came out as nothing', { for_each: '{% event.none %}' }, { items: [] }],
    [
      'asks a function that changes something to look first',
      { function: 'create-ief-job' },
      { items: [{ value: null, input: { on_unknown: 'reconcile' } }] },
    ],
    [
      'keeps what the chain itself says about lost answers',
      { function: 'create-ief-job', input: { on_unknown: 'fail' } },
      { items: [{ value: null, input: { on_unknown: 'fail' } }] },
    ],
    [
      'is refused for too many entries',
      { for_each: Array.from({ length: MOST_ITEMS + 1 }, () => 1) },
      { problem: `for_each has ${MOST_ITEMS + 1} entries, more than ${MOST_ITEMS}.` },
    ],
    [
      'is refused where it is too large',
      { input: { text: 'x'.repeat(LARGEST_INPUT) } },
      { problem: `the input has more than ${LARGEST_INPUT} characters.` },
    ],
  ])('%s', async (_name, fields, expected) => {
    expect(await resolveStep(one(fields), scope)).toEqual(expected);
  });

  it('is no matter of its expressions where the function is not known: that is thrown on', async () => {
    await expect(resolveStep(one({ function: 'gone' as never }), scope)).rejects.toThrow(TypeError);
  });

  it('that cannot be worked out is told in whole sentences', async () => {
    const resolved = await resolveStep(one({ for_each: '{% event.lacking %}' }), scope);
    expect(afterResolving(resolved, { timeout_s: 1 }, 0).change.error?.message).toBe(
      'The input could not be worked out: {% event.lacking %} has no value: what it names is not there. Nothing was sent.',
    );
  });

  it.each<[string, Resolved, object]>([
    ['fails the step where it has a problem', { problem: 'why' }, { state: 'failed', error: { code: 'EXPRESSION' } }],
    ['ends the step where there is none', { items: [] }, { state: 'done', result: [] }],
    ['makes the step ready', { items: [{ value: 'a', input: {} }] }, { state: 'ready', deadline_at: new Date(1_000) }],
  ])('%s', (_name, resolved, expected) => {
    expect(afterResolving(resolved, { timeout_s: 1 }, 0).change).toMatchObject(expected);
  });

  it.each([
    ['of the change', new Date(1), new Date(2), 1],
    ['of the step', undefined, new Date(2), 2],
    ['long ago', undefined, null, 0],
  ])('has to be done with by the time %s', (_name, changed, deadline_at, expected) => {
    const change = { state: 'ready', next_at: null, ...(changed ? { deadline_at: changed } : {}) } as const;
    expect(deadlineOf(change, { deadline_at } as StepRow).getTime()).toBe(expected);
  });
});

describe('a moment that bounds the list of runs', () => {
  it.each([
    ['2026-11-25T10:00:00Z', Date.UTC(2026, 10, 25, 10)],
    ['2026-11-25T10:00:00.5+01:00', Date.UTC(2026, 10, 25, 9, 0, 0, 500)],
    ['2026-11-25', Date.UTC(2026, 10, 25)],
    ['1764064800000', 1764064800000],
    [1764064800000, 1764064800000],
  ])('is read: %s', (from, expected) => {
    expect(z.parse(listRunsInput, { from })).toEqual({ from: expected });
  });

  it.each(['2026-11-25T10:00:00', 'yesterday', '2026-13-45', '2026-02-30', '2026-02-30T10:00:00Z', -1, true])(
    'is refused: %s',
    (from) => {
      const { error } = z.safeParse(listRunsInput, { from });
      expect(error?.issues[0]?.message).toContain('must be a time with its zone');
    },
  );
});

describe('a chain that is started by hand', () => {
  it.each([
    ['event', { event: { a: 1 } }, { a: 1 }],
    ['input', { input: { a: 2 } }, { a: 2 }],
    ['neither', {}, {}],
  ])('sees as its event what was given as %s', (_name, given, expected) => {
    expect(eventOf(z.parse(runChainInput, { name: 'one', ...given }))).toEqual(expected);
  });

  it.each([
    ['both words', { event: {}, input: {} }, 'means the same as event'],
    ['too large an event', { event: { text: 'x'.repeat(LARGEST_EVENT) } }, `at most ${LARGEST_EVENT} characters`],
  ])('is refused with %s', (_name, given, message) => {
    const { error } = z.safeParse(runChainInput, { name: 'one', ...given });
    expect(error?.issues[0]?.message).toContain(message);
  });

  it.each([
    ['a name that is nearly right', ['upgrade', 'install'], 'Did you mean upgrade?'],
    ['a name that is like no other', ['install', 'remove'], 'There are install, remove.'],
    ['a version without chains', [], 'This version was built without any.'],
  ])('is not found: %s', (_name, known, remedy) => {
    const error = new ChainNotFoundError('upgrad', known);
    expect(error.message).toBe(`There is no chain upgrad. Nothing was started. ${remedy}`);
    expect(error).toMatchObject({ status: 404, outcome: 'rejected' });
  });

  it('needs a database, and says how it is set', () => {
    const database = {} as Database;
    expect(neededDatabase({ database })).toBe(database);
    expect(() => neededDatabase({})).toThrow(/DATABASE_URL/);
  });
});
