import type * as z from 'zod/mini';
import { nearMiss } from './near-miss.js';

/** What kind of value stands there, in words; the value itself is never repeated, it may be a password. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a Date';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return `a ${typeof value}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** `A`, `A or B`, `A, B or C`. */
export function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

function suggestion(word: unknown, known: readonly string[]): string {
  const meant = nearMiss(word, known);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** The message for a field that a strict object does not know. */
export function unknownField(name: string, known: readonly string[]): string {
  return `unknown field; known are ${known.join(', ')}${suggestion(name, known)}`;
}

function sized(count: unknown, origin: string): string {
  const unit = origin === 'string' ? ' character' : origin === 'array' ? ' entr' : '';
  if (unit === '') return String(count);
  if (origin === 'array') return `${count}${unit}${count === 1 ? 'y' : 'ies'}`;
  return `${count}${unit}${count === 1 ? '' : 's'}`;
}

/** One sentence without a subject (`must be a list, not a text`) for one finding of zod. Undefined leaves it to zod. */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? `of type ${issue.expected}`;
      if (issue.input === undefined) return `is missing; it must be ${kind}`;
      const fraction = issue.expected === 'int' && Number.isFinite(issue.input);
      return `must be ${kind}, not ${fraction ? 'one with a fraction' : kindOf(issue.input)}`;
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      const missing = issue.input === undefined ? 'is missing; it ' : '';
      return `${missing}must be ${oneOf(known)}${suggestion(issue.input, known)}`;
    }
    case 'too_small':
    case 'too_big': {
      const side = issue.code === 'too_small' ? 'at least' : 'at most';
      const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
      const verb = issue.origin === 'string' || issue.origin === 'array' ? 'must have' : 'must be';
      return `${verb} ${side} ${sized(limit, issue.origin)}`;
    }
    default:
      return undefined;
  }
}
