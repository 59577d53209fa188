/** How long a client may take to send what it has to say, in milliseconds. What the answer takes is not counted. */
export interface RequestDeadlines {
  /** For the headers, from the opening of the connection. */
  readonly headersMs: number;
  /** For the whole request with its body. */
  readonly requestMs: number;
  /** How often the server looks who is late. */
  readonly checkEveryMs: number;
}

/**
 * Short, because every client of the local servers is on this machine. Who is slower, by mistake or to keep connections
 * occupied ("slow loris"), is answered 408 and cut off, and no function or service hears of the request.
 */
export const localDeadlines: RequestDeadlines = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1_000 };

/** The same as options of a server of `node:http`. */
export function serverOptionsOf({ headersMs, requestMs, checkEveryMs }: RequestDeadlines) {
  return { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkEveryMs };
}
