import type { Chain, Json, JsonObject } from './chain.js';
import type { ChainFunction } from './chain-functions.js';
import type { Follow } from './follow.js';

export const RUN_STATES = ['running', 'finished', 'failed', 'needs_attention', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** One run of a chain, as it stands in the database. */
export interface RunRow {
  readonly id: string;
  readonly chain: string;
  readonly event_key: string;
  readonly state: RunState;
  readonly reason: string | null;
  /** True where it has not begun, because a guard holds it back. */
  readonly held: boolean;
  readonly definition: Chain;
  readonly trigger: 'batchtask' | 'timer' | 'manual' | 'chain';
  readonly event: JsonObject;
  readonly depth: number;
  readonly parent_id: string | null;
  readonly position: number;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

/**
 * `planned`: its input is not worked out yet. `ready`: may be called. `calling`: a call is under way, or was when its engine ended.
 * `in_doubt`: nobody knows what became of the call. `following`: the work that it started is not over. The others are ends.
 */
export type StepState =
  | 'planned'
  | 'ready'
  | 'calling'
  | 'in_doubt'
  | 'following'
  | 'done'
  | 'failed'
  | 'needs_attention'
  | 'cancelled';

/** Why a step did not do what it should: a stable code, and what happened, whether it was sent, and what to do. */
export interface StepError {
  readonly code: string;
  readonly message: string;
}

/** One step of a run or, with for_each, the step for one entry. */
export interface StepRow {
  readonly run_id: string;
  readonly position: number;
  readonly item: number;
  readonly name: string;
  readonly function: ChainFunction;
  readonly state: StepState;
  readonly item_value: Json;
  readonly input: JsonObject | null;
  readonly retry_input: JsonObject | null;
  readonly round: number;
  readonly attempt: number;
  readonly tries: number;
  readonly idempotency_key: string | null;
  readonly called_at: Date | null;
  readonly doubt: 'function' | 'cloud' | null;
  readonly looks: number;
  readonly result: Json;
  readonly follow: Follow | null;
  readonly error: StepError | null;
  readonly deadline_at: Date | null;
  readonly next_at: Date | null;
  readonly lease_owner: string | null;
  readonly lease_until: Date | null;
}

/** What changes of a step; what is absent stays. A step without a next_at is over. */
export type StepChange = {
  readonly state: StepState;
  /** When it is due again; null where it is over. */
  readonly next_at: Date | null;
} & Partial<
  Pick<
    StepRow,
    | 'retry_input'
    | 'round'
    | 'tries'
    | 'doubt'
    | 'looks'
    | 'result'
    | 'follow'
    | 'error'
    | 'input'
    | 'item_value'
    | 'deadline_at'
  >
>;

/** How a step can end. */
export const ENDS: readonly StepState[] = ['done', 'failed', 'needs_attention', 'cancelled'];
