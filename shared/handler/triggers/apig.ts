import { type Fields, readBody, readHeaders, readQuery, textOr } from './event-fields.js';
import type { HttpInvocation } from './invocation.js';

/**
 * FunctionGraph's gateway event (APIG, APIC and DEDICATEDGATEWAY are one family). Its body is base64 as a rule, even
 * for text and for no body at all; header and query values may be text or array; the remainder of a prefix path stands
 * under the parameter '' (FunctionGraph runtime, not needed here). No operation's input has a field `httpMethod`.
 */
export function fromApig(event: Fields): HttpInvocation | undefined {
  if (typeof event.httpMethod !== 'string') return undefined;
  return {
    trigger: 'apig',
    http: {
      method: event.httpMethod.toUpperCase(),
      path: textOr(event.path),
      headers: readHeaders(event.headers),
      query: readQuery(event.queryStringParameters),
      ...readBody(event),
    },
  };
}
