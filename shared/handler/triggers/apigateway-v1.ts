import { type Fields, isFields, readBody, readHeaders, readQuery, textOr } from './event-fields.js';
import type { HttpInvocation } from './invocation.js';

/**
 * AWS API Gateway's payload 1.0. It is told from FunctionGraph's by what only AWS sends: `resource`, the caller's
 * `requestContext.identity` or the maps of repeated values. Those maps hold every value, so they win where they hold any.
 */
export function fromApiGatewayV1(event: Fields): HttpInvocation | undefined {
  if (typeof event.httpMethod !== 'string' || !isSentByAws(event)) return undefined;
  return {
    trigger: 'apigateway-v1',
    http: {
      method: event.httpMethod.toUpperCase(),
      path: textOr(event.path),
      headers: readHeaders(filledOr(event.multiValueHeaders, event.headers)),
      query: readQuery(filledOr(event.multiValueQueryStringParameters, event.queryStringParameters)),
      ...readBody(event),
    },
  };
}

function isSentByAws(event: Fields): boolean {
  const { requestContext } = event;
  if (isFields(requestContext) && isFields(requestContext.identity)) return true;
  return typeof event.resource === 'string' || isFields(event.multiValueHeaders);
}

/** Events written by hand or by a test tool hold empty maps beside filled ones. */
function filledOr(repeated: unknown, single: unknown): unknown {
  return isFields(repeated) && Object.keys(repeated).length > 0 ? repeated : single;
}
