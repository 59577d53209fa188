import { realTiming } from '../client/timing.js';
import { type BatchtaskEvent, normaliseBatchtaskPush } from '../schemas/iotda-batchtask-push.js';
import { type Novelty, unstorable } from '../store/batchtask-history.js';
import type { Database } from '../store/database.js';
import { deferPush, logWhole, readDeferred } from './defer-push.js';
import { type Chains, keepBatchtask, noChains } from './keep-batchtask.js';
import type { Operation, OperationContext, OperationResult } from './operation.js';
import { PushNotKeptError } from './push-not-kept.js';
import type { RecentPushes } from './recent-pushes.js';

/** `reason` says why a push was ignored or deferred. A duplicate is accepted again, and said to be one. */
export interface ReceiveBatchtaskBody {
  readonly accepted: boolean;
  readonly duplicate?: true;
  readonly reason?: string;
}

type Received = OperationResult<ReceiveBatchtaskBody>;

const NAME = 'PushBatchTaskStatus';
/** A push is not signed over its body: no field of it may fill the log. */
const LONGEST_FIELD = 200;

function logged(event: BatchtaskEvent): Record<string, unknown> {
  const { raw: _, ...fields } = event;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, LONGEST_FIELD) : value,
    ]),
  );
}

function ignored(reason: string, { log }: OperationContext): Received {
  log('INFO', 'push ignored', { reason });
  return { status: 200, body: { accepted: false, reason }, items: { ok: 0, failed: 0 } };
}

function accepted(event: BatchtaskEvent, novelty: Novelty | undefined, duplicate: boolean, context: OperationContext) {
  context.log('INFO', 'batch task changed', { ...logged(event), duplicate, novelty });
  const body: ReceiveBatchtaskBody = duplicate ? { accepted: true, duplicate } : { accepted: true };
  return { status: 200, body, items: { ok: 1, failed: 0 } } as const;
}

/** @throws PushNotKeptError where the settings cannot be read: whether there is a database is not known then, and it may not be lost */
function databaseOf(event: BatchtaskEvent, context: OperationContext): Database | undefined {
  try {
    return context.database;
  } catch (failure) {
    logWhole(event.raw, failure, context);
    throw new PushNotKeptError(failure);
  }
}

/** Keeps the push in the database, or hands it on. @throws PushNotKeptError where neither is possible */
async function keepOrDefer(
  event: BatchtaskEvent,
  receivedAtMs: number,
  database: Database,
  chains: Chains,
  context: OperationContext,
): Promise<Received> {
  let notTaken: unknown;
  try {
    const novelty = await keepBatchtask(database, event, receivedAtMs, chains);
    return accepted(event, novelty, novelty === 'duplicate', context);
  } catch (failure) {
    notTaken = failure;
    const why = failure instanceof Error ? failure.message : typeof failure;
    context.log('WARN', 'push deferred: the database did not take it', { ...logged(event), why });
  }
  try {
    await deferPush(event.raw, receivedAtMs, context);
  } catch (failure) {
    logWhole(event.raw, failure, context);
    throw new PushNotKeptError(notTaken);
  }
  const reason = 'the database is not there at the moment; an asynchronous invocation keeps the push';
  return { status: 200, body: { accepted: true, reason }, items: { ok: 1, failed: 0 } };
}

/** A deferred push is kept now, or its invocation fails: what becomes of it then is for the platform. */
async function keepDeferred(
  event: BatchtaskEvent,
  { received_at_ms }: { received_at_ms: number },
  database: Database,
  chains: Chains,
  context: OperationContext,
): Promise<Received> {
  try {
    const novelty = await keepBatchtask(database, event, received_at_ms, chains);
    return accepted(event, novelty, novelty === 'duplicate', context);
  } catch (failure) {
    logWhole(event.raw, failure, context);
    throw new PushNotKeptError(failure);
  }
}

/**
 * IoTDA: take a batch task status push (IoTDA push page). Always 200, also for what is ignored: ten other answers in a row put
 * the whole host on the platform's blocklist, and the message is lost. With a database the push is committed before that, else handed
 * to an asynchronous invocation of this function.
 * @param recent the memory of this instance, for where there is no database
 * @param chains what follows from a change
 * @throws from its `run` PushNotKeptError, and nothing else: with a database, where neither was possible
 */
export function receiveBatchtaskWith(
  recent: RecentPushes,
  chains: Chains = noChains,
): Operation<unknown, ReceiveBatchtaskBody> {
  return {
    name: NAME,
    parse: (raw) => raw,
    run: async (raw, context) => {
      const deferred = readDeferred(raw);
      const push = normaliseBatchtaskPush(deferred ? deferred.push : raw);
      if (!push.ok) return ignored(push.reason, context);
      const { event } = push;
      const database = databaseOf(event, context);
      if (!database) return accepted(event, undefined, recent.seenBefore(event), context);
      const reason = unstorable(event);
      if (reason !== undefined) return ignored(reason, context);
      if (deferred) return await keepDeferred(event, deferred, database, chains, context);
      return await keepOrDefer(event, (context.timing ?? realTiming).now(), database, chains, context);
    },
  };
}
