import * as z from 'zod/mini';
import { isRecord, type LooseRecord } from './rules.js';

// Replies are read leniently: a field that is absent, null or of another type never spoils the rest of the reply.

function readText(value: unknown): string | null | undefined {
  if (value === null || typeof value === 'string') return value;
  // An id beyond 2^53 has lost digits while the JSON was parsed: no id is better than a wrong one.
  if (typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value))) return String(value);
  return typeof value === 'boolean' ? String(value) : undefined;
}

function readNumber(value: unknown): number | null | undefined {
  if (value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** A text of a reply; numbers become texts, anything else but null reads as absent. */
export const text = z.optional(z.transform(readText));

/** A number of a reply; digits in a text become a number, anything else but null reads as absent. */
export const number = z.optional(z.transform(readNumber));

/** Up to here a time is in seconds (the year 5138); as milliseconds it would be in 1973, before any of the clouds. */
const MOST_SECONDS = 100_000_000_000;

/**
 * A time of a reply in milliseconds. Ten digits are seconds in the wrong place: they become milliseconds, for 1970 is no
 * date of any task.
 */
export const milliseconds = z.optional(z.transform(readMilliseconds));

function readMilliseconds(value: unknown): number | null | undefined {
  const read = readNumber(value);
  return typeof read === 'number' && read > 0 && read < MOST_SECONDS ? read * 1_000 : read;
}

/** A list of texts of a reply; entries that are neither texts nor numbers are left out. */
export const texts = z.optional(
  z.transform((value: unknown): string[] | null | undefined => {
    if (value === null) return null;
    if (!Array.isArray(value)) return undefined;
    return value.map(readText).filter((entry) => typeof entry === 'string');
  }),
);

/** The body of a reply, read from the object that the page documents; a body that is no object is not read at all. */
export function replyObject<Reply>(read: (body: LooseRecord) => Reply) {
  return z.transform((body: unknown, payload): Reply => (isRecord(body) ? read(body) : refuse(payload, 'an object')));
}

/** The same where the page, or what the cloud was seen to send, is an object or a list. */
export function replyObjectOrList<Reply>(read: (body: LooseRecord | readonly unknown[]) => Reply) {
  return z.transform(
    (body: unknown, payload): Reply =>
      isRecord(body) || Array.isArray(body) ? read(body) : refuse(payload, 'an object or a list'),
  );
}

function refuse(payload: z.core.ParsePayload, wanted: string): never {
  payload.issues.push({ code: 'custom', message: `must be ${wanted}`, input: payload.value });
  return z.NEVER;
}

/** The objects of a list of a reply, and how many entries were left out because they are no objects. */
export interface Rows<Item> {
  readonly items: Item[];
  readonly dropped: number;
}

/** Whether one of the fields above reads a value as that value itself. */
function standsAsItIs(field: unknown, value: unknown): boolean {
  if (value === null) return field === text || field === number || field === milliseconds || field === texts;
  if (typeof value === 'string') return field === text;
  if (typeof value === 'number') {
    return field === number ? readNumber(value) === value : field === milliseconds && readMilliseconds(value) === value;
  }
  return Array.isArray(value) && field === texts && value.every((entry) => typeof entry === 'string');
}

/**
 * A row that holds nothing but what its schema lets stand as it is, which nearly every row does: the copy that the schema would
 * make of it. Undefined for any other row. The first ten thousand rows of a process
 * took 86 ms of processor time through zod, and 12 this way.
 */
function plainRow(shape: Readonly<Record<string, unknown>>, entry: LooseRecord): Record<string, unknown> | undefined {
  const copy: Record<string, unknown> = {};
  for (const name in shape) {
    const value = entry[name];
    if (value === undefined && !(name in entry)) continue;
    if (!standsAsItIs(shape[name], value)) return undefined;
    copy[name] = value;
  }
  for (const name in entry) {
    if (Object.hasOwn(shape, name)) continue;
    if (name === '__proto__') return undefined;
    copy[name] = entry[name];
  }
  return copy;
}

/** Reads a list of objects; null, absent or no list at all reads as an empty one. */
export function rows<Item extends z.ZodMiniObject<z.core.$ZodLooseShape, z.core.$loose>>(
  item: Item,
  value: unknown,
): Rows<z.output<Item>> {
  if (!Array.isArray(value)) return { items: [], dropped: 0 };
  const items: z.output<Item>[] = [];
  for (const entry of value) {
    if (!isRecord(entry)) continue;
    const plain = plainRow(item.shape, entry);
    const read = plain === undefined ? item.safeParse(entry) : undefined;
    if (read === undefined) items.push(plain as z.output<Item>);
    else if (read.success) items.push(read.data);
  }
  return { items, dropped: value.length - items.length };
}
