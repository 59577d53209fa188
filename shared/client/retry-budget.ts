/**
 * How many repetitions an instance may still make. Each call may repeat itself twice; where a cloud is down, all calls
 * together would so send it three times its load. A bucket of tokens ends that after a while (the default of the AWS SDKs).
 */
export interface RetryBudget {
  /** Takes the cost of one repetition; false, and nothing taken, where too little is left. */
  take(cost: number): boolean;
  /** After a success: gives back what the repetitions of that call took, or one token where there were none. */
  giveBack(taken: number): void;
}

const fullBudget = 500;

export function createRetryBudget(capacity: number = fullBudget): RetryBudget {
  let left = capacity;
  return {
    take(cost) {
      if (cost > left) return false;
      left -= cost;
      return true;
    },
    giveBack(taken) {
      left = Math.min(capacity, left + Math.max(1, taken));
    },
  };
}

/**
 * The budget of this process. It outlives invocations on purpose, for an outage does too, and nothing leaks through it:
 * it is a number without a caller, no first attempt ever asks it, and all it can do is to make repetitions fewer.
 */
export const processRetryBudget: RetryBudget = createRetryBudget();
