import type { Pool } from 'pg';
import { type Clocks, type LastUse, realClocks, restedMs, trustedRestMs, usedNow } from '../client/connection-rest.js';
import { type DatabaseAddress, keepsPlans, readDatabaseUrl } from './database-url.js';

/** Few, for every instance of a function has its own, and a server has some hundred in all. */
const mostConnections = 4;
/** Upper bounds in milliseconds; an invocation with less time sets shorter ones of its own. */
const bounds = { connect: 5_000, statement: 10_000, lock: 5_000, idleInTransaction: 15_000 };
/**
 * What the statements count on, whatever is usual for the database or its user: node-postgres reads dates of this style alone, and who
 * comes second has to see what the first one committed.
 */
const usual = '-c DateStyle=ISO -c default_transaction_isolation=read\\ committed';

/** One pool with what the thaw guard has to know about it. */
export interface PoolUse extends LastUse {
  readonly pool: Pool;
  readonly key: string;
  /** Whether statements may be prepared under a name: not where several clients share one session. */
  readonly keepsPlans: boolean;
  /** True once nobody new gets it. */
  isRetired: boolean;
}

/** What outlives an invocation: connections are worth keeping, and dear to make. */
const pools = new Map<string, PoolUse>();

/**
 * The pool of a database. Loads the client when it is first asked for, so that a function without a database does not pay for it.
 * Thaw guard: an instance is frozen between invocations, and the far side drops its connections meanwhile, often without a sign. A
 * pool that rested for more than a second is replaced by a fresh one; what is under way on the old one ends there.
 * @throws InvalidSettingError
 */
export async function takePool(address: DatabaseAddress, clocks: Clocks = realClocks): Promise<PoolUse> {
  const { Pool } = await import('pg');
  const key = JSON.stringify([address.url, address.ca ?? null]);
  const present = pools.get(key);
  const now = usedNow(clocks);
  if (present) {
    if (restedMs(present, now) <= trustedRestMs) return Object.assign(present, now);
    retirePool(present);
  }
  const connection = readDatabaseUrl(address);
  const isOurSession = keepsPlans(address);
  const pool = new Pool({
    ...connection,
    // A pooler refuses whoever asks for these: its sessions are not ours.
    ...(isOurSession && {
      options: `${connection.options ?? ''} ${usual}`,
      statement_timeout: bounds.statement,
      lock_timeout: bounds.lock,
      idle_in_transaction_session_timeout: bounds.idleInTransaction,
    }),
    max: mostConnections,
    connectionTimeoutMillis: bounds.connect,
    // An idle connection keeps no tool alive that has nothing else to do.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks leaves the pool by itself; without a listener it would end the process.
  pool.on('error', () => undefined);
  const fresh = { pool, key, keepsPlans: isOurSession, isRetired: false, ...now };
  pools.set(key, fresh);
  return fresh;
}

/** To be called after each use: the rest begins now. */
export function touchPool(use: PoolUse, clocks: Clocks = realClocks): void {
  Object.assign(use, usedNow(clocks));
  if (use.isRetired) endWhenUnasked(use);
}

/** Takes a pool out of service where its connections turned out to be dead. */
export function retirePool(use: PoolUse): void {
  if (pools.get(use.key) === use) pools.delete(use.key);
  use.isRetired = true;
  endWhenUnasked(use);
}

/** A pool that ends serves nobody any more who still waits for a connection of it, and does not tell them either. */
function endWhenUnasked(use: PoolUse): void {
  if (use.pool.waitingCount === 0) endPool(use).catch(() => undefined);
}

/** Closes the connections of a database. */
export async function closePool({ url, ca }: DatabaseAddress): Promise<void> {
  const use = pools.get(JSON.stringify([url, ca ?? null]));
  if (!use) return;
  pools.delete(use.key);
  await endPool(use);
}

async function endPool({ pool }: PoolUse): Promise<void> {
  if (!pool.ending) await pool.end();
}
