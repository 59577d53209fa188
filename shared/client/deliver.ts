import { readErrorBody } from '../schemas/error-body.js';
import { errorOfFailure, errorOfReply, type FailedCall, outOfTime, requestIdOf, unreadable } from './call-errors.js';
import type { CloudService } from './cloud-client.js';
import { maskSecrets } from './cloud-text.js';
import type { FleetbatchError } from './errors.js';
import { errorText, isPacked, textOf, unpackedText } from './reply-body.js';
import { type AttemptOutcome, nextStep } from './retry.js';
import { retryAfterMs, throttleWindowMs } from './throttle-hints.js';
import type { Timing } from './timing.js';
import { exchange, type RawReply, TransportFailure, type WireRequest } from './transport.js';

/** What the log is told about each attempt. */
export interface AttemptReport {
  readonly service: CloudService;
  readonly operation: string;
  readonly status?: number;
  /** Milliseconds. */
  readonly ms: number;
  /** Code of a failure without an answer. */
  readonly failure?: string;
}

/** What all calls of one invocation share. */
export interface DeliveryTerms {
  /** Milliseconds left for all calls of this invocation, the margin to answer already taken off; asked before each attempt. */
  readonly remainingMs: () => number;
  readonly observe?: ((attempt: AttemptReport) => void) | undefined;
  readonly timing: Timing;
}

/** One call, ready but for the headers that each attempt needs anew. */
export interface Delivery {
  readonly service: CloudService;
  readonly operation: string;
  readonly repeatable: boolean;
  /** True for the request of a token, which only prepares the call that is wanted. */
  readonly preparatory?: boolean;
  readonly origin: string;
  readonly request: Pick<WireRequest, 'method' | 'path' | 'body'>;
  /** The headers of one attempt: a signature ages, a token may be renewed. */
  readonly headers: () => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  /** Values that no message may hold. */
  readonly secrets: () => readonly string[];
  /** After a 401: replaces the token; false where there is no other one. */
  readonly renewToken?: (() => Promise<boolean>) | undefined;
}

export interface Delivered {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** The parsed JSON body; undefined where it was empty. */
  readonly body: unknown;
  readonly requestId: string | undefined;
  readonly attempts: number;
}

/**
 * The longest that one attempt may take, in milliseconds, where more than that is left: a read that hangs is worth a second
 * attempt, a write is not repeated and so waits for its answer.
 */
const readAttemptMs = 10_000;
const writeAttemptMs = 60_000;

/**
 * Sends a call until it is answered, refused or not worth another attempt (see {@link nextStep}).
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function deliver(delivery: Delivery, terms: DeliveryTerms): Promise<Delivered> {
  let renewToken = delivery.renewToken;
  let previous: FleetbatchError | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const headers = await delivery.headers();
    const leftMs = terms.remainingMs();
    if (!(leftMs > 0)) throw previous ?? outOfTime(failedCall(delivery, attempts));
    const result = await attemptOnce(delivery, headers, leftMs, terms);
    if (isAccepted(result)) return accept(delivery, result, attempts);

    const { error, outcome } = await judge(delivery, result, attempts, terms);
    const next = nextStep(outcome, {
      attempts,
      repeatable: delivery.repeatable,
      remainingMs: terms.remainingMs(),
      random: terms.timing.random(),
      renewable: renewToken !== undefined,
    });
    if (next.step === 'stop') throw error;
    if (next.step === 'repeat') await terms.timing.sleep(next.delayMs);
    else if (!(await renewToken?.())) throw error;
    else renewToken = undefined;
    previous = error;
  }
}

async function attemptOnce(
  delivery: Delivery,
  headers: Readonly<Record<string, string>>,
  leftMs: number,
  { observe, timing }: DeliveryTerms,
): Promise<RawReply | TransportFailure> {
  const { service, operation, origin, request, repeatable } = delivery;
  const timeoutMs = Math.min(leftMs, repeatable ? readAttemptMs : writeAttemptMs);
  const start = timing.now();
  try {
    const reply = await exchange({ ...request, origin, headers }, { timeoutMs });
    observe?.({ service, operation, status: reply.status, ms: timing.now() - start });
    return reply;
  } catch (failure) {
    if (!(failure instanceof TransportFailure)) throw failure;
    observe?.({ service, operation, ms: timing.now() - start, failure: failure.code });
    return failure;
  }
}

function isAccepted(result: RawReply | TransportFailure): result is RawReply {
  return !(result instanceof TransportFailure) && result.status >= 200 && result.status < 300;
}

async function accept(delivery: Delivery, reply: RawReply, attempts: number): Promise<Delivered> {
  const { status, headers } = reply;
  let text: string;
  try {
    text = isPacked(reply) ? await unpackedText(reply) : textOf(reply.body);
  } catch {
    throw unreadable(failedCall(delivery, attempts), reply, 'a compressed body that cannot be unpacked');
  }
  const body = text.trim() === '' ? undefined : parseJson(text);
  if (body === notJson) {
    throw unreadable(failedCall(delivery, attempts), reply, 'something that is not JSON', text);
  }
  return { status, headers, body, requestId: requestIdOf(headers, () => readErrorBody(body).request_id), attempts };
}

/** What went wrong with an attempt, as an error for the caller and as facts for the decision. */
async function judge(
  delivery: Delivery,
  result: RawReply | TransportFailure,
  attempts: number,
  { timing }: DeliveryTerms,
): Promise<{ error: FleetbatchError; outcome: AttemptOutcome }> {
  const call = failedCall(delivery, attempts);
  if (result instanceof TransportFailure) {
    const outcome: AttemptOutcome = { kind: 'failure', sent: result.sent, permanent: result.permanent };
    return { error: errorOfFailure(call, result), outcome };
  }
  const text = maskSecrets(await errorText(result), call.secrets);
  const parsed = parseJson(text);
  const body = readErrorBody(parsed === notJson ? text : parsed);
  const { status, headers } = result;
  const hintMs =
    retryAfterMs(headers.get('retry-after'), timing.now()) ??
    (status === 429 ? throttleWindowMs(body.error_msg) : undefined);
  return { error: errorOfReply(call, result, body, hintMs), outcome: { kind: 'reply', status, hintMs } };
}

const notJson = Symbol('not JSON');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return notJson;
  }
}

function failedCall(delivery: Delivery, attempts: number): FailedCall {
  const { service, operation, origin, repeatable, preparatory = false } = delivery;
  const host = new URL(origin).host;
  return { service, operation, host, repeatable, preparatory, attempts, secrets: delivery.secrets() };
}
