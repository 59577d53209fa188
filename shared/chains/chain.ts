import type { BatchtaskState } from '../schemas/iotda-batchtask-push.js';
import type { ChainFunction } from './chain-functions.js';

/** What JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** What starts a chain. A list that is absent lets everything through. */
export type ChainTrigger =
  | {
      readonly type: 'batchtask';
      readonly task_type?: readonly string[] | undefined;
      readonly status: readonly BatchtaskState[];
      readonly app_id?: readonly string[] | undefined;
    }
  | { readonly type: 'timer'; readonly name: string }
  | { readonly type: 'manual' };

/** What happens after a step that failed: the run ends, goes on, or ends and another chain starts. */
export type OnFailure = 'stop' | 'continue' | { readonly chain: string };

/** One step of a chain as the build embeds it, every default filled in. */
export interface ChainStep {
  readonly name: string;
  readonly function: ChainFunction;
  /** The function's input; texts of the form `{% … %}` are expressions. */
  readonly input: JsonObject;
  /** An expression or a list: the step is done once for each entry of it. */
  readonly for_each?: Json;
  /** True where the step is over only when the work that it started is. */
  readonly until_finished: boolean;
  /** How many times the items that failed are retried. */
  readonly retry_failed: number;
  /** In seconds, from the moment the step is due. */
  readonly timeout_s: number;
  readonly on_failure: OnFailure;
}

/** One chain of `chains.yml`, checked. A run keeps a copy of it, so that a deployment changes no run that is under way. */
export interface Chain {
  readonly name: string;
  readonly description: string;
  readonly trigger: ChainTrigger;
  /** Runs of this chain that may begin within an hour; the others wait for a person. */
  readonly max_runs_per_hour: number;
  readonly steps: readonly ChainStep[];
}
