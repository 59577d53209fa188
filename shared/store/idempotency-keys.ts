import type { Queryable } from './database.js';
import { DatabaseOutcomeUnknownError, DatabaseUnavailableError } from './database-errors.js';

/** One call that must have its effect once. */
export interface Claim {
  readonly functionName: string;
  readonly key: string;
  /** Hash of the request. */
  readonly fingerprint: string;
  /** Unique to this invocation. */
  readonly owner: string;
}

/** The answer as an HTTP caller gets it; `body` is JSON text. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

/** What is known of a key. */
export type KeyState =
  /** It was free, and is this invocation's now. */
  | { readonly kind: 'begun' }
  /** The first call is under way, for so many milliseconds at most. */
  | { readonly kind: 'in-progress'; readonly remainingMs: number }
  /** It was used with another request. */
  | { readonly kind: 'other-request' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  /** Nobody knows whether the first call had its effect; without an answer where its invocation ended without one. */
  | { readonly kind: 'unknown'; readonly answer: KeptAnswer | undefined };

/** How long an answer is kept, and a doubt, in hours. */
const kept = { answer: 24, doubt: 7 * 24 };
/** Between two looks somebody may have given the key back. */
const mostAttempts = 3;
/** Rows that one answer clears away beside its own. */
const mostExpired = 10;

/**
 * Takes a key for this invocation, or tells what is known of it. The key of an invocation that ended without a word is unknown from
 * then on: it is never taken over.
 * @param inProgressMs how long this invocation can run at most
 * @throws the errors of database-errors.ts, all of them before anything was begun
 */
export async function beginKey(db: Queryable, claim: Claim, inProgressMs: number): Promise<KeyState> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const state = (await insert(db, claim, inProgressMs)) ?? (await look(db, claim));
    if (state) return state;
  }
  return { kind: 'in-progress', remainingMs: inProgressMs };
}

/** Keeps the answer under the key, or the doubt. @throws the errors of database-errors.ts; may be repeated */
export async function keepAnswer(
  db: Queryable,
  { functionName, key, owner }: Claim,
  state: 'answered' | 'unknown',
  { status, body }: KeptAnswer,
): Promise<void> {
  await db.query(
    `WITH cleared AS (
       DELETE FROM idempotency_keys WHERE (function, key) IN (
         SELECT function, key FROM idempotency_keys WHERE expires_at < now() LIMIT $8::int FOR UPDATE SKIP LOCKED
       )
     )
     UPDATE idempotency_keys
     SET state = $4::text, status = $5::smallint, body = $6::json, expires_at = now() + make_interval(hours => $7::int)
     WHERE function = $1 AND key = $2 AND owner = $3 AND state <> 'answered'`,
    [functionName, key, owner, state, status, body, state === 'answered' ? kept.answer : kept.doubt, mostExpired],
  );
}

/** Gives a key back under which nothing was done. @throws the errors of database-errors.ts; may be repeated */
export async function releaseKey(db: Queryable, { functionName, key, owner }: Claim): Promise<void> {
  await db.query(
    `DELETE FROM idempotency_keys WHERE function = $1 AND key = $2 AND owner = $3 AND state <> 'answered'`,
    [functionName, key, owner],
  );
}

async function insert(db: Queryable, claim: Claim, inProgressMs: number): Promise<KeyState | undefined> {
  const { functionName, key, fingerprint, owner } = claim;
  try {
    const taken = await db.query(
      `INSERT INTO idempotency_keys AS held (function, key, fingerprint, owner, in_progress_until, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5::float8 / 1000), now() + make_interval(hours => $6::int))
       ON CONFLICT (function, key) DO UPDATE SET
         fingerprint = excluded.fingerprint, owner = excluded.owner, state = 'in_progress', status = NULL, body = NULL,
         in_progress_until = excluded.in_progress_until, created_at = now(), expires_at = excluded.expires_at
       WHERE held.expires_at < now()
       RETURNING owner`,
      [functionName, key, fingerprint, owner, inProgressMs, kept.doubt],
    );
    return taken.length > 0 ? { kind: 'begun' } : undefined;
  } catch (failure) {
    // It may be ours now: the look that follows tells, for the owner is nobody else's.
    if (failure instanceof DatabaseOutcomeUnknownError) return undefined;
    throw failure;
  }
}

interface Row {
  readonly fingerprint: string;
  readonly owner: string;
  readonly state: 'in_progress' | 'answered' | 'unknown';
  readonly left_ms: number;
  readonly status: number | null;
  readonly body: string | null;
}

/** @returns undefined where the key is free again */
async function look(db: Queryable, claim: Claim): Promise<KeyState | undefined> {
  const row = await read(db, claim);
  if (!row) return undefined;
  if (row.owner === claim.owner) return { kind: 'begun' };
  if (row.fingerprint !== claim.fingerprint) return { kind: 'other-request' };
  const answer = row.status === null || row.body === null ? undefined : { status: row.status, body: row.body };
  if (row.state === 'answered' && answer) return { kind: 'answered', answer };
  if (row.state === 'in_progress' && row.left_ms > 0) return { kind: 'in-progress', remainingMs: row.left_ms };
  return { kind: 'unknown', answer };
}

/** Marks what an invocation left behind that ended without a word, and reads. */
async function read(db: Queryable, { functionName, key }: Claim): Promise<Row | undefined> {
  try {
    const [row] = await db.query<Row>(
      `WITH left_behind AS (
         UPDATE idempotency_keys SET state = 'unknown'
         WHERE function = $1 AND key = $2 AND state = 'in_progress' AND in_progress_until <= now()
       )
       SELECT fingerprint, owner, state, status, body::text AS body,
         (extract(epoch FROM in_progress_until - now()) * 1000)::int AS left_ms
       FROM idempotency_keys WHERE function = $1 AND key = $2`,
      [functionName, key],
    );
    return row;
  } catch (failure) {
    if (!(failure instanceof DatabaseOutcomeUnknownError)) throw failure;
    throw new DatabaseUnavailableError('the Idempotency-Key', 'no answer; no call was made');
  }
}
