import { type BatchtaskEvent, normaliseBatchtaskPush } from '../schemas/iotda-batchtask-push.js';
import type { Operation } from './operation.js';
import { RecentPushes } from './recent-pushes.js';

/** `reason` says why a push was ignored. A duplicate is accepted again, and said to be one. */
export interface ReceiveBatchtaskBody {
  readonly accepted: boolean;
  readonly duplicate?: true;
  readonly reason?: string;
}

const NAME = 'PushBatchTaskStatus';
/** A push is not signed over its body: no field of it may fill the log. */
const LONGEST_FIELD = 200;

function logged(event: BatchtaskEvent): Record<string, unknown> {
  const { raw: _, ...fields } = event;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, LONGEST_FIELD) : value,
    ]),
  );
}

/** The operation with a memory of its own. */
export function receiveBatchtaskWith(recent: RecentPushes): Operation<unknown, ReceiveBatchtaskBody> {
  return {
    name: NAME,
    parse: (raw) => raw,
    run: async (raw, { log }) => {
      const push = normaliseBatchtaskPush(raw);
      if (!push.ok) {
        log('INFO', 'push ignored', { reason: push.reason });
        return { status: 200, body: { accepted: false, reason: push.reason }, items: { ok: 0, failed: 0 } };
      }
      const duplicate = recent.seenBefore(push.event);
      log('INFO', 'batch task changed', { ...logged(push.event), duplicate });
      const body = duplicate ? { accepted: true, duplicate } : { accepted: true };
      return { status: 200, body, items: { ok: 1, failed: 0 } };
    },
  };
}

/**
 * IoTDA: take a batch task status push (IoTDA push page). Always 200, also for what is ignored: ten other answers in a row put
 * the whole host on the platform's blocklist, and the message is lost. Never throws.
 */
export const receiveBatchtask = receiveBatchtaskWith(new RecentPushes(1_000));
