import { readErrorBody } from '../schemas/error-body.js';
import { errorOfFailure, errorOfReply, type FailedCall, outOfTime, requestIdOf, unreadable } from './call-errors.js';
import type { CloudService } from './cloud-client.js';
import { maskSecrets } from './cloud-text.js';
import type { FleetbatchError } from './errors.js';
import { errorBodyOf, errorText, isPacked, notJson, parseJson, textOf, unpackedText } from './reply-body.js';
import { type AttemptOutcome, leastAttemptMs, nextStep } from './retry.js';
import type { RetryBudget } from './retry-budget.js';
import { waitHintOf } from './throttle-hints.js';
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
  /** What all calls of the process together may repeat. */
  readonly budget: RetryBudget;
  /** Ends every call at once, also one that waits for its next attempt. */
  readonly signal?: AbortSignal | undefined;
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
  /** After a 401: another token, or a clock set by the reply; false where a repetition would be refused the same way. */
  readonly renew?: ((reply: RawReply) => Promise<boolean> | boolean) | undefined;
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
 * Sends a call until it is answered, refused or not worth another attempt (see {@link nextStep}). There are two deadlines:
 * each attempt has its own, and all of them together, with the waiting between, have the time that the invocation has left.
 * @throws FleetbatchError of the Cloud… kinds
 */
export async function deliver(delivery: Delivery, terms: DeliveryTerms): Promise<Delivered> {
  let { renew } = delivery;
  let previous: FleetbatchError | undefined;
  let taken = 0;
  for (let attempts = 1; ; attempts += 1) {
    if (terms.signal?.aborted) throw previous ?? givenUp(delivery, attempts);
    const headers = await delivery.headers();
    const leftMs = terms.remainingMs();
    // A write that nobody hears the answer of leaves a doubt behind; a read harms nobody.
    if (!(leftMs >= (delivery.repeatable ? 1 : leastAttemptMs))) {
      throw previous ?? outOfTime(failedCall(delivery, attempts));
    }
    const result = await attemptOnce(delivery, headers, leftMs, terms);
    if (isAccepted(result)) {
      terms.budget.giveBack(taken);
      return accept(delivery, result, attempts);
    }

    const { error, outcome } = await judge(delivery, result, attempts, terms);
    const next = nextStep(outcome, {
      attempts,
      repeatable: delivery.repeatable,
      remainingMs: terms.remainingMs(),
      random: terms.timing.random(),
      renewable: renew !== undefined,
    });
    if (next.step === 'stop') throw error;
    if (next.step === 'renew') {
      if (result instanceof TransportFailure || !(await renew?.(result))) throw error;
      renew = undefined;
    } else {
      if (!terms.budget.take(next.cost)) throw error;
      taken += next.cost;
      await pause(next.delayMs, terms);
    }
    previous = error;
  }
}

/** Where the signal ends the pause, the loop sees that for itself. */
async function pause(ms: number, { timing, signal }: DeliveryTerms): Promise<void> {
  try {
    await timing.sleep(ms, signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

function givenUp(delivery: Delivery, attempts: number): FleetbatchError {
  return errorOfFailure(
    failedCall(delivery, attempts),
    new TransportFailure('ABORTED', 'the caller gave the call up', false),
  );
}

async function attemptOnce(
  delivery: Delivery,
  headers: Readonly<Record<string, string>>,
  leftMs: number,
  { observe, timing, signal }: DeliveryTerms,
): Promise<RawReply | TransportFailure> {
  const { service, operation, origin, request, repeatable } = delivery;
  const timeoutMs = Math.min(leftMs, repeatable ? readAttemptMs : writeAttemptMs);
  const start = timing.now();
  try {
    const reply = await exchange({ ...request, origin, headers }, { timeoutMs, signal });
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
  const body = errorBodyOf(maskSecrets(await errorText(result), call.secrets));
  const hint = waitHintOf(result, body.error_msg, timing.now());
  const throttled = throttledByGateway.test(body.error_code ?? '');
  return {
    error: errorOfReply(call, result, body, hint?.ms),
    outcome: { kind: 'reply', status: result.status, throttled, hint },
  };
}

/** The shared gateway, dedicated ones and that of ROMA Connect (signing guide §4). */
const throttledByGateway = /^API(?:GW|G|C)\.0308$/i;

function failedCall(delivery: Delivery, attempts: number): FailedCall {
  const { service, operation, origin, repeatable, preparatory = false } = delivery;
  const host = new URL(origin).host;
  return { service, operation, host, repeatable, preparatory, attempts, secrets: delivery.secrets() };
}
