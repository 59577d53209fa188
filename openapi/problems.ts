/** What each status of a problem document says (README, Errors). */
const descriptions = {
  400: 'The input breaks a rule and nothing was sent, or the cloud says 400.',
  401: 'The signature of the push is missing or wrong, and a token is configured.',
  404: 'The cloud says 404, or there is no such run or chain.',
  409: 'The cloud says 409, or the state of the run forbids it.',
  415: 'The body is not said to be JSON. Nothing was sent.',
  422: 'The body is no JSON. Nothing was sent.',
  429: 'The cloud still throttles after the permitted repeats.',
  500: 'A setting or a credential is missing, or the function has a defect.',
  502: 'The cloud refused our credentials, failed, closed the connection or answered what cannot be read.',
  503: 'The database is not there (DATABASE_UNAVAILABLE). Nothing was changed, or the detail says that it is not known.',
  504: 'The cloud gave no answer in time.',
} as const;

export type ProblemStatus = keyof typeof descriptions;
type Descriptions = Readonly<Partial<Record<ProblemStatus, string>>>;

/** What a status says besides where the function heeds an Idempotency-Key (docs/chains.md). */
const ofKeys: Descriptions = {
  400: 'An Idempotency-Key that is none is bad input, too.',
  409: 'Or the first call with this Idempotency-Key is still under way (IDEMPOTENCY_KEY_IN_PROGRESS): call again after Retry-After.',
  422: 'Or the Idempotency-Key came before with another request (IDEMPOTENCY_KEY_REUSED).',
  504: 'Or the first call with this Idempotency-Key ended without an answer (IDEMPOTENCY_OUTCOME_UNKNOWN); it is not made again.',
};

/** What the receiver of pushes says by them. */
const ofPushes: Descriptions = {
  500: 'A setting cannot be read, so that nobody knows whether pushes are to be checked. The push was not taken.',
  503: 'The push could neither be kept nor handed on (PUSH_NOT_KEPT); the log has it whole.',
};

/** Where the function changes something; its Idempotency-Keys are in the database. */
const ofBodies: readonly ProblemStatus[] = [415, 422, 503];

/** What the statuses of a function mean beside what they mean to all. */
export interface ProblemMeanings {
  readonly heedsKeys?: boolean | undefined;
  readonly receivesPushes?: boolean | undefined;
}

/** The statuses of a function that calls a cloud: without those about a body where its input is a query. */
export function usualProblems(hasBody: boolean): ProblemStatus[] {
  const all = Object.keys(descriptions).map((status) => Number(status) as ProblemStatus);
  return all.filter((status) => status !== 401 && (hasBody || !ofBodies.includes(status)));
}

/** Response objects by status, each with a problem document (RFC 9457). */
export function problemResponses(
  statuses: readonly ProblemStatus[],
  meanings: ProblemMeanings,
): Record<string, object> {
  return Object.fromEntries(statuses.map((status) => [String(status), problemResponse(status, meanings)]));
}

function problemResponse(status: ProblemStatus, { heedsKeys, receivesPushes }: ProblemMeanings): object {
  const mayComeBack = status === 429 || (heedsKeys && status === 409);
  const replayable = heedsKeys && status >= 500;
  const headers = { ...(mayComeBack ? retryAfterHeader : {}), ...(replayable ? replayedHeader : {}) };
  const said = (receivesPushes && ofPushes[status]) || descriptions[status];
  const ofKey = heedsKeys ? ofKeys[status] : undefined;
  return {
    description: ofKey === undefined ? said : `${said} ${ofKey}`,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } } },
  };
}

const retryAfterHeader = {
  'Retry-After': { description: 'In seconds, at least 1.', schema: { type: 'integer', minimum: 1 } },
};

/** Of an answer that an earlier call with the same Idempotency-Key got: a success, or that nobody knows. */
export const replayedHeader = {
  'Idempotent-Replayed': {
    description: 'There where this is the answer of the first call with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
  },
};

/** The request headers of a function that heeds keys. */
export const keyHeaders = {
  'Idempotency-Key':
    'The same key with the same request has its effect once, where the function has a database (docs/chains.md). A string of 1 to 255 printable ASCII characters, in double quotes or bare; best a UUID.',
  'Fleetbatch-Key-Required': 'With true, a function without a database refuses the call instead of forgetting its key.',
};

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
