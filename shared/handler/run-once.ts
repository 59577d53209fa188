import { FleetbatchError, MissingSettingError } from '../client/errors.js';
import type { OperationResult } from '../operations/operation.js';
import type { Database } from '../store/database.js';
import { beginKey, type Claim, type KeptAnswer, keepAnswer, releaseKey } from '../store/idempotency-keys.js';
import { answer } from './answer.js';
import type { Exchange } from './exchange.js';
import type { HttpRules } from './http-rules.js';
import {
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
  IdempotencyUnknownError,
} from './idempotency-errors.js';
import { fingerprintOf, idempotencyKeyOf } from './idempotency-key.js';
import { problemResponse } from './problem.js';
import { InternalError } from './request-errors.js';
import { jsonResponse } from './response.js';

/** Longer than an invocation without a known end can take beyond its deadline: its own clock, and the way to the database. */
const inProgressMarginMs = 5_000;
const assumedMs = 30_000;
/** Sent by a caller that would rather be refused than called without memory, as the engine of the chains. */
const requiredHeader = 'fleetbatch-key-required';
/** Says that an answer is that of an earlier call (Stripe's name for it; the IETF draft has none). */
const replayedHeader = { 'idempotent-replayed': 'true' };

/**
 * Runs the operation and answers. Where the invocation has a key and the function a database, it has its effect once: a second call with
 * the same key and request gets the first answer, also where that says that the outcome is unknown. A call that did nothing, because its
 * input or the cloud refused it, leaves the key free.
 *
 * @throws what the operation throws; IdempotencyInProgressError, IdempotencyKeyReusedError, IdempotencyUnknownError; the errors of the
 *   database before anything was sent
 */
export async function runOnce(
  exchange: Exchange,
  rules: HttpRules,
  run: () => Promise<OperationResult<unknown>>,
): Promise<unknown> {
  const { workplace, invocation } = exchange;
  const key = idempotencyKeyOf(invocation, rules);
  if (key === undefined) return answer(exchange, await run(), rules);
  const { database, log, remainingMs } = workplace.operation;
  if (!database) {
    if ('http' in invocation) {
      if (invocation.http.headers[requiredHeader] === 'true') {
        throw new MissingSettingError(
          'DATABASE_URL',
          'the caller wants its Idempotency-Key kept, so give the function the database',
        );
      }
      log('WARN', 'Idempotency-Key is not heeded: DATABASE_URL is not set');
    }
    return answer(exchange, await run(), rules);
  }
  const claim: Claim = {
    functionName: workplace.functionName,
    key,
    fingerprint: fingerprintOf(key, exchange.input),
    owner: workplace.newId(),
  };
  const state = await beginKey(database, claim, (remainingMs?.() ?? assumedMs) + inProgressMarginMs);
  switch (state.kind) {
    case 'begun':
      return await runAndKeep(exchange, rules, database, claim, run);
    case 'in-progress':
      throw new IdempotencyInProgressError(state.remainingMs);
    case 'other-request':
      throw new IdempotencyKeyReusedError();
    case 'answered':
      return replay(exchange, state.answer);
    case 'unknown':
      if (state.answer && 'http' in invocation) return replay(exchange, state.answer);
      throw new IdempotencyUnknownError(detailOf(state.answer));
  }
}

async function runAndKeep(
  exchange: Exchange,
  rules: HttpRules,
  database: Database,
  claim: Claim,
  run: () => Promise<OperationResult<unknown>>,
): Promise<unknown> {
  const { requestId, redactor, outcome } = exchange.workplace;
  try {
    const given = answer(exchange, await run(), rules);
    const { status, body } = exchange.result ?? { status: 200, body: undefined };
    await settle(exchange, () =>
      keepAnswer(database, claim, 'answered', { status, body: JSON.stringify(body) ?? 'null' }),
    );
    return given;
  } catch (thrown) {
    const failure = thrown instanceof FleetbatchError ? thrown : new InternalError(requestId, outcome(), thrown);
    if (failure.outcome === 'unknown') {
      const { statusCode: status, body } = problemResponse(failure, requestId, redactor.text);
      await settle(exchange, () => keepAnswer(database, claim, 'unknown', { status, body }));
    } else {
      await settle(exchange, () => releaseKey(database, claim));
    }
    throw failure;
  }
}

/** What was done, was done: that it could not be noted is for the log. The key then turns unknown, and nothing is done twice. */
async function settle({ workplace }: Exchange, note: () => Promise<void>): Promise<void> {
  try {
    await note().catch(note);
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : typeof failure;
    workplace.operation.log('ERROR', 'the answer to an Idempotency-Key could not be kept', { why });
  }
}

function replay(exchange: Exchange, { status, body }: KeptAnswer): unknown {
  exchange.status = status;
  exchange.replayed = true;
  const parsed: unknown = JSON.parse(body);
  if (!('http' in exchange.invocation)) return parsed;
  const type = status >= 400 ? { 'content-type': 'application/problem+json' } : {};
  return jsonResponse(status, parsed, exchange.workplace.requestId, { ...type, ...replayedHeader });
}

function detailOf(answer: KeptAnswer | undefined): string | undefined {
  if (!answer) return undefined;
  const { detail } = JSON.parse(answer.body) as { detail?: unknown };
  return typeof detail === 'string' ? detail : `status ${answer.status}.`;
}
