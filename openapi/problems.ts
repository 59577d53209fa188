/** What each status of a problem document says (README, Errors). */
const descriptions = {
  400: 'The input breaks a rule and nothing was sent, or the cloud says 400.',
  401: 'The signature of the push is missing or wrong, and a token is configured.',
  404: 'The cloud says 404, or there is no such run or chain.',
  409: 'The cloud says 409, the state of the run forbids it, or the first call with this Idempotency-Key is under way.',
  415: 'The body is not said to be JSON. Nothing was sent.',
  422: 'The body is no JSON. Nothing was sent.',
  429: 'The cloud still throttles after the permitted repeats.',
  500: 'A setting or a credential is missing, or the function has a defect.',
  502: 'The cloud refused our credentials, failed, closed the connection or answered what cannot be read.',
  503: 'The database is not there. Nothing was changed, or the detail says that it is not known.',
  504: 'The cloud gave no answer in time.',
} as const;

export type ProblemStatus = keyof typeof descriptions;

/** Where the function changes something; its Idempotency-Keys are in the database. */
const ofBodies: readonly ProblemStatus[] = [415, 422, 503];

/** The statuses of a function that calls a cloud: without those about a body where its input is a query. */
export function usualProblems(hasBody: boolean): ProblemStatus[] {
  const all = Object.keys(descriptions).map((status) => Number(status) as ProblemStatus);
  return all.filter((status) => status !== 401 && (hasBody || !ofBodies.includes(status)));
}

/** Response objects by status, each with a problem document (RFC 9457). */
export function problemResponses(statuses: readonly ProblemStatus[]): Record<string, object> {
  return Object.fromEntries(statuses.map((status) => [String(status), problemResponse(status)]));
}

function problemResponse(status: ProblemStatus): object {
  const retryAfter = { description: 'In seconds, at least 1.', schema: { type: 'integer', minimum: 1 } };
  return {
    description: descriptions[status],
    ...(status === 429 ? { headers: { 'Retry-After': retryAfter } } : {}),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } } },
  };
}

/**
 * What the gateway itself answers where it does not let a request through to the function, or gets no answer from it (API
 * Gateway's page on error codes). Which statuses it uses is not listed here, so it is the default response.
 */
export const gatewayResponse = {
  description: 'API Gateway itself: the caller was refused, or the function gave no answer in time.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/gateway-error' } } },
};

export const gatewayError = {
  type: 'object',
  properties: { error_code: { type: 'string' }, error_msg: { type: 'string' }, request_id: { type: 'string' } },
};
