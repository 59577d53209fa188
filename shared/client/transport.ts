import type { Dispatcher } from 'undici';
import { type PoolUse, releasePool, spoilPool, takePool } from './pools.js';

/** One request, signed and serialised, as it goes on the wire. */
export interface WireRequest {
  readonly method: Dispatcher.HttpMethod;
  /** Protocol and host, as in `https://ces.cn-north-4.myhuaweicloud.com`. */
  readonly origin: string;
  /** Path with query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export interface Limits {
  /** Milliseconds for everything: waiting for a connection, connecting, sending, headers and body. */
  readonly timeoutMs: number;
  /** Ends the exchange at once. */
  readonly signal?: AbortSignal | undefined;
}

/** What came back. `body` is as it came, still compressed where the headers say so. */
export interface RawReply {
  readonly status: number;
  /** By lower-case name; of a repeated header the first. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Of a reply that is used, and of one that only explains an error (the rest of that one is not worth waiting for). */
const maxBodyBytes = 16 * 1024 * 1024;
const maxErrorBodyBytes = 64 * 1024;
/** A freeze is longer than this, the gap between two calls of one invocation usually shorter. */
const briefRestMs = 20;

/**
 * No usable answer. Holds a code and a short text, nothing of the request and nothing of the reply; undici's own error is not
 * kept as the cause, because that of its parser carries bytes of the reply, which may hold a token.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly code: string;
  /** False only where it is certain that no byte of the request left this process. */
  readonly sent: boolean;

  constructor(code: string, message: string, sent: boolean) {
    super(message);
    this.code = code;
    this.sent = sent;
  }

  /** Whether the time for an answer was over, or the caller had no more of it. */
  get timedOut(): boolean {
    return this.code === 'TIMEOUT' || this.code === 'UND_ERR_CONNECT_TIMEOUT' || this.code === 'ABORTED';
  }

  /** Whether trying again cannot help: a refused certificate, a request that cannot be written as HTTP, a caller who gave up. */
  get permanent(): boolean {
    return /CERT|^(?:UNABLE_TO_|INVALID_|ERR_TLS|ERR_SSL)|^(?:EPROTO|UND_ERR_INVALID_ARG|ABORTED)$/.test(this.code);
  }
}

/**
 * Sends one request once and reads the whole reply. Any status is a reply; redirects are not followed, because a signed
 * request is for one host only.
 * @throws TransportFailure where no answer could be used, saying whether anything was sent
 */
export function exchange(request: WireRequest, limits: Limits): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    new Exchange(request, resolve, reject).start(limits);
  });
}

/**
 * The handler of one request inside undici. Used directly instead of `Pool.request` for one reason: `onConnect` is called at
 * the moment before the first byte is written on a working connection. So "not sent" is an observation here and not a guess
 * from an error code, and that is what decides whether a POST may be repeated.
 */
class Exchange implements Dispatcher.DispatchHandlers {
  readonly #request: WireRequest;
  readonly #resolve: (reply: RawReply) => void;
  readonly #reject: (failure: TransportFailure) => void;
  readonly #use: PoolUse;
  #timer: NodeJS.Timeout | undefined;
  #signal: AbortSignal | undefined;
  #abort: (() => void) | undefined;
  #done = false;
  #status = 0;
  #headers: ReadonlyMap<string, string> = new Map();
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(request: WireRequest, resolve: (reply: RawReply) => void, reject: (failure: TransportFailure) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#use = takePool(request.origin);
  }

  start({ timeoutMs, signal }: Limits): void {
    if (signal?.aborted) {
      this.#onAbort();
      return;
    }
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
    this.#timer = setTimeout(() => this.#onDeadline(timeoutMs), timeoutMs);
    // One turn of the event loop before the first call after a rest: a FIN or RST that waits in the kernel is then seen
    // before the request is written on that socket, not after. Back-to-back calls save the turn.
    if (this.#use.restedMs > briefRestMs) setImmediate(() => this.#dispatch());
    else this.#dispatch();
  }

  #dispatch(): void {
    if (this.#done) return;
    const { method, path, headers, body } = this.#request;
    // The Host header is the signed one; undici writes it as given.
    this.#use.pool.dispatch({ method, path, headers, body: body ?? null }, this);
  }

  onConnect(abort: () => void): void {
    if (this.#done) abort();
    else this.#abort = abort;
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    if (status < 200) return true;
    this.#status = status;
    this.#headers = readHeaders(rawHeaders);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > (this.#isSuccess ? maxBodyBytes : maxErrorBodyBytes)) this.#onTooMuch();
    return true;
  }

  onComplete(): void {
    // Everything is here: a deadline that falls due within the turns below must not turn an answer into none.
    clearTimeout(this.#timer);
    // undici takes the connection back one turn of the event loop later. Answering at once would let the next call find it
    // busy and open a second one; the microtask puts this turn behind undici's.
    queueMicrotask(() => setImmediate(() => this.#finish()));
  }

  onError(error: Error): void {
    if (this.#status !== 0 && !this.#isSuccess) this.#finish();
    else this.#fail(codeOf(error), error.message);
  }

  get #isSuccess(): boolean {
    return this.#status < 300;
  }

  #onTooMuch(): void {
    spoilPool(this.#use);
    if (this.#isSuccess) this.#fail('REPLY_TOO_LARGE', `the reply is larger than ${maxBodyBytes} bytes`);
    else this.#finish();
    this.#abort?.();
  }

  #onDeadline(timeoutMs: number): void {
    spoilPool(this.#use);
    // An error status tells enough without the rest of its body.
    if (this.#status !== 0 && !this.#isSuccess) this.#finish();
    else this.#fail('TIMEOUT', `no complete answer within ${Math.round(timeoutMs)} ms`);
    this.#abort?.();
  }

  readonly #onAbort = (): void => {
    spoilPool(this.#use);
    this.#fail('ABORTED', 'the caller gave the call up');
    this.#abort?.();
  };

  #finish(): void {
    if (!this.#settle()) return;
    this.#resolve({ status: this.#status, headers: this.#headers, body: joined(this.#chunks) });
  }

  #fail(code: string, message: string): void {
    const sent = this.#abort !== undefined;
    if (this.#settle()) this.#reject(new TransportFailure(code, message, sent));
  }

  #settle(): boolean {
    if (this.#done) return false;
    this.#done = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    releasePool(this.#use);
    return true;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}

function readHeaders(raw: readonly Buffer[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = String(raw[i]).toLowerCase();
    if (!headers.has(name)) headers.set(name, raw[i + 1]?.toString('latin1') ?? '');
  }
  return headers;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
