/**
 * The family of errors that leave this project: one class per kind of failure, a literal `name`, a stable `code`.
 * No field of any of them ever holds a credential, a token or a whole request.
 */

/** What is known about the effect of a call: it never left, the cloud refused it, or nobody can say. */
export type Outcome = 'not-sent' | 'rejected' | 'unknown';

/** What the cloud answered, as far as it could be read. Field names are those of the problem document. */
export interface Upstream {
  readonly service: string;
  readonly status?: number;
  readonly error_code?: string;
  readonly error_msg?: string;
  readonly request_id?: string;
}

/** One thing wrong with the input: `path` is the field as the caller wrote it (`instance_ids[3]`), '' for the whole. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

interface Details {
  readonly outcome: Outcome;
  readonly upstream?: Upstream;
  readonly cause?: unknown;
}

/** The common shape. `status` is what an HTTP caller gets; timer and direct callers see `name`. */
export abstract class FleetbatchError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;
  abstract readonly status: number;
  readonly outcome: Outcome;
  readonly upstream: Upstream | undefined;

  constructor(message: string, details: Details) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.outcome = details.outcome;
    this.upstream = details.upstream;
  }
}

/** The input breaks a rule of the operation's page. Nothing was sent. */
export class InvalidInputError extends FleetbatchError {
  override readonly name = 'InvalidInputError';
  readonly code = 'INVALID_INPUT';
  readonly status = 400;
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    const first = errors[0];
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    const what = first ? `${first.path ? `${first.path}: ` : ''}${first.message}${more}` : 'the input is not valid';
    const end = what.endsWith('?') ? '' : '.';
    super(`${what}${end} Nothing was sent; correct the input and call again.`, { outcome: 'not-sent' });
    this.errors = errors;
  }
}

/** The operation does not exist in the configured region (seed pages of Cloud Eye, "Constraints"). Nothing was sent. */
export class UnsupportedRegionError extends FleetbatchError {
  override readonly name = 'UnsupportedRegionError';
  readonly code = 'UNSUPPORTED_REGION';
  readonly status = 400;

  constructor(operation: string, region: string) {
    super(
      `${operation} is not offered in region ${region}. Nothing was sent; set HUAWEICLOUD_REGION to another region.`,
      {
        outcome: 'not-sent',
      },
    );
  }
}

/** A setting that the call needs is absent. Nothing was sent. */
export class MissingSettingError extends FleetbatchError {
  override readonly name = 'MissingSettingError';
  readonly code = 'MISSING_SETTING';
  readonly status = 500;
  readonly setting: string;

  constructor(setting: string, remedy: string) {
    super(`Setting ${setting} is missing. Nothing was sent; ${remedy}.`, { outcome: 'not-sent' });
    this.setting = setting;
  }
}

/** A setting is there but cannot be used. The message names it and never repeats a secret value. Nothing was sent. */
export class InvalidSettingError extends FleetbatchError {
  override readonly name = 'InvalidSettingError';
  readonly code = 'INVALID_SETTING';
  readonly status = 500;
  readonly setting: string;

  constructor(setting: string, problem: string) {
    super(`Setting ${setting} cannot be used: ${problem}. Nothing was sent.`, { outcome: 'not-sent' });
    this.setting = setting;
  }
}

/**
 * The cloud understood the call and refused it (4xx but for 401, 403 and 429). With `outcome` not-sent it was the request of a
 * token that was refused: neither the input nor a missing thing is the reason, and the caller gets 502.
 */
export class CloudRejectedError extends FleetbatchError {
  override readonly name = 'CloudRejectedError';
  readonly code = 'CLOUD_REJECTED';
  readonly status: number;

  constructor(message: string, upstream: Upstream, outcome: 'not-sent' | 'rejected' = 'rejected') {
    super(message, { outcome, upstream });
    const passed = outcome === 'rejected' && [400, 404, 409].find((status) => status === upstream.status);
    this.status = passed || 502;
  }
}

/**
 * The cloud refused our credentials or their permissions (401, 403): the caller cannot mend that, hence 502. With `outcome`
 * not-sent the refusal was that of an earlier call or of the request of a token, and this one was held back.
 */
export class CloudAuthError extends FleetbatchError {
  override readonly name = 'CloudAuthError';
  readonly code = 'CLOUD_AUTH_REFUSED';
  readonly status = 502;

  constructor(message: string, upstream: Upstream, outcome: 'not-sent' | 'rejected' = 'rejected') {
    super(message, { outcome, upstream });
  }
}

/** Still throttled after the last permitted repetition (429). `retryAfterSeconds` is a hint in seconds. With `outcome` not-sent it was IAM. */
export class CloudThrottledError extends FleetbatchError {
  override readonly name = 'CloudThrottledError';
  readonly code = 'CLOUD_THROTTLED';
  readonly status = 429;
  readonly retryAfterSeconds: number;

  constructor(
    message: string,
    upstream: Upstream,
    retryAfterSeconds: number,
    outcome: 'not-sent' | 'rejected' = 'rejected',
  ) {
    super(message, { outcome, upstream });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The cloud answered 5xx: what became of the call is not known, unless only its preparation failed (`outcome`). */
export class CloudFailedError extends FleetbatchError {
  override readonly name = 'CloudFailedError';
  readonly code = 'CLOUD_FAILED';
  readonly status = 502;

  constructor(message: string, upstream: Upstream, outcome: 'not-sent' | 'unknown' = 'unknown') {
    super(message, { outcome, upstream });
  }
}

/** The cloud answered something that is not the documented reply (HTML, nothing, half a JSON text). */
export class CloudReplyError extends FleetbatchError {
  override readonly name = 'CloudReplyError';
  readonly code = 'CLOUD_REPLY_UNREADABLE';
  readonly status = 502;

  constructor(message: string, upstream: Upstream, cause?: unknown, outcome: 'not-sent' | 'unknown' = 'unknown') {
    super(message, { outcome, upstream, cause });
  }
}

/** No connection, or it broke. `outcome` says whether anything can have reached the cloud. */
export class CloudConnectionError extends FleetbatchError {
  override readonly name = 'CloudConnectionError';
  readonly code = 'CLOUD_CONNECTION';
  readonly status = 502;

  constructor(message: string, outcome: 'not-sent' | 'unknown', upstream: Upstream, cause?: unknown) {
    super(message, { outcome, upstream, cause });
  }
}

/** No answer in time. `outcome` says whether anything can have reached the cloud. */
export class CloudTimeoutError extends FleetbatchError {
  override readonly name = 'CloudTimeoutError';
  readonly code = 'CLOUD_TIMEOUT';
  readonly status = 504;

  constructor(message: string, outcome: 'not-sent' | 'unknown', upstream: Upstream, cause?: unknown) {
    super(message, { outcome, upstream, cause });
  }
}
