import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../openapi/document.js';
import { documented } from '../../openapi/documented-functions.js';
import { documentsOf } from '../../openapi/documents.js';
import { readServiceFile, type Service, type ServiceRoute } from '../../serverless/service-file.js';
import { openApi, operationAt, problemsWith, problemsWithin } from './check-against.js';

const service = readServiceFile('serverless.yml');
const routes = service.functions.flatMap((fn) => fn.routes.map((route) => ({ fn, route })));
/** As the build takes it, which runs in the same environment. */
const projectId = process.env.HUAWEICLOUD_SDK_PROJECT_ID || 'set-HUAWEICLOUD_SDK_PROJECT_ID';
const about = { version: '1.2.3', projectId: 'p' };

const sample = (file: string) => JSON.parse(readFileSync(`events/${file}.json`, 'utf8'));

/** The service with other settings in the route of its first function. */
function withRoute(settings: Partial<ServiceRoute>): Service {
  const [first, ...others] = service.functions;
  const [route] = first?.routes ?? [];
  if (!first || !route) throw new Error('serverless.yml has no route');
  return { ...service, functions: [{ ...first, routes: [{ ...route, ...settings }] }, ...others] };
}

test('the document that the build writes is valid OpenAPI 3.0', async () => {
  const result = await new Validator().validate(structuredClone(openApi) as unknown as Record<string, unknown>);

  expect(result).toEqual({ valid: true });
});

test('it has the routes of serverless.yml and no others, each named as its API', () => {
  const written = Object.entries(openApi.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
  );

  const listed = routes.map(({ route }) => `${route.method} ${route.path} ${route.name}`);
  expect(written.sort()).toEqual(listed.sort());
});

test('a route that is switched off is left out', () => {
  const { paths } = openApiDocument(withRoute({ path: '/only-here', active: false }), about);

  expect(paths).not.toHaveProperty('/only-here');
});

test('a function without schemas is refused with the place to name them', () => {
  const [first] = service.functions;
  if (!first) throw new Error('serverless.yml has no function');
  const functions = [...service.functions, { ...first, name: 'brand-new' }, { ...first, name: 'toString' }];

  expect(() => documentsOf({ ...service, functions }, about)).toThrow(
    'openapi/documented-functions.ts lacks brand-new, which serverless.yml lists: name its operations and schemas there.\n' +
      'openapi/documented-functions.ts lacks toString, which serverless.yml lists: name its operations and schemas there.',
  );
});

describe.each(routes)('$route.method $route.path', ({ fn, route }) => {
  const schemaName = `${fn.name}.input`;
  const { input } = documented(fn);

  test('takes the sample of events/', () => {
    if (route.method === 'GET') {
      const query = sample(`${fn.name}.apig`).queryStringParameters as Record<string, string>;
      const parameters = operationAt(route.path, route.method).parameters ?? [];
      for (const [name, value] of Object.entries(query)) {
        const parameter = parameters.find((one) => one.name === name && one.in === 'query');
        const read = /^\d+$/.test(value) ? Number(value) : value;
        expect(problemsWithin(parameter?.schema ?? { not: {} }, read)).toEqual([]);
      }
    } else {
      expect(problemsWith(schemaName, sample(`${fn.name}.direct`))).toEqual([]);
    }
  });

  test('refuses nothing that the function takes', () => {
    const original = sample(`${fn.name}.direct`);
    const changed = fc.tuple(fc.constantFrom(...pathsOf(original)), fc.oneof(fc.jsonValue(), likelyValue));

    fc.assert(
      fc.property(changed, ([path, value]) => {
        const event = withValueAt(original, path, value);
        const taken = input.safeParse(event).success;
        expect({ event, problems: taken ? problemsWith(schemaName, event) : [] }).toEqual({ event, problems: [] });
      }),
      { numRuns: 300 },
    );
  });

  test('refuses an unknown field exactly where the function does', () => {
    const event = { ...sample(`${fn.name}.direct`), no_such_field: 1 };

    expect(problemsWith(schemaName, event).length > 0).toBe(!input.safeParse(event).success);
  });

  test('says what API Gateway needs for its import', () => {
    const { security, ...operation } = operationAt(route.path, route.method);

    const schemes = { IAM: [{ 'apig-auth-iam': [] }], APP: [{ 'apig-auth-app': [] }], NONE: [] };
    expect(security).toEqual(schemes[route.auth]);
    expect(operation).toMatchObject({
      'x-apigateway-request-type': 'public',
      'x-apigateway-match-mode': route.matchMode,
      'x-apigateway-cors': false,
      'x-apigateway-backend': {
        type: 'FUNCTION',
        functionEndpoints: {
          'function-urn': `urn:fss:${service.region}:${projectId}:function:${fn.app}:${fn.name}:latest`,
          version: 'latest',
          'invocation-type': 'sync',
          timeout: route.timeoutMs,
        },
      },
    });
  });

  test('has parameters of the types that API Gateway imports only', () => {
    const types = (operationAt(route.path, route.method).parameters ?? []).map(({ schema }) =>
      Reflect.get(schema, 'type'),
    );

    expect(types.filter((type) => !['string', 'integer', 'number'].includes(String(type)))).toEqual([]);
  });
});

test('what JSON Schema can say of an input is said: words, lengths, patterns, numbers of entries', () => {
  const at = (event: object) => problemsWith('create-invocations.input', { invocation_type: 'INSTALL', ...event });

  expect(at({ invocation_type: 'REINSTALL' })).toEqual(['/invocation_type must be equal to one of the allowed values']);
  expect(at({ instance_ids: [] })).toEqual(['/instance_ids must NOT have fewer than 1 items']);
  expect(at({ instance_ids: ['a b'] })).toEqual(['/instance_ids/0 must match pattern "^[a-zA-Z0-9-]{1,64}$"']);
  expect(at({ instance_ids: new Array(10_001).fill('a') })).toEqual([
    '/instance_ids must NOT have more than 10000 items',
  ]);
  expect(at({ remote_install_meta: [{ port: 22 }, { port: '22' }] })).toEqual([]);
});

test('a list in a query is its words with commas between them', () => {
  const { parameters = [] } = operationAt('/agent-invocations', 'GET');
  const { schema = {} } = parameters.find(({ name }) => name === 'invocation_status') ?? {};

  const problems = ['FAILED', 'FAILED,TIMEOUT', 'FAILED, TIMEOUT', 'NOPE', 'FAILED,', ''].map(
    (text) => problemsWithin(schema, text).length,
  );

  expect(problems).toEqual([0, 0, 0, 1, 1, 1]);
});

test('a route for all methods and one with an application key are written as the gateway wants them', () => {
  const document = openApiDocument(withRoute({ method: 'ANY', path: '/any', auth: 'APP' }), about);

  expect(document).toMatchObject({
    paths: { '/any': { 'x-apigateway-any-method': { security: [{ 'apig-auth-app': [] }] } } },
    components: {
      securitySchemes: {
        'apig-auth-app': { type: 'apiKey', in: 'header', name: 'Authorization', 'x-apigateway-auth-type': 'AppSigv1' },
      },
    },
  });
});

const likelyValue = fc.oneof(
  fc.constantFrom('start', 'INSTALL', 'deployment', 'node_upgrade', 'telescope', true, 1, 99, '99', null, [], {}),
  fc.stringMatching(/^[a-zA-Z0-9_-]{1,70}$/),
  fc.array(fc.stringMatching(/^[a-zA-Z0-9-]{1,8}$/), { maxLength: 3 }),
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, [...path, key]))];
}

function withValueAt(original: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy: unknown = structuredClone(original);
  if (typeof copy === 'object' && copy !== null) {
    Reflect.set(copy, key, withValueAt(Reflect.get(copy, key), rest, value));
  }
  return copy;
}
