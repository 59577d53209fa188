import type * as z from 'zod/mini';
import { errorReply, type Reply } from './cloud-operation.js';

/** Codes and first sentences are those of FunctionGraph's error code page; what follows them is said by the emulator. */
export const functionNotFound = errorReply(404, 'FSS.1051', 'Not found the function');
export const versionNotFound = errorReply(404, 'FSS.1052', 'The version does not exist. There is latest only.');
export const aliasNotFound = errorReply(404, 'FSS.1053', 'The alias does not exist. There are no aliases here.');
export const functionExists = errorReply(409, 'FSS.1061', 'The function already exists.');
export const notJson = errorReply(406, 'FSS.0406', 'Not acceptable. The body is not JSON.');

/** The remedy of a schema, with the code that FunctionGraph has for the field. */
export function fss(code: number, text: string): string {
  return `FSS.${code} ${text}`;
}

/** A 400 out of a message that begins with its code, or FSS.0400 with the place for one that has none. */
function refusal(path: readonly PropertyKey[], message: string): Reply {
  const [, code, text] = /^(FSS\.\d{4}) (.*)$/s.exec(message) ?? [];
  if (code && text) return errorReply(400, code, text);
  return errorReply(400, 'FSS.0400', `Invalid parameter. ${path.join('.') || 'The body'}: ${message}`);
}

/** The body of a request that a schema takes, or the refusal of the first thing that is wrong with it. */
export function readBody<Schema extends z.ZodMiniType>(
  schema: Schema,
  body: unknown,
): { readonly value: z.output<Schema> } | { readonly refused: Reply } {
  if (body === undefined) return { refused: notJson };
  const parsed = schema.safeParse(body);
  if (parsed.success) return { value: parsed.data };
  const [first] = parsed.error.issues;
  return { refused: refusal(first?.path ?? [], first?.message ?? 'is not what is expected') };
}
