import { InvalidInputError } from '../../client/errors.js';
import type { Fields } from './event-fields.js';
import type { PlainInvocation } from './invocation.js';

/** FunctionGraph's timer event: `user_event` is always text, for us the operation's input as JSON. */
export function fromTimer(event: Fields): PlainInvocation | undefined {
  if (event.trigger_type !== 'TIMER') return undefined;
  const { user_event: userEvent, trigger_name: name, time } = event;
  const timer = typeof name === 'string' && typeof time === 'string' ? { timer: { name, time } } : {};
  return { trigger: 'timer', readInput: () => readUserEvent(userEvent), ...timer };
}

/** A timer without a text means an operation without input. An object is taken as it is, for events written by hand. */
function readUserEvent(userEvent: unknown): unknown {
  if (typeof userEvent !== 'string') return userEvent ?? {};
  if (userEvent.trim() === '') return {};
  try {
    return JSON.parse(userEvent);
  } catch {
    // The parser's own message quotes the text, which may hold what is not for the log.
    throw new InvalidInputError([{ path: 'user_event', message: 'must be the input of the operation as JSON text' }]);
  }
}
