/** What the engine has to know of a function to use it as a step. */
export interface ChainFunctionFacts {
  readonly method: 'GET' | 'POST';
  /** What stands in braces is taken from the input of that name. */
  readonly path: string;
  /** True where it changes something in a cloud: it then gets an Idempotency-Key and is never called twice without it. */
  readonly changes: boolean;
  /** Whether the work that it starts can be followed to its end. */
  readonly follows: boolean;
  /** Whether what failed of it can be retried by the cloud itself (CES RETRY). */
  readonly retries: boolean;
}

/** The functions that a step can name, with their routes (contract). A receiver of pushes is not one of them. */
export const CHAIN_FUNCTIONS = {
  'create-invocations': { method: 'POST', path: '/agent-invocations', changes: true, follows: true, retries: true },
  'list-invocations': { method: 'GET', path: '/agent-invocations', changes: false, follows: false, retries: false },
  'create-ief-job': { method: 'POST', path: '/ief-jobs', changes: true, follows: true, retries: false },
  'show-ief-job': { method: 'GET', path: '/ief-jobs/{job_id}', changes: false, follows: false, retries: false },
  'start-stop-roma-tasks': {
    method: 'POST',
    path: '/roma-tasks/batch-operation',
    changes: true,
    follows: true,
    retries: false,
  },
} as const satisfies Readonly<Record<string, ChainFunctionFacts>>;

export type ChainFunction = keyof typeof CHAIN_FUNCTIONS;
