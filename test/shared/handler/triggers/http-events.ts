/** One HTTP request, and the events that the gateways make of it. */
export interface SampleRequest {
  readonly method: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly query?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

export type Gateway = (request: SampleRequest, base64?: boolean) => Record<string, unknown>;

function body(request: SampleRequest, base64: boolean): string {
  const bytes = Buffer.from(request.body ?? '');
  return bytes.toString(base64 ? 'base64' : 'utf8');
}

function single(values: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat().join(',')]));
}

function multiple(values: Record<string, string | string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat()]));
}

/** FunctionGraph's APIG, APIC and DEDICATEDGATEWAY. */
export const apig: Gateway = (request, base64 = true) => ({
  requestContext: { requestId: 'gateway-id', apiId: 'caf6', stage: 'RELEASE' },
  headers: request.headers ?? {},
  httpMethod: request.method,
  pathParameters: { '': 'rest/of/path' },
  queryStringParameters: request.query ?? {},
  body: body(request, base64),
  isBase64Encoded: base64,
  path: request.path ?? '/things',
});

/** AWS API Gateway, payload 1.0. */
export const apiGatewayV1: Gateway = (request, base64 = false) => ({
  resource: '/things',
  path: request.path ?? '/things',
  httpMethod: request.method,
  headers: single(request.headers ?? {}),
  multiValueHeaders: multiple(request.headers ?? {}),
  queryStringParameters: request.query ? single(request.query) : null,
  multiValueQueryStringParameters: request.query ? multiple(request.query) : null,
  pathParameters: null,
  requestContext: { identity: { sourceIp: '203.0.113.7' }, requestId: 'gateway-id' },
  body: request.body === undefined ? null : body(request, base64),
  isBase64Encoded: base64,
});

/** AWS API Gateway, payload 2.0, and Function URLs. */
export const apiGatewayV2: Gateway = (request, base64 = false) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: request.path ?? '/things',
  rawQueryString: new URLSearchParams(
    Object.entries(request.query ?? {}).flatMap(([name, value]) =>
      [value].flat().map((each): [string, string] => [name, each]),
    ),
  ).toString(),
  headers: single(request.headers ?? {}),
  requestContext: { http: { method: request.method, path: request.path ?? '/things' }, requestId: 'gateway-id' },
  ...(request.body === undefined ? {} : { body: body(request, base64) }),
  isBase64Encoded: base64,
});

export const gateways: readonly (readonly [string, Gateway])[] = [
  ['apig', apig],
  ['apigateway-v1', apiGatewayV1],
  ['apigateway-v2', apiGatewayV2],
];
