import { FleetbatchError } from '../client/errors.js';

/** The first call with this key is still under way. */
export class IdempotencyInProgressError extends FleetbatchError {
  override readonly name = 'IdempotencyInProgressError';
  readonly code = 'IDEMPOTENCY_KEY_IN_PROGRESS';
  readonly status = 409;
  readonly retryAfterSeconds: number;

  constructor(remainingMs: number) {
    const seconds = Math.max(1, Math.ceil(remainingMs / 1000));
    super(
      `The first call with this Idempotency-Key is still under way, for ${seconds} s at most. Nothing was sent for this one; call again with the same key.`,
      { outcome: 'not-sent' },
    );
    this.retryAfterSeconds = seconds;
  }
}

/** The key came before with another request (IETF draft of the header, "Error Handling"). */
export class IdempotencyKeyReusedError extends FleetbatchError {
  override readonly name = 'IdempotencyKeyReusedError';
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly status = 422;

  constructor() {
    super('This Idempotency-Key was used with another request. Nothing was sent; use a new key for a new request.', {
      outcome: 'not-sent',
    });
  }
}

/** The first call with this key was begun, and nobody knows whether it had its effect. It is never made again. */
export class IdempotencyUnknownError extends FleetbatchError {
  override readonly name = 'IdempotencyUnknownError';
  readonly code = 'IDEMPOTENCY_OUTCOME_UNKNOWN';
  readonly status = 504;

  /** @param detail what the first call was answered; undefined where its invocation ended without an answer */
  constructor(detail: string | undefined) {
    const what = detail === undefined ? 'ended without an answer.' : `failed: ${detail}`;
    super(
      `The first call with this Idempotency-Key ${what} Its outcome is unknown, and it is not repeated; look in the cloud, then use a new key.`,
      { outcome: 'unknown' },
    );
  }
}
