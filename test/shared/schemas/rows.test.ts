import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { milliseconds, number, rows, text, texts } from '../../../shared/schemas/lenient.js';

const row = z.looseObject({ id: text, note: text, count: number, time: milliseconds, ips: texts });

const name = fc.constantFrom('id', 'note', 'count', 'time', 'ips', 'other', 'toString', '__proto__');
const value = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer({ min: 99_999_999_990, max: 100_000_000_010 }),
  fc.constant(null),
  fc.array(fc.oneof(fc.string(), fc.integer())),
  fc.array(fc.string()),
  fc.jsonValue(),
);
/** Rows as they come out of JSON, in which a field can be called __proto__. */
const parsedRow = fc
  .array(fc.tuple(name, value), { maxLength: 9 })
  .map((fields) => fields.map(([key, entry]) => `${JSON.stringify(key)}:${JSON.stringify(entry)}`).join(','))
  .map((text): unknown => JSON.parse(`{${text}}`));

describe('a row of a list', () => {
  test('reads as its schema reads it, field by field and in the same order', () => {
    fc.assert(
      fc.property(parsedRow, (entry) => {
        const [read] = rows(row, [entry]).items;
        expect(JSON.stringify(read)).toBe(JSON.stringify(row.parse(entry)));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is a copy, also where nothing had to be changed', () => {
    const entry = { id: 'a', other: 1 };
    const [read] = rows(row, [entry]).items;
    expect(read).toEqual(entry);
    expect(read).not.toBe(entry);
  });
});
