import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

interface Response {
  readonly headers?: Readonly<Record<string, object>>;
  readonly content: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
}

/** The part of an OpenAPI document that the tests look at. */
export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: Response;
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly [extension: `x-${string}`]: unknown;
}

export interface OpenApi {
  readonly info: { readonly title: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: Record<string, object> };
}

/** The document as the build wrote it. */
export const openApi = JSON.parse(readFileSync('dist/openapi.json', 'utf8')) as OpenApi;

const ajv = new Ajv({ strict: false }).addSchema(openApi, 'openapi.json');

/** Checks a value against a schema of the document; what is wrong with it, in ajv's words, or nothing. */
export function problemsWith(schemaName: string, value: unknown): string[] {
  const validate = ajv.getSchema(`openapi.json#/components/schemas/${schemaName}`);
  if (!validate) throw new Error(`the document has no schema ${schemaName}`);
  return run(validate, value);
}

/** The same for a schema that stands in the document itself. */
export function problemsWithin(schema: object, value: unknown): string[] {
  return run(ajv.compile(schema), value);
}

function run(validate: ValidateFunction, value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What of an answer the document does not allow, or nothing. */
export function disagreements(
  [method, path]: readonly [method: string, path: string],
  { status, headers, body }: { readonly status: number; readonly headers: object; readonly body: unknown },
): string[] {
  const response = operationAt(path, method).responses[status];
  if (!response) return [`${status} is not documented`];
  const { mediaType, schemaName } = contentOf(response);
  const given = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const type = given.get('content-type')?.split(';')[0];
  const known = Object.keys(response.headers ?? {}).map((name) => name.toLowerCase());
  const untold = ['retry-after', 'idempotent-replayed'].filter((name) => given.has(name) && !known.includes(name));
  return [
    ...(type === mediaType ? [] : [`the media type is ${type}`]),
    ...untold.map((name) => `${name} is not documented`),
    ...problemsWith(schemaName, body),
  ];
}

/** The schema's name and the media type of a response or request body. */
export function contentOf(response: Response | undefined): { mediaType: string; schemaName: string } {
  const [[mediaType, { schema }] = ['', { schema: { $ref: '' } }]] = Object.entries(response?.content ?? {});
  return { mediaType, schemaName: schema.$ref.replace('#/components/schemas/', '') };
}

/** The operation of a route. */
export function operationAt(path: string, method: string): Operation {
  const operation = openApi.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`the document has no ${method} ${path}`);
  return operation;
}
