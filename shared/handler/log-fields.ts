import { isSecretName } from '../schemas/secret-names.js';

export type Fields = Readonly<Record<string, unknown>>;

/** What takes the place of a secret. */
export const mask = '***';
/** What the client and this file put where they cut a text. */
export const cutMark = '…';

/** Longest text, most entries and deepest nesting that are worth a place in the log. */
const limits = { text: 8_192, entries: 100, depth: 8 };

/**
 * A bounded copy of the fields of a log line: every text as `blot` gives it back, and what stands under a telling name masked. Of
 * a field that more than one of the records has, the first one counts.
 */
export function boundedCopy(records: readonly Fields[], blot: (text: string) => string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const record of records) copyFields(record, copy, blot, 0);
  return copy;
}

function copyFields(
  fields: object,
  copy: Record<string, unknown>,
  blot: (text: string) => string,
  depth: number,
): Record<string, unknown> {
  let left = limits.entries;
  for (const [name, entry] of Object.entries(fields)) {
    if (left-- === 0) break;
    const clean = shortened(blot(name));
    if (Object.hasOwn(copy, clean)) continue;
    put(copy, clean, isSecretName(name) ? mask : copyValue(entry, blot, depth + 1));
  }
  return copy;
}

function copyValue(value: unknown, blot: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return shortened(blot(value));
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= limits.depth) return cutMark;
  if (value instanceof Date) return value;
  if (value instanceof Error) return copyFields({ name: value.name, message: value.message }, {}, blot, depth);
  if (Array.isArray(value)) return value.slice(0, limits.entries).map((entry) => copyValue(entry, blot, depth + 1));
  return copyFields(value, {}, blot, depth);
}

/** Sets a field of a record, also one that is called `__proto__`. */
function put(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, configurable: true, enumerable: true, writable: true });
}

function shortened(text: string): string {
  return text.length <= limits.text ? text : `${text.slice(0, limits.text)}${cutMark} (${text.length} characters)`;
}
