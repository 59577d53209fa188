import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../shared/handler/redact.js';
import { base64Forms, beginningsOf } from '../../../shared/handler/secret-forms.js';

describe('a known secret', () => {
  test('is replaced wherever it stands in a text', () => {
    const redactor = createRedactor();
    redactor.keep('top-secret');
    expect(redactor.text('a top-secret b top-secret')).toBe('a *** b ***');
  });

  test('is replaced whole where another secret is its beginning', () => {
    const redactor = createRedactor();
    redactor.keep('abcd');
    redactor.keep('abcdefgh');
    expect(redactor.text('abcdefgh')).toBe('***');
  });

  test('is replaced in its JSON spelling', () => {
    const redactor = createRedactor();
    redactor.keep('pass"word');
    expect(redactor.text(JSON.stringify({ a: 'pass"word' }))).toBe('{"a":"***"}');
  });

  test('is replaced in its URL spelling', () => {
    const redactor = createRedactor();
    redactor.keep('a/b+c=');
    expect(redactor.text(`?token=${encodeURIComponent('a/b+c=')}`)).toBe('?token=***');
  });

  test.each([
    ['in a URL path', 'a b/c+d', encodeURIComponent('a b/c+d')],
    ['in JSON inside JSON', 'pass"word', JSON.stringify(JSON.stringify({ a: 'pass"word' }))],
    ['in one line', 'line one\r\nline two', 'line one line two'],
    ['with half a character', 'abcd\ud800', 'x abcd\ud800 y'],
    ...[0, 1, 2].map((before): [string, string, string] => [
      `in base64 after ${before} bytes`,
      'secret-key-0001',
      Buffer.from(`${'#'.repeat(before)}secret-key-0001##`).toString('base64'),
    ]),
    ['in JSON of Go', 'p&ss<w>rd', String.raw`{"a":"p\u0026ss\u003cw\u003erd"}`],
    ['in JSON of Gson', "p'ss=w&rd==", String.raw`{"a":"p\u0027ss\u003dw\u0026rd\u003d\u003d"}`],
    ['in JSON of Python', 'pässwörd', String.raw`{"a": "p\u00e4ssw\u00f6rd"}`],
    ['in JSON of PHP', 'pä/ssw/rd', String.raw`{"a":"p\u00e4\/ssw\/rd"}`],
    ['in JSON with escaped slashes', 'ä/b/c', String.raw`{"a":"ä\/b\/c"}`],
    ['in JSON of Go inside JSON', 'p&ss', JSON.stringify({ a: String.raw`{"a":"p\u0026ss"}` })],
    ['in a URL in lower case', 'ab/cd=ü', encodeURIComponent('ab/cd=ü').toLowerCase()],
    ['in a strictly encoded URL', "a b'(c)!", 'a%20b%27%28c%29%21'],
    ['in base64 for URLs', 'a?b>c~d?e>f~', Buffer.from('a?b>c~d?e>f~').toString('base64url')],
  ])('is replaced %s', (_place, secret, text) => {
    const redactor = createRedactor();
    redactor.keep(secret);
    expect(redactor.text(text)).toContain('***');
    expect(redactor.text(text)).not.toContain(secret);
    expect(redactor.line({ text })).toContain('***');
  });

  test.each([
    ['at the end of a text that was cut', 'says: top-secr…', 'says: ***…'],
    ['at a cut in the middle', 'says: "top-secr…". Call again.', 'says: "***…". Call again.'],
    ['not where too little of it is left to tell', 'to…', 'to…'],
    ['not where something else was cut', 'stop…', 'stop…'],
  ])('is replaced %s', (_place, text, expected) => {
    const redactor = createRedactor();
    redactor.keep('top-secret');
    expect(redactor.text(text)).toBe(expected);
  });

  test('is replaced where a long text was cut inside it and nobody marked the cut, as far as it goes', () => {
    const redactor = createRedactor();
    redactor.keep('0123456789abcdefghijklmnop"q');
    redactor.keep('0123456789abXYZ');
    const filler = 'says: '.repeat(12);
    expect(redactor.text(`${filler}0123456789abcdefg (and) 0123456789abX`)).toBe(`${filler}*** (and) ***`);
  });

  test('that only begins like a text of which too little follows is left', () => {
    const redactor = createRedactor();
    redactor.keep('0123456789abcdefghijklmnop');
    const text = `${'says: '.repeat(12)}0123456789`;
    expect(redactor.text(text)).toBe(text);
  });

  test('with the signs of a replacement pattern is replaced plainly', () => {
    const redactor = createRedactor();
    redactor.keep('$&$1');
    expect(redactor.text('x$&$1x')).toBe('x***x');
  });

  test.each(['', 'ab', undefined])('%j is too short to be one', (secret) => {
    const redactor = createRedactor();
    redactor.keep(secret);
    expect(redactor.text('ab')).toBe('ab');
  });

  test('is known to its own redactor only', () => {
    createRedactor().keep('top-secret');
    expect(createRedactor().text('top-secret')).toBe('top-secret');
  });

  test('never survives, whatever it is and wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!secret.includes('*'));
        const redactor = createRedactor();
        redactor.keep(secret);
        expect(redactor.text(before + secret + after)).not.toContain(secret);
      }),
    );
  });
});

describe('a secret in something that was encoded in base64 as a whole', () => {
  test('never survives, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.constantFrom('base64' as const, 'base64url' as const),
        (secret, before, after, encoding) => {
          const redactor = createRedactor();
          redactor.keep(secret);
          const text = Buffer.from(before + secret + after).toString(encoding);
          const shown = redactor.text(text);
          for (const form of base64Forms(secret)) expect(shown).not.toContain(form);
          expect(shown).toContain('***');
        },
      ),
    );
  });

  test('is known by its first characters at each of three places', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (secret) => {
        const expected = new Set(base64Forms(secret).map((form) => form.slice(0, 12)));
        expect(new Set(beginningsOf(secret, 12).base64)).toEqual(expected);
      }),
    );
  });
});

describe('a line for the log', () => {
  const redactor = createRedactor();
  redactor.keep('top-secret');
  redactor.keep('hidden-word');
  const written = (fields: Record<string, unknown>): Record<string, unknown> => JSON.parse(redactor.line(fields));

  test('loses what stands under a telling name, at any depth', () => {
    expect(written({ headers: [{ 'X-Auth-Token': { a: 1 }, accept: 'x' }] })).toEqual({
      headers: [{ 'X-Auth-Token': '***', accept: 'x' }],
    });
  });

  test('loses known secrets in values and in names', () => {
    expect(written({ 'a hidden-word': ['hidden-word!'] })).toEqual({ 'a ***': ['***!'] });
  });

  test('keeps numbers, booleans, null and dates, and writes big integers as text', () => {
    const date = new Date(0);
    expect(written({ a: 1, b: true, c: null, d: date, e: 5n })).toEqual({
      a: 1,
      b: true,
      c: null,
      d: '1970-01-01T00:00:00.000Z',
      e: '5',
    });
  });

  test('keeps name and message of an error', () => {
    expect(written({ cause: new TypeError('top-secret') })).toEqual({
      cause: { name: 'TypeError', message: '***' },
    });
  });

  test('has a field that is called __proto__ as a field', () => {
    const line = redactor.line(JSON.parse('{"__proto__":{"note":"top-secret"}}'));
    expect(line).toBe('{"__proto__":{"note":"***"}}');
  });

  test('has each record of a field that several have as the first of them has it', () => {
    expect(redactor.line({ a: 1 }, { a: 2, b: 3 })).toBe('{"a":1,"b":3}');
  });

  test('loses a secret that stands in one of its many texts, as that text alone would', () => {
    const secret = fc.string({ unit: 'binary', minLength: 3, maxLength: 40 });
    const around = fc.string({ unit: 'binary', maxLength: 70 });
    const encodings = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => JSON.stringify(text),
      (text) => JSON.stringify(JSON.stringify(text)),
      (text) => Buffer.from(text).toString('base64'),
      (text) => new URLSearchParams({ q: text }).toString(),
      (text) => text.slice(0, -1),
    );
    fc.assert(
      fc.property(secret, around, around, encodings, (kept, before, after, encode) => {
        const own = createRedactor();
        own.keep(kept);
        const text = encode(before + kept + after);
        const shown = own.line({ ok: 1, name: 'as ever', text }, { list: [text] });
        expect(shown).toBe(
          JSON.stringify({
            ok: 1,
            [own.text('name')]: own.text('as ever'),
            [own.text('text')]: own.text(text),
            [own.text('list')]: [own.text(text)],
          }),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('cuts long text', () => {
    expect(written({ a: 'x'.repeat(9_000) }).a).toMatch(/^x{8192}… \(9000 characters\)$/);
  });

  test('cuts long arrays and wide objects', () => {
    const wide = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index]));
    const copy = written({ list: Array.from({ length: 500 }, () => 1), wide });
    expect([copy.list, Object.keys(copy.wide as object)].map((each) => (each as unknown[]).length)).toEqual([100, 100]);
  });

  test('ends at a depth, so that a circle is no harm', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(redactor.line(circle)).toContain('…');
  });
});
