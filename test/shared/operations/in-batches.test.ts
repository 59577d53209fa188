import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CloudAuthError,
  CloudConnectionError,
  CloudRejectedError,
  CloudTimeoutError,
} from '../../../shared/client/errors.js';
import { chunksOf, inBatches, throwIfNothingAnswered } from '../../../shared/operations/in-batches.js';

const upstream = { service: 'ces' };
const unknown = new CloudTimeoutError('late', 'unknown', upstream);
const rejected = new CloudRejectedError('no', { ...upstream, status: 400 });
const notSent = new CloudConnectionError('off', 'not-sent', upstream);
const refused = new CloudAuthError('who', { ...upstream, status: 401 });

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test('chunks of any list are full but for the last and give the list again', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 12 }), (items, size) => {
      const chunks = chunksOf(items, size);
      expect(chunks.flat()).toEqual(items);
      expect(chunks.slice(0, -1).every((chunk) => chunk.length === size)).toBe(true);
    }),
  );
});

test('answers stand in the order of the items, however the calls finish', async () => {
  const waits = [30, 5, 20, 0];
  const chunks = await inBatches(numbers(4), { size: 1 }, async ([item = 0]) => {
    for (let turn = 0; turn < (waits[item] ?? 0); turn++) await Promise.resolve();
    return item;
  });
  expect(chunks.map((chunk) => chunk.result === 'answered' && chunk.reply)).toEqual([0, 1, 2, 3]);
});

test.each([
  { concurrency: undefined, most: 11 },
  { concurrency: 3, most: 3 },
])('at most $most calls run at the same time', async ({ concurrency, most }) => {
  let running = 0;
  let peak = 0;
  const rule = concurrency === undefined ? { size: 1 } : { size: 1, concurrency };
  await inBatches(numbers(40), rule, async () => {
    running++;
    peak = Math.max(peak, running);
    await Promise.resolve();
    running--;
  });
  expect(peak).toBe(most);
});

test('a failing chunk leaves the others whole', async () => {
  const chunks = await inBatches(numbers(5), { size: 2 }, async ([first]) => {
    if (first === 2) throw rejected;
    return first;
  });
  expect(chunks.map((chunk) => chunk.result)).toEqual(['answered', 'failed', 'answered']);
});

test('a call that throws before it returns a promise counts as a failing chunk', async () => {
  const chunks = await inBatches(numbers(1), { size: 1 }, () => {
    throw rejected;
  });
  expect(chunks[0]?.result).toBe('failed');
});

test('after refused credentials nothing more is sent', async () => {
  const sent: number[] = [];
  const chunks = await inBatches(numbers(4), { size: 1, concurrency: 1 }, async ([item = -1]) => {
    sent.push(item);
    if (item === 1) throw refused;
  });
  expect(sent).toEqual([0, 1]);
  expect(chunks.map((chunk) => chunk.result)).toEqual(['answered', 'failed', 'skipped', 'skipped']);
});

test('no items make no calls', async () => {
  expect(await inBatches([], { size: 10 }, async () => 1)).toEqual([]);
});

const failed = (error: unknown) => ({ items: [1], result: 'failed' as const, error });

test.each([
  { errors: [notSent, rejected, unknown], gravest: unknown },
  { errors: [unknown, rejected], gravest: unknown },
  { errors: [notSent, rejected], gravest: rejected },
  { errors: [notSent, notSent], gravest: notSent },
  { errors: [unknown, new TypeError('bug')], gravest: new TypeError('bug') },
])('where every chunk failed the gravest failure is thrown ($gravest.name)', ({ errors, gravest }) => {
  expect(() => throwIfNothingAnswered(errors.map(failed))).toThrow(gravest);
});

test('one answered chunk is enough to throw nothing', () => {
  const answered = { items: [1], result: 'answered' as const, reply: {} };
  expect(() => throwIfNothingAnswered([failed(unknown), answered])).not.toThrow();
});

test('no chunk at all throws nothing', () => {
  expect(() => throwIfNothingAnswered([])).not.toThrow();
});

test('a refused chunk is divided only where the rule says so, and in the order of its items', async () => {
  const called: number[][] = [];
  const call = async (chunk: readonly number[]) => {
    called.push([...chunk]);
    if (chunk.includes(2)) throw rejected;
    return chunk.length;
  };

  const chunks = await inBatches(numbers(5), { size: 5, divide: (error) => error === rejected }, call);

  expect(called).toEqual([[0, 1, 2, 3, 4], [0, 1, 2], [0, 1], [2], [3, 4]]);
  expect(chunks.map((chunk) => [chunk.items, chunk.result])).toEqual([
    [[0, 1], 'answered'],
    [[2], 'failed'],
    [[3, 4], 'answered'],
  ]);
});

test('a refused pair is divided, a single item is not', async () => {
  const called: (readonly number[])[] = [];
  const chunks = await inBatches(numbers(3), { size: 2, concurrency: 1, divide: () => true }, async (chunk) => {
    called.push(chunk);
    throw rejected;
  });

  expect(called).toEqual([[0, 1], [0], [1], [2]]);
  expect(chunks.map((chunk) => chunk.result)).toEqual(['failed', 'failed', 'failed']);
});

test('dividing costs at most 400 further calls, and what is not divided any more is a failing chunk', async () => {
  let calls = 0;
  const chunks = await inBatches(numbers(1_000), { size: 10, divide: () => true }, async () => {
    calls++;
    throw rejected;
  });

  expect(calls).toBe(100 + 400);
  expect(chunks.flatMap((chunk) => chunk.items).sort((a, b) => a - b)).toEqual(numbers(1_000));
});

test('of failures of the same gravity the first is thrown, as it is where there is nothing to check', () => {
  const [first, second] = ['first', 'second'].map((text) => new CloudTimeoutError(text, 'unknown', upstream));

  expect(() => throwIfNothingAnswered([failed(first), failed(second)])).toThrow(
    expect.objectContaining({ message: 'first' }),
  );
});

test.each([
  { error: unknown, check: 'Look.', message: 'late Look.' },
  { error: rejected, check: 'Look.', message: 'no' },
])('what to check is added only where the outcome is unknown: $message', ({ error, check, message }) => {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(error)), error, { message: error.message });
  expect(() => throwIfNothingAnswered([{ items: [1], result: 'failed', error: copy }], check)).toThrow(message);
  expect(copy.message).toBe(message);
});
