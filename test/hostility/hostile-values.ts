import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { functionNames } from '../bundles/built-function.js';

const eventFolder = new URL('../../events/', import.meta.url);

/** All sample events with the function that they are for. */
export const samples = readdirSync(eventFolder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => {
    const name = functionNames.find((each) => file.startsWith(`${each}.`));
    return name ? [{ name, file, event: JSON.parse(readFileSync(new URL(file, eventFolder), 'utf8')) as unknown }] : [];
  });

const hostileKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  'then',
  'length',
  '',
  '0',
  'httpMethod',
];

/** Values that tend to go wrong, beside plain JSON. Objects may have `__proto__` as a field of their own, as after JSON.parse. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    -1,
    0.5,
    1e21,
    1e308,
    2 ** 53,
    '٣',
    '\ud800',
    '\u0000',
    '%00',
    '../..',
    '',
    ' ',
    '999999999999999999999',
  ),
  fc.constantFrom('x'.repeat(70_000), '['.repeat(20_000), '"'.repeat(20_000), `${'a/'.repeat(5_000)}`),
  fc.dictionary(fc.constantFrom(...hostileKeys), fc.jsonValue({ maxDepth: 1 })).map(asParsed),
  fc.constantFrom(10, 200, 1_000).map(nested),
);

/** As JSON.parse makes it: `__proto__` becomes a field and not the prototype. */
function asParsed(fields: object): unknown {
  const texts = Object.entries(fields).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${texts.join(',')}}`);
}

function nested(depth: number): unknown {
  return JSON.parse('{"a":['.repeat(depth) + ']}'.repeat(depth));
}

interface Change {
  readonly pick: number;
  readonly kind: 'drop' | 'rename' | 'replace' | 'wrap' | 'text' | 'repeat';
  readonly key: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  pick: fc.nat(10_000),
  kind: fc.constantFrom('drop', 'rename', 'replace', 'replace', 'wrap', 'text', 'repeat'),
  key: fc.constantFrom(...hostileKeys, 'instance_ids', 'body', 'headers'),
  value: hostileValue,
});

type Container = Record<string, unknown>;

/** Every place in a JSON value: the object or array, and the name in it. */
function placesOf(value: unknown, found: [Container, string][] = []): [Container, string][] {
  if (typeof value !== 'object' || value === null) return found;
  for (const name of Object.keys(value)) {
    if (found.length >= 2_000) return found;
    found.push([value as Container, name]);
    placesOf((value as Container)[name], found);
  }
  return found;
}

function apply(root: unknown, { pick, kind, key, value }: Change): void {
  const places = placesOf(root);
  const [container, name] = places[pick % Math.max(1, places.length)] ?? [];
  if (!container || name === undefined) return;
  const before = container[name];
  if (kind === 'drop') Reflect.deleteProperty(container, name);
  if (kind === 'rename') {
    Reflect.deleteProperty(container, name);
    define(container, key, before);
  }
  if (kind === 'replace') define(container, name, value);
  if (kind === 'wrap') define(container, name, [before]);
  if (kind === 'text')
    define(container, name, typeof before === 'string' ? [...before].slice(0, 50) : JSON.stringify(before));
  // Copies, each on its own: a later change of one that were all the same object would grow three hundredfold, beyond what a
  // platform lets through and a string can hold.
  if (kind === 'repeat' && (JSON.stringify(before) ?? '').length < 2_000) {
    define(
      container,
      name,
      Array.from({ length: 300 }, () => structuredClone(before)),
    );
  }
}

/** Also for `__proto__`, which an assignment would turn into the prototype. */
function define(container: Container, name: string, value: unknown): void {
  // JSON has no way to write another field of an array.
  if (Array.isArray(container) && !/^\d{1,4}$/.test(name)) return;
  Object.defineProperty(container, name, { value, configurable: true, enumerable: true, writable: true });
}

const changed = (value: unknown, changes: readonly Change[]): unknown => {
  const holder = { value: structuredClone(value) };
  for (const each of changes) apply(holder, each);
  return holder.value;
};

/** Changes what the event carries, inside its base64 or its JSON text, and leaves the envelope whole. */
function changedInside(event: Container, changes: readonly Change[]): Container {
  if (typeof event.user_event === 'string')
    return { ...event, user_event: textOf(changed(JSON.parse(event.user_event), changes)) };
  if (typeof event.body !== 'string' || event.body === '') return event;
  const encoding = event.isBase64Encoded ? 'base64' : 'utf8';
  const body = changed(JSON.parse(Buffer.from(event.body, encoding).toString()), changes);
  return { ...event, body: Buffer.from(textOf(body)).toString(encoding) };
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

export interface Attack {
  readonly name: string;
  readonly event: unknown;
}

/** A sample event that went wrong somewhere: in its envelope, in what it carries, or in both. */
export const nearValidEvent: fc.Arbitrary<Attack> = fc
  .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 3 }), fc.array(change, { maxLength: 3 }))
  .map(([{ name, event }, inside, outside]) => ({
    name,
    event: changed(changedInside(event as Container, inside), outside),
  }));

/** Any JSON as the event of any function. */
export const anyEvent: fc.Arbitrary<Attack> = fc.record({
  name: fc.constantFrom(...functionNames),
  event: hostileValue,
});
