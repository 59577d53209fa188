import type { ChainStep } from '../../../shared/chains/chain.js';
import type { StepRow } from '../../../shared/chains/records.js';
import { step } from './engine-stage.js';

/** The time of every decision here. */
export const now = Date.UTC(2026, 10, 25);
export const moment = { now, random: 0.5, keysKept: true };
/** A step that waits for its work. */
export const followed: ChainStep = step({ name: 'one', until_finished: true });
export const failure = { code: 'CODE', message: 'why' };

/** The row of that step during its first call, and what is said of it here. */
export function row(fields: Partial<StepRow> = {}): StepRow {
  return {
    ...{ run_id: 'run', position: 0, item: 0, name: 'one', function: 'start-stop-roma-tasks', state: 'calling' },
    ...{ item_value: null, input: followed.input, retry_input: null, round: 0, attempt: 1, tries: 0 },
    ...{ idempotency_key: 'key', called_at: new Date(now - 1_000), doubt: null, looks: 0, result: null, follow: null },
    ...{ error: null, deadline_at: new Date(now + 3600_000), next_at: null, lease_owner: 'me', lease_until: null },
    ...fields,
  };
}
