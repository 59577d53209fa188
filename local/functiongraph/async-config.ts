/** Who is told of the end of an asynchronous invocation. */
export interface AsyncDestination {
  /** `FunctionGraph`, `OBS`, `SMN`, `DIS`; only the first can be reached on one machine. */
  readonly destination: string;
  /** JSON text; for FunctionGraph `{"func_urn":"urn:fss:…"}`. */
  readonly param: string;
}

/** The asynchronous settings of a function, as `async-invoke-config` of the management API has them. */
export interface AsyncConfig {
  /** From 1 to 86,400 s: an event that waited longer is discarded. */
  readonly maxAgeSeconds: number;
  /** From 0 to 3: how often an event is run again whose code failed. */
  readonly maxRetries: number;
  readonly onSuccess?: AsyncDestination;
  readonly onFailure?: AsyncDestination;
  /** Whether the management API lists the invocations of the function. Here they are kept in any case. */
  readonly enableStatusLog: boolean;
}

/**
 * Where nothing is configured. "By default, FunctionGraph does not retry if a function fails due to a code error" (asynchronous
 * notification page); the console proposes 1 and one table of the API says 3, so which default an unconfigured function has is
 * not confirmed: whoever depends on it sets it. The age of an hour is the API's documented default.
 */
export const defaultAsyncConfig: AsyncConfig = { maxAgeSeconds: 3600, maxRetries: 0, enableStatusLog: false };
