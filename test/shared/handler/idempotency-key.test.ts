import { describe, expect, test } from 'vitest';
import { fingerprintOf, idempotencyKeyOf } from '../../../shared/handler/idempotency-key.js';
import { recognise } from '../../../shared/handler/triggers/recognise.js';
import { post } from './call-function.js';
import { apig } from './triggers/http-events.js';

const keyOf = (header: string) =>
  idempotencyKeyOf(recognise(apig({ method: 'POST', headers: { 'Idempotency-Key': header } })), post);

describe('the header Idempotency-Key', () => {
  test.each([
    ['a string in quotes', '"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['the same without quotes', '8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['one with spaces and escapes', String.raw`"a \"b\" \\ c"`, String.raw`a "b" \ c`],
    ['one with blanks around it', '  "a"  ', 'a'],
    ['one of the greatest length', `"${'x'.repeat(255)}"`, 'x'.repeat(255)],
    ['one whose escapes are not counted', `"${String.raw`\"`.repeat(255)}"`, '"'.repeat(255)],
    ['one with a parameter', '"a";b', 'a'],
    ['one with parameters of every kind', '"a";b=1; c=-2.5;d="x;y";*e=tok/en:*;f=:aGk=:;g=?0', 'a'],
  ])('is read: %s', (_case, header, key) => {
    expect(keyOf(header)).toBe(`header:${key}`);
  });

  test.each([
    ['nothing', ''],
    ['an empty string', '""'],
    ['an open string', '"a'],
    ['a string that is too long', `"${'x'.repeat(256)}"`],
    ['characters that are not ASCII', '"ä"'],
    ['a control character', '"a\tb"'],
    ['an escape that there is not', String.raw`"a\b"`],
    ['two words', 'a b'],
    ['two keys', '"a", "b"'],
    ['two keys without quotes', 'a,b'],
    ['something behind the string', '"a"b'],
    ['a parameter with a name in capitals', '"a";B=1'],
    ['a parameter without its value', '"a";b='],
    ['a parameter with an open string', '"a";b="c'],
  ])('is refused with its name: %s', (_case, header) => {
    expect(() => keyOf(header)).toThrow('Idempotency-Key');
  });

  test('is read in no time, whatever its length', () => {
    const started = performance.now();
    expect(() => keyOf(`"a"${';b=1'.repeat(20_000)};`)).toThrow('Idempotency-Key');
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

test('two timers that fire at the same time have two keys', () => {
  const tick = (trigger_name: string) =>
    idempotencyKeyOf(recognise({ trigger_type: 'TIMER', trigger_name, time: '2026-11-25T02:00:00+08:00' }), post);

  expect(tick('stop')).toMatch(/^occurrence:/);
  expect(tick('start')).not.toBe(tick('stop'));
});

test('a request is told from another by what it says, under its key, and not by the order of its fields', () => {
  const first = fingerprintOf('k', { a: 1, b: [{ c: 1, d: 2 }] });

  expect(fingerprintOf('k', { b: [{ d: 2, c: 1 }], a: 1 })).toBe(first);
  expect(fingerprintOf('k', { a: 1, b: [{ c: 1, d: 3 }] })).not.toBe(first);
  expect(fingerprintOf('other', { a: 1, b: [{ c: 1, d: 2 }] })).not.toBe(first);
});
