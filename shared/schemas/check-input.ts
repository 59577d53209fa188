import * as z from 'zod/mini';
import { plainWords, unknownField } from './plain-words.js';

/** One thing wrong with the input: `path` as the caller wrote it (`instance_ids[3]`), '' for the whole. */
export interface InputError {
  readonly path: string;
  readonly message: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly InputError[] };

/** A list of ten thousand bad ids would otherwise make an answer that no gateway lets through. */
const MOST_ERRORS = 100;

/** Longer than any field has a name: an unknown one is the caller's, and its answer must get through a gateway all the same. */
const LONGEST_NAME = 200;

function nameOf(step: PropertyKey): string {
  const name = String(step);
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
}

/** `['job_content', 'targets', 0, 'target_id']` → `job_content.targets[0].target_id`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? nameOf(step) : `${text}.${nameOf(step)}`;
  }, '');
}

/**
 * Checks a value that came from outside against a schema. Never throws. Each broken rule becomes one entry with the
 * path of the field and a sentence in plain words; values are not repeated. At most 100 entries, and one that counts the rest.
 */
export function checkInput<Schema extends z.ZodMiniType>(schema: Schema, raw: unknown): Checked<z.output<Schema>> {
  const knownFields = new Map<unknown, readonly string[]>();
  const result = schema.safeParse(raw, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodMiniObject) {
        knownFields.set(issue.keys, Object.keys(issue.inst.shape));
      }
      return plainWords(issue);
    },
  });
  if (result.success) return { ok: true, value: result.data };
  const errors = result.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: pathText(issue.path), message: issue.message }];
    const known = knownFields.get(issue.keys) ?? [];
    return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: unknownField(key, known) }));
  });
  if (errors.length <= MOST_ERRORS) return { ok: false, errors };
  const rest = { path: '', message: `${errors.length - MOST_ERRORS} more errors are not listed` };
  return { ok: false, errors: [...errors.slice(0, MOST_ERRORS), rest] };
}
