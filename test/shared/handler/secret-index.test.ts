import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../shared/handler/redact.js';
import { base64Forms, beginningsOf, writtenForms } from '../../../shared/handler/secret-forms.js';
import { SecretIndex } from '../../../shared/handler/secret-index.js';

test('an index finds of three thousand secrets the one that a text holds, or begins to hold at its end', () => {
  const secrets = Array.from({ length: 3_000 }, (_, index) => `${index * 7_919}-S/cr+t`);
  const index = new SecretIndex(
    secrets.map((secret) => ({
      secret,
      beginnings: beginningsOf(secret, 12),
      written: writtenForms(secret),
      base64: base64Forms(secret),
    })),
  );
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

  test('leave nothing that each of them alone would hide, where they begin alike', () => {
    const unit = fc.constantFrom('a', 'b', '/', '"');
    const endings = fc.array(fc.string({ unit, maxLength: 6 }), { minLength: 51, maxLength: 80 });
    const cut = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(endings, fc.string({ unit, maxLength: 6 }), cut, (ends, ending, left) => {
        const secrets = ends.map((end) => `all-begin-so/${end}`);
        const asked = `all-begin-so/${ending}`;
        const text = `is ${asked}x ${JSON.stringify(asked)} ${Buffer.from(asked).toString('base64')} ${asked.slice(0, left)}… ${asked}`;
        const hidden = redactorOf(...secrets).text(text);
        for (const secret of secrets) expect(redactorOf(secret).text(hidden)).toBe(hidden);
      }),
      { numRuns: 100 },
    );
  });

  test('take no longer in the rows of a large batch where they begin alike', () => {
    const passwords = Array.from({ length: 3_000 }, (_, index) => `password-of-host-${index}`);
    const redactor = redactorOf(...passwords);
    const start = performance.now();
    const rows = passwords.map((password) => redactor.text(`login with ${password}: failed`));
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(new Set(rows)).toEqual(new Set(['login with ***: failed']));
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
