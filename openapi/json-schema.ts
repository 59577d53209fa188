import * as z from 'zod/mini';
import { port } from '../shared/schemas/ces-remote-install.js';
import { milliseconds, number, text, texts } from '../shared/schemas/lenient.js';

/** A schema object of OpenAPI 3.0, which is JSON Schema but for `nullable` and a few words. */
export type SchemaObject = Record<string, unknown>;

/**
 * What a value may be where zod turns it into another first, of which JSON Schema knows nothing: the fields of replies, which are
 * read from anything (`lenient.ts`), and a port, which may be a number.
 */
const turned = new Map<unknown, SchemaObject>([
  [text, { type: 'string', nullable: true }],
  [number, { type: 'number', nullable: true }],
  [milliseconds, { type: 'number', nullable: true, description: 'Milliseconds since the epoch.' }],
  [texts, { type: 'array', items: { type: 'string' }, nullable: true }],
  [
    port,
    {
      oneOf: [
        { type: 'string', minLength: 1, maxLength: 5 },
        { type: 'integer', minimum: 0, maximum: 99_999 },
      ],
    },
  ],
]);

/**
 * A zod schema as a schema object. What JSON Schema cannot say, rules across fields above all, is left out here and said in
 * the description of the operation.
 */
export function schemaObject(schema: z.ZodMiniType): SchemaObject {
  const { $schema: _, ...object } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const known = turned.get(zodSchema);
      if (known) replace(jsonSchema, known);
      withoutSafeBounds(jsonSchema);
      // `nullable` alone does not let null through an `enum` (OpenAPI 3.0.3, schema object).
      if (Reflect.get(jsonSchema, 'nullable') && jsonSchema.enum)
        jsonSchema.enum = [...new Set([...jsonSchema.enum, null])];
    },
  });
  return object;
}

function replace(object: object, other: SchemaObject): void {
  for (const key of Object.keys(object)) Reflect.deleteProperty(object, key);
  Object.assign(object, other);
}

/** zod writes the largest exact integers of JavaScript as bounds, which tells a reader nothing. */
function withoutSafeBounds(object: { minimum?: number; maximum?: number }): void {
  if (object.minimum === Number.MIN_SAFE_INTEGER) delete object.minimum;
  if (object.maximum === Number.MAX_SAFE_INTEGER) delete object.maximum;
}
