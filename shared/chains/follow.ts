/** One server of a create-invocations step, and the task that was started on it. */
export interface FollowedTask {
  readonly instance_id?: string;
  readonly invocation_id: string;
  /** When the call was begun, epoch ms. */
  readonly since: number;
  /** True where a retry kept the id of the task (not confirmed that it may): an end from before the call is not its end. */
  readonly reused?: true;
  /** Undefined until the list has shown it. */
  readonly status?: string;
  readonly message?: string;
}

/** An item that came to nothing, or of which nobody knows. */
export interface LostItem {
  readonly id: string;
  readonly reason: string;
}

/** What is looked at until the work of a step is over. Ids in `doubt` may have been started without an answer. */
export type Follow =
  | {
      readonly kind: 'ces';
      readonly type: string;
      readonly tasks: readonly FollowedTask[];
      /** Refused by the cloud: there is no task to follow or to retry. */
      readonly refused: readonly LostItem[];
      readonly doubt: readonly LostItem[];
      /** When the call in doubt was given up, epoch ms: what was made after that is somebody else's. */
      readonly given_up_at?: number;
    }
  | {
      readonly kind: 'ief';
      readonly job_id?: string;
      readonly job_name: string;
      readonly job_type: string;
      readonly ief_instance_id?: string;
      /** As above. */
      readonly given_up_at?: number;
      readonly status?: string;
      /** Counted from the job's tasks: the two counters of the shown job stand the wrong way round (IEF show page). */
      readonly tasks?: { readonly total: number; readonly successful: number; readonly failed: readonly LostItem[] };
    }
  | {
      readonly kind: 'roma';
      readonly instance_id: string;
      readonly action: 'start' | 'stop';
      readonly task_ids: readonly string[];
      /** Those that are in the wanted state. */
      readonly reached: readonly string[];
      readonly refused: readonly LostItem[];
      readonly doubt: readonly LostItem[];
    };
