import { Pool } from 'undici';
import { type Clocks, type LastUse, realClocks, restedMs, trustedRestMs, usedNow } from './connection-rest.js';

/** How long an idle connection is kept while the instance runs. Milliseconds. */
const keepAliveMs = 4000;
const connectTimeoutMs = 5000;
const connectionsPerOrigin = 16;
/** A token of IAM comes as a header of up to 17 kB and more; Node's own limit is 16 KiB. */
const maxHeaderBytes = 64 * 1024;

/** One pool with what the thaw guard has to know about it. */
export interface PoolUse extends LastUse {
  readonly pool: Pool;
  inFlight: number;
  /** True after a call on it was cut off; see {@link spoilPool}. */
  spoiled: boolean;
  /** How long it had not been used when it was last taken. Milliseconds. */
  restedMs: number;
}

/** The only state that outlives an invocation beside the tokens: connections are worth keeping, and dear to make. */
const pools = new Map<string, PoolUse>();

/**
 * The pool of an origin, to be handed back with {@link releasePool}.
 * Thaw guard: an instance is frozen between invocations, often before the pool has noticed that its last answer is complete,
 * and the far side drops the connections meanwhile; the next call would be reset or hang. So a pool that rested for more
 * than a second is replaced by a fresh one. Calls that are still under way on the old one finish there.
 */
export function takePool(origin: string, clocks: Clocks = realClocks): PoolUse {
  const now = usedNow(clocks);
  let use = pools.get(origin);
  if (use && restedMs(use, now) > trustedRestMs) {
    retire(use);
    use = undefined;
  }
  if (!use) {
    use = newUse(origin, now);
    pools.set(origin, use);
  }
  use.inFlight += 1;
  use.restedMs = restedMs(use, now);
  return Object.assign(use, now);
}

export function releasePool(use: PoolUse, clocks: Clocks = realClocks): void {
  use.inFlight -= 1;
  Object.assign(use, usedNow(clocks));
  if (use.spoiled && use.inFlight === 0) discard(use);
}

/**
 * To be called before a request is cut off. undici closes the connection of such a request and at once opens another one that
 * nobody asked for and that no timeout ends. So the pool is thrown away as soon as nothing else is under way on it.
 */
export function spoilPool(use: PoolUse): void {
  use.spoiled = true;
}

function discard(use: PoolUse): void {
  for (const [origin, current] of pools) if (current === use) pools.delete(origin);
  retire(use);
}

/** Closes every connection, for a tool or a test that wants to end. Calls under way fail. */
export async function destroyPools(): Promise<void> {
  const all = [...pools.values()];
  pools.clear();
  await Promise.all(all.map((use) => use.pool.destroy()));
}

function retire(use: PoolUse): void {
  const gone = use.inFlight > 0 ? use.pool.close() : use.pool.destroy();
  gone.catch(() => undefined);
}

function newUse(origin: string, now: LastUse): PoolUse {
  return { pool: newPool(origin), inFlight: 0, spoiled: false, restedMs: 0, ...now };
}

function newPool(origin: string): Pool {
  return new Pool(origin, {
    connections: connectionsPerOrigin,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: maxHeaderBytes,
    // undici's own timers tick every half second and would come late; each attempt has its exact deadline instead.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs, rejectUnauthorized: true },
  });
}
