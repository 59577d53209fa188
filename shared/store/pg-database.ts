import type { Database, Queryable } from './database.js';
import { DatabaseOutcomeUnknownError, DatabaseUnavailableError } from './database-errors.js';
import type { DatabaseAddress } from './database-url.js';
import { isRefused, nothingChanged, OutOfTimeError, reasonOf, serverAnswer } from './pg-failure.js';
import { Lease, type Statement } from './pg-lease.js';
import { closePool } from './pg-pools.js';

export interface PgDatabaseOptions extends DatabaseAddress {
  /** Milliseconds left for all that this database is asked, the margin to answer already taken off; asked before each step. */
  readonly remainingMs: () => number;
  /** What one statement may take with its wait for locks, in milliseconds, where as much is left; 5 s and 3 s by default. */
  readonly statementMs?: number | undefined;
}

/** What one step may take, in milliseconds, where as much is left. */
const longest = { connect: 3_000, begin: 1_000, statement: 5_000, lock: 3_000, rollback: 500 };
/** So much longer than the statement the server waits for the next one: it must not be the first to give up. */
const idleMarginMs = 1_000;

/** The milliseconds that a step may take, 0 where no time is left. */
type Deadline = (step: keyof typeof longest) => number;

/**
 * PostgreSQL, or whatever speaks like it, for one invocation. Every step has a deadline on both sides, never longer than what is
 * left of the invocation. Its connections are shared by all invocations of the process.
 */
export function pgDatabase({ url, ca, remainingMs, statementMs }: PgDatabaseOptions): Database {
  const address = { url, ca };
  const steps = statementMs === undefined ? longest : { ...longest, statement: statementMs, lock: statementMs };
  const deadline: Deadline = (step) => Math.max(0, Math.floor(Math.min(steps[step], remainingMs())));

  return {
    identity: identityOf(address),
    query: (text, values, name) => single(address, { text, values, name }, deadline),
    transaction: (work) => transaction(address, work, deadline),
    close: () => closePool(address),
  };
}

/** Beside the pools, which are replaced now and then. */
const identities = new Map<string, object>();

function identityOf({ url, ca }: DatabaseAddress): object {
  const key = JSON.stringify([url, ca ?? null]);
  const identity = identities.get(key) ?? {};
  identities.set(key, identity);
  return identity;
}

async function single<Row>(
  address: DatabaseAddress,
  statement: Statement,
  deadline: Deadline,
): Promise<readonly Row[]> {
  const doing = 'a statement';
  const lease = await take(address, doing, deadline);
  try {
    const ms = deadline('statement');
    if (ms < 1) throw nothingChanged(doing, new OutOfTimeError(0));
    const { rows } = await lease.send(statement, ms).catch((failure: unknown) => {
      if (isRefused(failure)) throw nothingChanged(doing, failure);
      throw new DatabaseOutcomeUnknownError(doing, reasonOf(failure));
    });
    return rows;
  } finally {
    lease.giveBack();
  }
}

async function transaction<T>(
  address: DatabaseAddress,
  work: (tx: Queryable) => Promise<T>,
  deadline: Deadline,
): Promise<T> {
  const lease = await begin(address, deadline);
  try {
    const result = await workIn(lease, work, deadline);
    await commit(lease, deadline);
    return result;
  } catch (failure) {
    // A connection that is closed instead has the same effect.
    if (!lease.isLost) await lease.send({ text: 'ROLLBACK' }, longest.rollback).catch(() => undefined);
    throw failure;
  } finally {
    lease.giveBack();
  }
}

async function take(address: DatabaseAddress, doing: string, deadline: Deadline): Promise<Lease> {
  try {
    return await Lease.take(address, deadline('connect'));
  } catch (failure) {
    if (failure instanceof Error && failure.name === 'InvalidSettingError') throw failure;
    // Whatever the server says here, it lets nobody in; the severity, which tells that elsewhere, comes in its language.
    throw new DatabaseUnavailableError(doing, reasonOf(failure), serverAnswer(failure)?.code);
  }
}

/** A connection that turns out to be dead here has carried nothing yet: another one takes its place, once. */
async function begin(address: DatabaseAddress, deadline: Deadline): Promise<Lease> {
  const doing = 'a transaction';
  for (let attempt = 1; ; attempt += 1) {
    const lease = await take(address, doing, deadline);
    try {
      await lease.send({ text: beginning(deadline) }, deadline('begin'));
      return lease;
    } catch (failure) {
      lease.giveBack();
      if (attempt === 2 || !lease.isLost || deadline('begin') < 1) throw nothingChanged(doing, failure);
    }
  }
}

/** One text, and so one way to the server and back. */
function beginning(deadline: Deadline): string {
  const statement = Math.max(1, deadline('statement'));
  const lock = Math.max(1, Math.min(statement, deadline('lock')));
  return [
    'BEGIN',
    `SET LOCAL statement_timeout = ${statement}`,
    `SET LOCAL lock_timeout = ${lock}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${statement + idleMarginMs}`,
  ].join('; ');
}

async function workIn<T>(lease: Lease, work: (tx: Queryable) => Promise<T>, deadline: Deadline): Promise<T> {
  let isOpen = true;
  const query: Queryable['query'] = async (text, values, name) => {
    if (!isOpen) throw new Error('a query came after the end of its transaction');
    try {
      const ms = deadline('statement');
      if (ms < 1) throw new OutOfTimeError(0);
      const { rows } = await lease.send({ text, values, name }, ms);
      return rows;
    } catch (failure) {
      throw nothingChanged('a transaction', failure);
    }
  };
  try {
    return await work({ query });
  } finally {
    isOpen = false;
  }
}

async function commit(lease: Lease, deadline: Deadline): Promise<void> {
  const doing = 'a transaction';
  const ms = deadline('statement');
  if (ms < 1) throw nothingChanged(doing, new OutOfTimeError(0));
  const { command } = await lease.send({ text: 'COMMIT' }, ms).catch((failure: unknown) => {
    if (isRefused(failure)) throw nothingChanged(doing, failure);
    throw new DatabaseOutcomeUnknownError('a commit', reasonOf(failure));
  });
  // The server answers so where a statement of the transaction failed and nobody heeded it.
  if (command !== 'COMMIT') throw new DatabaseUnavailableError(doing, 'a statement before the commit had failed');
}
