import { InvalidInputError } from '../client/errors.js';
import { isRecord } from '../schemas/rules.js';
import { PathNotOfferedError } from './request-errors.js';

/** One segment of a template that stands for a field: `{job_id}`. */
const placeholder = /^\{(\w+)\}$/;

/**
 * The fields that stand in the path of a request. Only its last segments are compared: every gateway hands over the whole path, with
 * the prefix of its stage or API before ours. Path parameters of the event are not asked, for a Function URL has none.
 *
 * @param template such as `/ief-jobs/{job_id}`; each field is one whole segment
 * @param path as it came, still percent-encoded: each segment is decoded once, after the path was split
 * @throws PathNotOfferedError where the path is another, InvalidInputError where a field is empty or cannot be decoded
 */
export function pathFields(template: string, path: string): Record<string, string> {
  const wanted = template.split('/').slice(1);
  const segments = path.split('/').slice(1).slice(-wanted.length);
  const fields: Record<string, string> = {};
  for (const [i, want] of wanted.entries()) {
    const [, name] = placeholder.exec(want) ?? [];
    const segment = segments[i];
    if (segment === undefined || (name === undefined && segment !== want)) throw new PathNotOfferedError(template);
    if (name !== undefined) fields[name] = decodedOnce(name, segment);
  }
  return fields;
}

function decodedOnce(name: string, segment: string): string {
  if (segment === '') throw new InvalidInputError([{ path: name, message: 'is empty in the path' }]);
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new InvalidInputError([{ path: name, message: 'is not percent-encoded UTF-8 in the path' }]);
  }
}

/**
 * The input of a body or a query with the fields of the path. What is no object stays as it is, so that the check of the input names it.
 * @throws InvalidInputError where a field has another value there than in the path
 */
export function withPathFields(input: unknown, fields: Readonly<Record<string, string>>): unknown {
  if (!isRecord(input)) return input;
  const contradicted = Object.keys(fields).filter((name) => Object.hasOwn(input, name) && input[name] !== fields[name]);
  if (contradicted.length > 0) {
    const message = 'has another value than in the path; leave it out, or write the same';
    throw new InvalidInputError(contradicted.map((name) => ({ path: name, message })));
  }
  return { ...input, ...fields };
}
