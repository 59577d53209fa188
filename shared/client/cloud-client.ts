/** The services that this project calls; each has an endpoint setting `<NAME>_ENDPOINT`. */
export type CloudService = 'ces' | 'ief' | 'roma' | 'iam' | 'iotda' | 'functiongraph';

/** One call of one cloud operation, before signing. */
export interface CloudCall {
  readonly service: CloudService;
  /** The cloud's own operation name, for messages and logs. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path segments, not encoded: each is percent-encoded once; a segment that is empty, `.`, `..` or holds `/` is refused. */
  readonly path: readonly string[];
  /** Query pairs, not encoded, undefined values left out. */
  readonly query?: readonly (readonly [string, string | undefined])[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Serialised once as JSON; the same bytes are signed and sent. */
  readonly body?: unknown;
  /** True where a second delivery of the same call changes nothing (reads). Decides what a failed attempt permits. */
  readonly repeatable: boolean;
  /** Milliseconds, at most a third of what is left when the call starts, that it leaves to what comes after it; none by default. */
  readonly leaveMs?: number | undefined;
}

/** A reply with a 2xx status. */
export interface CloudReply {
  readonly status: number;
  /** The parsed JSON body; undefined where the body was empty. */
  readonly body: unknown;
  /** By lower-case name; of a repeated header the first. FunctionGraph says there whether the function itself failed. */
  readonly headers: ReadonlyMap<string, string>;
  readonly requestId: string | undefined;
  /** How many times the call was sent, 1 or more. */
  readonly attempts: number;
  /** A text of this reply made fit for a message: without the secrets of the call, in one line, bounded. See cloudText. */
  readonly inWords?: (text: string, limit?: number) => string;
}

/** Sends calls of one invocation: signs, repeats where that is safe, reads errors. */
export interface CloudClient {
  readonly projectId: string;
  /** @throws FleetbatchError of the Cloud… kinds, each with `outcome` and `upstream` */
  send(call: CloudCall): Promise<CloudReply>;
}
