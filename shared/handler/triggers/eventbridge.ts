import { type Fields, readInputText } from './event-fields.js';
import type { PlainInvocation } from './invocation.js';

/**
 * An AWS EventBridge event, scheduled or not: `detail` is the operation's input. EventBridge Scheduler, where a schedule has no
 * input of its own, sends it as text (`"{}"`).
 */
export function fromEventBridge(event: Fields): PlainInvocation | undefined {
  if (typeof event['detail-type'] !== 'string' || typeof event.source !== 'string') return undefined;
  const { detail, id } = event;
  return {
    trigger: 'eventbridge',
    ...(typeof id === 'string' && id !== '' ? { eventId: id } : {}),
    readInput: () => readInputText(detail, 'detail'),
  };
}
