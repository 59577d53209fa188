/** An HTTP request as any of the gateways passed it on, in one shape. */
export interface HttpRequest {
  /** Upper case, '' where the event names none. */
  readonly method: string;
  readonly path: string;
  /** Names in lower case; a header that came more than once is joined with `, ` (RFC 9110 §5.3). No prototype. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded parameters; an array only where a name came more than once. No prototype. */
  readonly query: Record<string, string | string[]>;
  /** As the gateway passed it on, '' where there is none; base64 text where `isBase64Encoded`. */
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Called through a gateway: the answer is an HTTP response. */
export interface HttpInvocation {
  readonly trigger: 'apig' | 'apigateway-v1' | 'apigateway-v2';
  readonly http: HttpRequest;
}

/** Called by a timer or by hand: the answer is the body itself, an error is a rejection. */
export interface PlainInvocation {
  readonly trigger: 'timer' | 'eventbridge' | 'direct';
  /** The id of an event that has one; a repeated delivery bears the same one. */
  readonly eventId?: string;
  /** The operation's input, unchecked. @throws InvalidInputError where the event holds something that cannot be read */
  readonly readInput: () => unknown;
  /** Which timer fired, and for which time as the platform wrote it: the only mark of a TIMER event. */
  readonly timer?: { readonly name: string; readonly time: string };
}

/** What an event turned out to be. */
export type Invocation = HttpInvocation | PlainInvocation;
