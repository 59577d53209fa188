/** What every service file is made of: operations, each a method, a path and a function from call to reply. */

/** One authenticated call as a service sees it. */
export interface Call {
  /** Values of the `:names` in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Lower-case name to value. */
  readonly headers: ReadonlyMap<string, string>;
  /** The exact bytes of the body, empty where there is none. */
  readonly body: Buffer;
  /** Value of the reply's `x-request-id`. */
  readonly requestId: string;
}

/** A reply: `body` is sent as JSON, but a Buffer as it is; undefined is an empty body. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One documented operation of one service. */
export interface CloudOperation {
  /** `service.operation`, the name that faults, throttles and the request log use. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Hono pattern; `:project_id` must be the account's project. */
  readonly path: string;
  /** True only for the call that gets a token. */
  readonly anonymous?: true;
  /** True where V11-HMAC-SHA256 may sign (IoTDA standard and enterprise editions, signing guide). */
  readonly derivedSigning?: true;
  /** Most bytes of a request where the gateway lets more than its usual 12 MB through. */
  readonly bodyLimit?: number;
  /** What the service says about a project that is not the account's. */
  readonly foreignProject?: Reply;
  /** What the service says about a token that is unknown or over, where that is not the gateway's own text. */
  readonly refusedToken?: Reply;
  readonly answer: (call: Call) => Reply | Promise<Reply>;
}

/** An error in the shape that most services share. */
export function errorReply(status: number, error_code: string, error_msg: string): Reply {
  return { status, body: { error_code, error_msg } };
}

/** An error of the gateway in front of all services: the request id stands in the body too (signing guide, error codes). */
export function gatewayError(status: number, error_code: string, error_msg: string, requestId: string): Reply {
  return { status, body: { error_msg, error_code, request_id: requestId } };
}

/** Parses a JSON body; undefined where the bytes are not JSON (and for an empty body). */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A whole number out of a query text; `fallback` where it is absent, undefined where it is no number in the range. */
export function wholeNumber(text: string | null, fallback: number, min: number, max: number): number | undefined {
  if (text === null || text === '') return fallback;
  if (!/^-?\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value < min || value > max ? undefined : value;
}
