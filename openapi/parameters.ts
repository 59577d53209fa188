import type { SchemaObject } from './json-schema.js';

/**
 * The fields of an input as query parameters. API Gateway imports parameters of the types string and number only (its page on
 * the compatibility of imports, apig_03_0083), and in a URL everything is a text anyway: so true and false are two words, and a
 * list is its words with commas between them.
 * @throws Error for a field that no query can carry
 */
export function queryParameters(input: SchemaObject): object[] {
  const properties = (input.properties ?? {}) as Record<string, SchemaObject>;
  const required = (input.required ?? []) as string[];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: queryText(name, property),
  }));
}

function queryText(name: string, property: SchemaObject): SchemaObject {
  // A parameter that is there has a value: null is for timers and direct calls.
  const { nullable: _, ...schema } = property;
  if (Array.isArray(schema.enum)) schema.enum = schema.enum.filter((word) => word !== null);
  if (schema.type === 'boolean') return { type: 'string', enum: ['true', 'false'] };
  if (schema.type === 'array') return listText(name, schema.items as SchemaObject);
  // Text or number: in a URL both are a text.
  if (Array.isArray(schema.anyOf)) return { type: 'string' };
  if (schema.type === 'string' || schema.type === 'integer' || schema.type === 'number') return schema;
  throw new Error(`The field ${name} of a query is neither text, number, true or false, nor a list of words.`);
}

function listText(name: string, items: SchemaObject): SchemaObject {
  if (!Array.isArray(items.enum)) throw new Error(`The list ${name} of a query has no fixed words.`);
  const words = items.enum.join('|');
  return {
    type: 'string',
    pattern: `^ *(${words}) *(, *(${words}) *)*$`,
    description: `One or more of ${items.enum.join(', ')}, with commas between them.`,
  };
}

/** An input in two: the fields that stand in the path of a route, and the rest of it. */
export function apart(
  input: SchemaObject,
  names: readonly string[],
): { readonly inPath: Record<string, SchemaObject>; readonly rest: SchemaObject } {
  if (names.length === 0) return { inPath: {}, rest: input };
  const properties = (input.properties ?? {}) as Record<string, SchemaObject>;
  const isInPath = ([name]: readonly [string, unknown]) => names.includes(name);
  const { required: demanded = [], ...others } = input as { readonly required?: readonly string[] };
  const required = demanded.filter((name) => !names.includes(name));
  const inRest = Object.fromEntries(Object.entries(properties).filter((entry) => !isInPath(entry)));
  return {
    inPath: Object.fromEntries(Object.entries(properties).filter(isInPath)),
    rest: { ...others, properties: inRest, ...(required.length > 0 ? { required } : {}) },
  };
}

/** The fields that stand in the path as its parameters, which are always there (OpenAPI 3.0.3, parameter object). */
export function pathParameters(fields: Readonly<Record<string, SchemaObject>>): object[] {
  return Object.entries(fields).map(([name, schema]) => ({ name, in: 'path', required: true, schema }));
}

/** Header parameters; none is demanded, for what is missing the function itself says best. */
export function headerParameters(headers: Readonly<Record<string, string>>): object[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
}
