import { FleetbatchError, type Outcome } from '../client/errors.js';

/** The kinds of failure that only exist at the function's door. */

/** An HTTP method that the route does not have. */
export class MethodNotAllowedError extends FleetbatchError {
  override readonly name = 'MethodNotAllowedError';
  readonly code = 'METHOD_NOT_ALLOWED';
  readonly status = 405;
  /** For the `Allow` header. */
  readonly allowed: string;

  constructor(method: string, allowed: string) {
    super(`The method ${method.slice(0, 20) || '(none)'} is not offered here; use ${allowed}. Nothing was sent.`, {
      outcome: 'not-sent',
    });
    this.allowed = allowed;
  }
}

/** A path that is not the one of the function: its gateway leads another route to it. */
export class PathNotOfferedError extends FleetbatchError {
  override readonly name = 'PathNotOfferedError';
  readonly code = 'PATH_NOT_OFFERED';
  readonly status = 404;

  constructor(template: string) {
    super(`The path of this function ends in ${template}; the request has another. Nothing was sent.`, {
      outcome: 'not-sent',
    });
  }
}

/** A body that does not say it is JSON, or is compressed. */
export class UnsupportedMediaTypeError extends FleetbatchError {
  override readonly name = 'UnsupportedMediaTypeError';
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';
  readonly status = 415;

  constructor(problem: string) {
    super(`${problem}. Nothing was sent; send JSON with content-type application/json.`, { outcome: 'not-sent' });
  }
}

/** A body that says it is JSON and is not. */
export class UnparsableJsonError extends FleetbatchError {
  override readonly name = 'UnparsableJsonError';
  readonly code = 'UNPARSABLE_JSON';
  readonly status = 422;

  constructor(problem: string) {
    super(`${problem}. Nothing was sent; correct the body and call again.`, { outcome: 'not-sent' });
  }
}

/** A push without the signature that one of the configured tokens makes. */
export class PushSignatureError extends FleetbatchError {
  override readonly name = 'PushSignatureError';
  readonly code = 'PUSH_SIGNATURE_INVALID';
  readonly status = 401;

  constructor(problem: string) {
    super(`${problem}. The push was not taken; compare IOTDA_PUSH_TOKEN with the token of the rule action.`, {
      outcome: 'not-sent',
    });
  }
}

/** An authentic push that is not taken all the same: too old, or its headers were used before with another body. */
export class PushNotTakenError extends FleetbatchError {
  override readonly name = 'PushNotTakenError';
  readonly code = 'PUSH_NOT_TAKEN';
  /** Never seen by a sender: whatever is authentic is answered 200. */
  readonly status = 400;

  constructor(problem: string) {
    super(`The push was not taken. ${problem}.`, { outcome: 'not-sent' });
  }
}

/** An answer that no platform would let through: it would arrive as nothing, or as an error without a word about the work. */
export class AnswerTooLargeError extends FleetbatchError {
  override readonly name = 'AnswerTooLargeError';
  readonly code = 'ANSWER_TOO_LARGE';
  readonly status = 500;

  constructor(bytes: number) {
    const size = `${(bytes / 1024 / 1024).toFixed(1)} MB`;
    super(
      `The operation was carried out, but its answer has ${size} and at most 6 MB get through. Ask for less: fewer ids, a filter, or single pages with limit and offset.`,
      { outcome: 'unknown' },
    );
  }
}

/** A defect of ours. What happened stands in the log only, under the request id. */
export class InternalError extends FleetbatchError {
  override readonly name = 'InternalError';
  readonly code = 'INTERNAL';
  readonly status = 500;

  constructor(requestId: string, outcome: Outcome, cause: unknown) {
    const sent = outcome === 'not-sent' ? 'Nothing was sent' : 'Whether anything was done at the cloud is not known';
    super(`Something went wrong inside the function. ${sent}; its log has the details under request ${requestId}.`, {
      outcome,
      cause,
    });
  }
}
