import { FleetbatchError } from '../client/errors.js';

/** An authentic push that could neither be kept nor be handed on: the sender is told, and the log has it whole. */
export class PushNotKeptError extends FleetbatchError {
  override readonly name = 'PushNotKeptError';
  readonly code = 'PUSH_NOT_KEPT';
  readonly status = 503;

  constructor(cause: unknown) {
    super('The push was not kept: the database is not there at the moment. The log of the function has the event.', {
      outcome: 'not-sent',
      cause,
    });
  }
}
