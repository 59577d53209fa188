import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { checkInput, pathText } from '../../../shared/schemas/check-input.js';
import { nearMiss } from '../../../shared/schemas/near-miss.js';
import { kindOf, oneOf } from '../../../shared/schemas/plain-words.js';

const schema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(3)),
  size: z.optional(z.int().check(z.minimum(1), z.maximum(9))),
  kind: z.optional(z.enum(['ONE', 'TWO', 'THREE'])),
  parts: z.optional(z.array(z.strictObject({ id: z.string() })).check(z.minLength(1), z.maxLength(2))),
  ready: z.optional(z.boolean()),
  date: z.optional(z.date()),
});

function errorsOf(raw: unknown): string[] {
  const checked = checkInput(schema, raw);
  return checked.ok ? [] : checked.errors.map(({ path, message }) => `${path}: ${message}`);
}

test.each([
  { raw: {}, error: 'name: is missing; it must be a text' },
  { raw: null, error: ': must be an object, not null' },
  { raw: [], error: ': must be an object, not a list' },
  { raw: 'x', error: ': must be an object, not a text' },
  { raw: undefined, error: ': is missing; it must be an object' },
  { raw: { name: 5 }, error: 'name: must be a text, not a number' },
  { raw: { name: '' }, error: 'name: must have at least 1 character' },
  { raw: { name: 'abcd' }, error: 'name: must have at most 3 characters' },
  { raw: { name: 'a', size: 0 }, error: 'size: must be at least 1' },
  { raw: { name: 'a', size: 10 }, error: 'size: must be at most 9' },
  { raw: { name: 'a', size: 1.5 }, error: 'size: must be a whole number, not one with a fraction' },
  { raw: { name: 'a', size: Number.NaN }, error: 'size: must be a number, not NaN' },
  { raw: { name: 'a', size: Number.POSITIVE_INFINITY }, error: 'size: must be a number, not Infinity' },
  { raw: { name: 'a', size: '5' }, error: 'size: must be a number, not a text' },
  { raw: { name: 'a', ready: 'yes' }, error: 'ready: must be true or false, not a text' },
  { raw: { name: 'a', date: 'x' }, error: 'date: must be of type date, not a text' },
  { raw: { name: 'a', kind: 'one' }, error: 'kind: must be ONE, TWO or THREE; did you mean ONE?' },
  { raw: { name: 'a', kind: 'elephant' }, error: 'kind: must be ONE, TWO or THREE' },
  { raw: { name: 'a', kind: 7 }, error: 'kind: must be ONE, TWO or THREE' },
  { raw: { name: 'a', parts: [] }, error: 'parts: must have at least 1 entry' },
  { raw: { name: 'a', parts: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] }, error: 'parts: must have at most 2 entries' },
  { raw: { name: 'a', parts: new Set() }, error: 'parts: must be a list, not an object' },
  { raw: { name: 'a', parts: [{ id: 'a' }, {}] }, error: 'parts[1].id: is missing; it must be a text' },
  { raw: { name: 'a', parts: [{ id: 'a', x: 1 }] }, error: 'parts[0].x: unknown field; known are id' },
  {
    raw: { name: 'a', nam: 1 },
    error: 'nam: unknown field; known are name, size, kind, parts, ready, date; did you mean name?',
  },
])('$raw is refused with "$error"', ({ raw, error }) => {
  expect(errorsOf(raw)).toEqual([error]);
});

test('every broken rule is reported, each unknown field on its own', () => {
  expect(errorsOf({ size: 0, one: 1, two: 2 }).map((error) => error.split(':')[0])).toEqual([
    'name',
    'size',
    'one',
    'two',
  ]);
});

test('an own __proto__ key is an unknown field, and harms nothing', () => {
  expect(errorsOf(JSON.parse('{"name":"a","__proto__":{"size":3}}'))[0]).toMatch(/^__proto__: unknown field/);
});

test('a name of any length makes a short path', () => {
  const [error] = errorsOf({ name: 'a', size: 1, kind: 'ONE', [`${'k'.repeat(3_500_000)}`]: 1 });
  expect(error).toMatch(/^k{200}…: unknown field/);
});

test('a value is never repeated in a message', () => {
  expect(errorsOf({ name: 'hush-hush', size: 'hush-hush', kind: 'hush-hush' }).join()).not.toContain('hush');
});

test('more than a hundred errors are counted instead of listed', () => {
  const checked = checkInput(
    z.array(z.string()),
    Array.from({ length: 250 }, () => 1),
  );
  expect(checked.ok || checked.errors.slice(100)).toEqual([{ path: '', message: '150 more errors are not listed' }]);
});

test('no value makes the check throw', () => {
  fc.assert(fc.property(fc.anything(), (raw) => void checkInput(schema, raw)));
});

test.each([
  { path: [], text: '' },
  { path: ['a', 0, 'b'], text: 'a[0].b' },
  { path: [3, 'a'], text: '[3].a' },
  { path: ['a', Symbol('s')], text: 'a.Symbol(s)' },
])('the path $text reads as the caller wrote it', ({ path, text }) => {
  expect(pathText(path)).toBe(text);
});

test.each([
  { word: 'ADVANCED_VERSION', known: ['BASIC_VERSION', 'ADVANCE_VERSION'], meant: 'ADVANCE_VERSION' },
  { word: ' install ', known: ['UPDATE', 'INSTALL'], meant: 'INSTALL' },
  { word: 'CANCELLED', known: ['CANCELED', 'FAILED'], meant: 'CANCELED' },
  { word: 'STARTT', known: ['STARTTT', 'START'], meant: 'STARTTT' },
  { word: 'ab', known: ['cd'], meant: undefined },
  { word: '', known: ['a'], meant: undefined },
  { word: 5, known: ['5'], meant: undefined },
])('the near miss of $word is $meant', ({ word, known, meant }) => {
  expect(nearMiss(word, known)).toBe(meant);
});

test.each([
  { value: null, kind: 'null' },
  { value: new Date(0), kind: 'a Date' },
  { value: {}, kind: 'an object' },
  { value: true, kind: 'true or false' },
  { value: () => 1, kind: 'a function' },
  { value: 1n, kind: 'a bigint' },
])('$kind is called so', ({ value, kind }) => {
  expect(kindOf(value)).toBe(kind);
});

test.each([
  { words: [], text: '' },
  { words: ['a'], text: 'a' },
  { words: ['a', 'b'], text: 'a or b' },
])('$words reads "$text"', ({ words, text }) => {
  expect(oneOf(words)).toBe(text);
});
