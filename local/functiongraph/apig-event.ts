import type { IncomingMessage } from 'node:http';
import type { MatchedRoute } from './apig-route.js';

/** The target of a request, as the gateway splits it. */
export interface RequestTarget {
  readonly path: string;
  readonly query: string;
}

export function targetOf(request: IncomingMessage): RequestTarget {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  return { path, query: query.join('?') };
}

/**
 * The event that a function gets from a route, in the shape captured from a real gateway (APIG event page): the body is
 * base64 even where it is empty, header names are in lower case, repeated headers and query names are arrays, there is no raw
 * query string, and no user id although the route asks for IAM.
 */
export function apigEvent(
  request: IncomingMessage,
  target: RequestTarget,
  match: MatchedRoute,
  body: Buffer,
  requestId: string,
): Buffer {
  const event = {
    requestContext: { apiId: apiIdOf(match.route.name), requestId, stage: 'RELEASE' },
    headers: eventHeaders(request, requestId),
    httpMethod: request.method ?? 'GET',
    pathParameters: match.pathParameters,
    queryStringParameters: oneOrMany(groupQuery(target.query)),
    body: body.toString('base64'),
    isBase64Encoded: true,
    path: target.path,
  };
  return Buffer.from(JSON.stringify(event));
}

/** The caller's headers and the gateway's own, which a caller cannot forge. */
function eventHeaders(request: IncomingMessage, requestId: string): Record<string, string | string[]> {
  const caller = new Map(Object.entries(request.headersDistinct).map(([name, values]) => [name, values ?? []]));
  const address = (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  const forwarded = [...(caller.get('x-forwarded-for') ?? []), address].join(', ');
  const host = request.headers.host ?? 'localhost';
  return {
    ...oneOrMany(caller),
    'x-real-ip': address,
    'x-forwarded-for': forwarded,
    'x-forwarded-host': host,
    'x-forwarded-port': String(request.socket.localPort ?? ''),
    'x-forwarded-proto': 'http',
    'x-request-id': requestId,
  };
}

function groupQuery(query: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) groups.set(name, [...(groups.get(name) ?? []), value]);
  return groups;
}

/** One value as a text, several as an array. */
function oneOrMany(groups: Map<string, string[]>): Record<string, string | string[]> {
  return Object.fromEntries(
    [...groups].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

/** On the platform 32 hexadecimal digits; here they spell the route's name, the same at each start. */
function apiIdOf(routeName: string): string {
  return Buffer.from(routeName).toString('hex').padEnd(32, '0').slice(0, 32);
}
