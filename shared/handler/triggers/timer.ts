import { type Fields, readInputText } from './event-fields.js';
import type { PlainInvocation } from './invocation.js';

/** FunctionGraph's timer event: `user_event` is always text, for us the operation's input as JSON. */
export function fromTimer(event: Fields): PlainInvocation | undefined {
  if (event.trigger_type !== 'TIMER') return undefined;
  const { user_event: userEvent, trigger_name: name, time } = event;
  const timer = typeof name === 'string' && typeof time === 'string' ? { timer: { name, time } } : {};
  return { trigger: 'timer', readInput: () => readInputText(userEvent, 'user_event'), ...timer };
}
