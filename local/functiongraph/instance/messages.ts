/** What the platform and an instance of a function say to each other. Both sides import it, and nothing else from each other. */

/** What an instance knows for its whole life. */
export interface FunctionFacts {
  readonly functionName: string;
  readonly version: string;
  /** The application, `default` in most cases. */
  readonly app: string;
  readonly projectId: string;
  /** In MB. */
  readonly memorySize: number;
  /** In ms. */
  readonly timeoutMs: number;
  /** `FILE.EXPORT`. */
  readonly handler: string;
  readonly initializer?: string;
  /** Absolute folder of the code. */
  readonly codeRoot: string;
  /** The remaining time stands still: somebody is debugging. */
  readonly timeStands?: boolean;
}

/** Temporary credentials of the function's agency, and its IAM token. */
export interface AgencyCredentials {
  readonly ak: string;
  readonly sk: string;
  readonly securityToken: string;
  readonly token?: string;
}

/** What changes with each invocation. Credentials arrive here, never in the environment (context page). */
export interface InvocationFacts {
  readonly requestId: string;
  readonly userData: Readonly<Record<string, string>>;
  readonly credentials?: AgencyCredentials;
}

/** A result that is an error: the platform's code and the exact body that a caller gets. */
export interface Failure {
  readonly code: number;
  readonly body: string;
}

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

export type ToInstance =
  | { readonly type: 'start'; readonly facts: FunctionFacts; readonly invocation: InvocationFacts }
  | { readonly type: 'invoke'; readonly invocation: InvocationFacts; readonly event: Uint8Array };

export type FromInstance =
  /** The code is there; its initializer, if it has one, begins. */
  | { readonly type: 'loaded' }
  | { readonly type: 'started'; readonly failure?: Failure }
  | { readonly type: 'log'; readonly requestId: string; readonly level: LogLevel; readonly text: string }
  | { readonly type: 'done'; readonly body: Uint8Array; readonly errorCode?: number; readonly memoryMb: number };
