import { FleetbatchError, InvalidSettingError } from '../client/errors.js';

/** An authentic push that could neither be kept nor be handed on: the sender is told, and the log has it whole. */
export class PushNotKeptError extends FleetbatchError {
  override readonly name = 'PushNotKeptError';
  readonly code = 'PUSH_NOT_KEPT';
  readonly status = 503;

  /** @param cause why the database did not take it: whatever became of handing it on, that is what is to be mended */
  constructor(cause: unknown) {
    const why =
      cause instanceof InvalidSettingError
        ? `the setting ${cause.setting} cannot be used`
        : 'the database is not there at the moment';
    super(`The push was not kept: ${why}. The log of the function has the event.`, { outcome: 'not-sent', cause });
  }
}
