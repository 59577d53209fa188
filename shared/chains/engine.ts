import type { OperationContext } from '../operations/operation.js';
import type { Database } from '../store/database.js';
import type { CallAnswer } from './call-answer.js';
import type { Chain, JsonObject } from './chain.js';
import type { ChainFunction } from './chain-functions.js';
import type { CloudLooks } from './cloud-looks.js';

/** Calls one of our functions. @param key goes with it as Idempotency-Key, where it changes something; never throws */
export type CallFunction = (name: ChainFunction, input: JsonObject, key: string | undefined) => Promise<CallAnswer>;

/** What a pass works with. */
export interface Engine {
  readonly database: Database;
  readonly chains: readonly Chain[];
  readonly call: CallFunction;
  readonly looks: CloudLooks;
  readonly log: OperationContext['log'];
  /** Epoch ms by the database's clock. */
  readonly now: () => number;
  readonly random: () => number;
  /** Whether functions keep the keys of their calls, see Moment. */
  readonly keysKept: boolean;
  /** Milliseconds that the pass may wait in all for what is due in a moment; else it waits for the next pass. */
  readonly patienceMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Names this pass among all that run at the same time. */
  readonly owner: string;
  /** Milliseconds until this pass has to be over. */
  readonly remainingMs: () => number;
}

/** What a pass did. */
export interface PassCounts {
  claimed: number;
  calls: number;
  looks: number;
  settled: number;
  /** Steps that could not be written; their leases run out, and another pass goes on with them. */
  lost: number;
}
