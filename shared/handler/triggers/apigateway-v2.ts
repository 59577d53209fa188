import { type Fields, isFields, queryFromPairs, readBody, readHeaders, readQuery, textOr } from './event-fields.js';
import type { HttpInvocation } from './invocation.js';

/**
 * AWS API Gateway's payload 2.0, which Function URLs use too. `version` alone does not decide: it is also the name of
 * a field of the Cloud Eye input.
 */
export function fromApiGatewayV2(event: Fields): HttpInvocation | undefined {
  const { requestContext } = event;
  if (event.version !== '2.0' || !isFields(requestContext) || !isFields(requestContext.http)) return undefined;
  const { http } = requestContext;
  return {
    trigger: 'apigateway-v2',
    http: {
      method: textOr(http.method).toUpperCase(),
      path: textOr(event.rawPath, textOr(http.path)),
      headers: readHeaders(event.headers),
      query: readQueryString(event),
      ...readBody(event),
    },
  };
}

/** The map joins repeated parameters with commas, which a value may hold too; the raw text keeps them apart. */
function readQueryString(event: Fields): ReturnType<typeof readQuery> {
  if (typeof event.rawQueryString !== 'string') return readQuery(event.queryStringParameters);
  return queryFromPairs(new URLSearchParams(event.rawQueryString));
}
