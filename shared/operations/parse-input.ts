import type * as z from 'zod/mini';
import { InvalidInputError } from '../client/errors.js';
import { checkInput } from '../schemas/check-input.js';

/** The `parse` of an operation: checks raw input against a schema. @throws InvalidInputError with every broken rule */
export function parseWith<Schema extends z.ZodMiniType>(schema: Schema): (raw: unknown) => z.output<Schema> {
  return (raw) => {
    const checked = checkInput(schema, raw);
    if (!checked.ok) throw new InvalidInputError(checked.errors);
    return checked.value;
  };
}
