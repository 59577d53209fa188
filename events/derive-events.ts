/**
 * Derives the sample events of all other triggers from `NAME.direct.json`, which holds the operation's input itself.
 * Run with `npm run events` after changing an input; a test says when that was forgotten.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { signatureHeaders } from '../local/cloud/push.js';
import { filledPath, pathNames } from '../serverless/route-path.js';
import { readServiceFile } from '../serverless/service-file.js';

type Json = Record<string, unknown>;

interface Route {
  readonly function: string;
  readonly method: string;
  /** Empty where the function has none. */
  readonly path: string;
  /** The path as `serverless.yml` has it, and what stands for its parameters. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The one list of functions and routes is `serverless.yml`. */
function routes(): Route[] {
  const { functions } = readServiceFile(fileURLToPath(new URL('../serverless.yml', import.meta.url)));
  return functions.map((fn) => {
    const { method = '', path = '' } = fn.routes[0] ?? {};
    return { function: fn.name, method, path, template: path, parameters: {} };
  });
}

/** The token that the samples of pushes are signed with. */
export const tokenOfSamples = 'localpushtoken';
const requestId = 'a31d0c6c5d0d4c5f9a2b7c1e8f3d4a56';
const account = '123456789012';
const awsDomain = 'a1b2c3d4e5.execute-api.sa-east-1.amazonaws.com';
const urlDomain = 'a1b2c3d4e5.lambda-url.sa-east-1.on.aws';

/** The route with a sample input in its path, and the rest of the input. */
function filled(route: Route, input: Json): { route: Route; rest: Json } {
  const { path, rest } = filledPath(route.template, input);
  const parameters = Object.fromEntries(pathNames(route.template).map((name) => [name, String(input[name])]));
  return { route: { ...route, path, parameters }, rest };
}

function headersOf(route: Route, host: string): Record<string, string> {
  return {
    host,
    'user-agent': 'curl/8.5.0',
    ...(route.method === 'POST' ? { 'content-type': 'application/json' } : {}),
    ...(route.function === 'receive-batchtask'
      ? signatureHeaders(tokenOfSamples, '1795227300250', 'c2FtcGxlbm9uY2U')
      : {}),
  };
}

function queryOf(route: Route, input: Json): Record<string, string> {
  if (route.method !== 'GET') return {};
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)]));
}

function bodyOf(route: Route, input: Json): string {
  return route.method === 'GET' ? '' : JSON.stringify(input);
}

function apig(route: Route, input: Json): Json {
  return {
    requestContext: { requestId, apiId: 'caf6d0f0c9f54d3c8d3f1f7a5d3b2a10', stage: 'RELEASE' },
    headers: {
      ...headersOf(route, 'fleet.apic.cn-north-4.huaweicloudapis.com'),
      'x-real-ip': '203.0.113.7',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-request-id': requestId,
    },
    httpMethod: route.method,
    pathParameters: route.parameters,
    queryStringParameters: queryOf(route, input),
    body: Buffer.from(bodyOf(route, input)).toString('base64'),
    isBase64Encoded: true,
    path: route.path,
  };
}

function timer(route: Route, input: Json): Json {
  return {
    version: 'v1.0',
    time: '2026-11-21T10:15:00+08:00',
    trigger_type: 'TIMER',
    trigger_name: `sample-${route.function}`,
    user_event: JSON.stringify(input),
  };
}

/** Payload 1.0 keeps the names as the caller wrote them; all other gateways make them lower-case. */
function asWritten(headers: Record<string, string>): Record<string, string> {
  const written = (name: string) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [written(name), value]));
}

function multiValue(values: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}

function apiGatewayV1(route: Route, input: Json): Json {
  const query = queryOf(route, input);
  const hasQuery = Object.keys(query).length > 0;
  const headers = asWritten(headersOf(route, awsDomain));
  return {
    resource: route.template,
    path: route.path,
    httpMethod: route.method,
    headers,
    multiValueHeaders: multiValue(headers),
    queryStringParameters: hasQuery ? query : null,
    multiValueQueryStringParameters: hasQuery ? multiValue(query) : null,
    pathParameters: pathNames(route.template).length > 0 ? route.parameters : null,
    stageVariables: null,
    requestContext: {
      accountId: account,
      apiId: 'a1b2c3d4e5',
      httpMethod: route.method,
      identity: { sourceIp: '203.0.113.7', userAgent: 'curl/8.5.0' },
      path: `/prod${route.path}`,
      requestId,
      resourcePath: route.template,
      stage: 'prod',
    },
    body: bodyOf(route, input) || null,
    isBase64Encoded: false,
  };
}

function apiGatewayV2(route: Route, input: Json): Json {
  const query = queryOf(route, input);
  const body = bodyOf(route, input);
  return {
    version: '2.0',
    routeKey: `${route.method} ${route.template}`,
    rawPath: route.path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: headersOf(route, awsDomain),
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    ...(pathNames(route.template).length > 0 ? { pathParameters: route.parameters } : {}),
    requestContext: {
      accountId: account,
      apiId: 'a1b2c3d4e5',
      domainName: awsDomain,
      http: {
        method: route.method,
        path: route.path,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'curl/8.5.0',
      },
      requestId,
      routeKey: `${route.method} ${route.template}`,
      stage: '$default',
      time: '21/Nov/2026:02:15:00 +0000',
      timeEpoch: 1795227300250,
    },
    ...(body ? { body } : {}),
    isBase64Encoded: false,
  };
}

function functionUrl(route: Route, input: Json): Json {
  const { pathParameters: _, ...event } = apiGatewayV2(route, input);
  const context = event.requestContext as Json;
  return {
    ...event,
    headers: headersOf(route, urlDomain),
    routeKey: '$default',
    requestContext: {
      ...context,
      domainName: urlDomain,
      routeKey: '$default',
    },
    ...(route.method === 'POST'
      ? { body: Buffer.from(bodyOf(route, input)).toString('base64'), isBase64Encoded: true }
      : {}),
  };
}

function eventBridge(route: Route, input: Json): Json {
  return {
    version: '0',
    id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: '2026-11-21T02:15:00Z',
    region: 'sa-east-1',
    resources: [`arn:aws:events:sa-east-1:${account}:rule/sample-${route.function}`],
    detail: input,
  };
}

const triggers = {
  apig,
  timer,
  'apigateway-v1': apiGatewayV1,
  'apigateway-v2': apiGatewayV2,
  'function-url': functionUrl,
  eventbridge: eventBridge,
} as const;
/** Those that need no route. */
const withoutRoute: readonly string[] = ['timer', 'eventbridge'];

/** All derived samples: file name in this folder → event. */
export function deriveEvents(): Map<string, Json> {
  const files = new Map<string, Json>();
  for (const route of routes()) {
    const input = JSON.parse(readFileSync(new URL(`${route.function}.direct.json`, import.meta.url), 'utf8')) as Json;
    for (const [trigger, derive] of Object.entries(triggers)) {
      if (route.path === '' && !withoutRoute.includes(trigger)) continue;
      const { route: called, rest } = filled(route, input);
      files.set(`${route.function}.${trigger}.json`, derive(called, withoutRoute.includes(trigger) ? input : rest));
    }
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, event] of deriveEvents()) {
    writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(event, null, 2)}\n`);
  }
}
