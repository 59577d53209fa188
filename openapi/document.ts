import { pathNames } from '../serverless/route-path.js';
import type { Service, ServiceFunction, ServiceRoute } from '../serverless/service-file.js';
import { problemAnswer } from '../shared/schemas/answers.js';
import { documented } from './documented-functions.js';
import { gatewayExtensions, methodKey, security, securitySchemes } from './gateway.js';
import { schemaObject } from './json-schema.js';
import { apart, headerParameters, pathParameters, queryParameters } from './parameters.js';
import {
  gatewayError,
  gatewayResponse,
  keyHeaders,
  problemResponses,
  replayedHeader,
  usualProblems,
} from './problems.js';

/** What the document says that serverless.yml does not hold. */
export interface About {
  readonly version: string;
  /** The project that the functions are in; part of their URNs. */
  readonly projectId: string;
}

/**
 * The OpenAPI 3.0 document of all routes of serverless.yml, which API Gateway can import: the title becomes the API group, an
 * `operationId` the name of an API (apig_03_0083).
 */
export function openApiDocument(service: Service, about: About): Record<string, unknown> {
  const routed = service.functions.flatMap((fn) =>
    fn.routes.filter(({ active }) => active).map((route) => ({ fn, route })),
  );
  const paths: Record<string, Record<string, object>> = {};
  for (const { fn, route } of routed) {
    const operation = { ...operationOf(fn, route), ...gatewayExtensions(service, fn, route, about.projectId) };
    paths[route.path] = { ...paths[route.path], [methodKey(route)]: operation };
  }
  return {
    openapi: '3.0.3',
    info: {
      // Letters, digits and underscores: it becomes the name of the API group.
      title: service.name.replaceAll(/\W/g, '_'),
      description: 'Batch operations on Huawei Cloud fleets.',
      version: about.version,
    },
    paths,
    components: {
      schemas: {
        ...schemasOf(routed.map(({ fn }) => fn)),
        problem: schemaObject(problemAnswer),
        'gateway-error': gatewayError,
      },
      securitySchemes: securitySchemes(routed.map(({ route }) => route)),
    },
  };
}

function operationOf(fn: ServiceFunction, route: ServiceRoute): Record<string, unknown> {
  const { input, rules = [], headers = {}, problems, heedsKeys, receivesPushes, bodyOptional = false } = documented(fn);
  const hasBody = route.method !== 'GET';
  const names = pathNames(route.path);
  const { inPath, rest } = apart(schemaObject(input), names);
  const parameters = [
    ...pathParameters(inPath),
    ...(hasBody ? [] : queryParameters(rest)),
    ...headerParameters(heedsKeys ? { ...headers, ...keyHeaders } : headers),
  ];
  return {
    operationId: route.name,
    summary: fn.description,
    description: [`Function ${fn.name}.`, ...rules].join(' '),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(hasBody
      ? { requestBody: { required: !bodyOptional, content: json(`${fn.name}.${names.length > 0 ? 'body' : 'input'}`) } }
      : {}),
    responses: {
      ...successesOf(fn),
      ...problemResponses(problems ?? usualProblems(hasBody), { heedsKeys, receivesPushes }),
      default: gatewayResponse,
    },
    security: security(route),
  };
}

function successesOf(fn: ServiceFunction): Record<string, object> {
  const { successes: described, heedsKeys } = documented(fn);
  const headers = {
    'X-Request-Id': { description: 'The id of the log line.', schema: { type: 'string' } },
    ...(heedsKeys ? replayedHeader : {}),
  };
  const successes = Object.entries(described).map(([status, description]) => [
    status,
    { description, headers, content: json(`${fn.name}.answer`) },
  ]);
  return Object.fromEntries(successes);
}

function schemasOf(functions: readonly ServiceFunction[]): Record<string, object> {
  const entries = functions.flatMap((fn): [string, object][] => {
    const { input, answer } = documented(fn);
    const whole = schemaObject(input);
    const inPath = fn.routes.filter(({ method }) => method !== 'GET').flatMap(({ path }) => pathNames(path));
    return [
      [`${fn.name}.input`, whole],
      // What stands in the path, nobody has to write into the body too; timers and direct calls have the whole input.
      ...(inPath.length > 0 ? [[`${fn.name}.body`, apart(whole, inPath).rest] as [string, object]] : []),
      [`${fn.name}.answer`, schemaObject(answer)],
    ];
  });
  return Object.fromEntries(entries);
}

function json(schema: string): object {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
}
