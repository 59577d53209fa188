import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../shared/handler/redact.js';
import { beginningsOf } from '../../../shared/handler/secret-forms.js';
import { SecretIndex } from '../../../shared/handler/secret-index.js';

test('an index finds of three thousand secrets the one that a text holds, or begins to hold at its end', () => {
  const secrets = Array.from({ length: 3_000 }, (_, index) => `${index * 7_919}-S/cr+t`);
  const index = new SecretIndex(secrets.map((secret) => ({ secret, beginnings: beginningsOf(secret, 12) })));
  const found = (some: Iterable<{ readonly secret: string }>) => [...some].map(({ secret }) => secret);

  expect(found(index.begunIn('login with 7919-S/cr+t failed'))).toEqual(['7919-S/cr+t']);
  expect(found(index.begunAtEndOf('login with 7919-S', 6))).toEqual(['7919-S/cr+t']);
  expect(found(index.begunIn('nothing of them'))).toEqual([]);
});

describe('a redactor of many secrets', () => {
  const others = Array.from({ length: 200 }, (_, index) => `${index * 7_919}-other/one=${index}`);
  const redactorOf = (...secrets: string[]) => {
    const redactor = createRedactor();
    for (const secret of secrets) redactor.keep(secret);
    return redactor;
  };

  test('hide each of them as a few do, wherever it stands and however it was cut', () => {
    const encodings = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => JSON.stringify(text),
      (text) => new URLSearchParams({ q: text }).toString().replace(/%../g, (one) => one.toLowerCase()),
      (text) => Buffer.from(text).toString('base64'),
    );
    const part = fc.string({ unit: 'binary', maxLength: 70 });
    const cut = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 3, maxLength: 40 }), part, cut, encodings, (...given) => {
        const [secret, before, left, encode] = given;
        const text = `${encode(before + secret + before)} ${encode(secret).slice(0, left)}… ${encode(secret)}`;
        const [few, many] = [redactorOf(secret), redactorOf(secret, ...others)];
        expect(many.text(text)).toBe(few.text(text));
        expect(many.line({ text })).toBe(few.line({ text }));
      }),
      { numRuns: 300 },
    );
  });

  test('take no longer in the rows of a large batch than its calls do', () => {
    const passwords = Array.from({ length: 3_000 }, (_, index) => `pw-${index}-S/cr+t-${index * 7_919}`);
    const redactor = redactorOf(...passwords);
    const start = performance.now();
    const rows = passwords.flatMap((password, index) => [
      redactor.text(`login with ${password} failed`),
      redactor.text(`Host ${index}: the call was refused with a text that was ${'long '.repeat(20)}…`),
    ]);
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(rows.filter((row) => row === 'login with *** failed')).toHaveLength(3_000);
  });
});
