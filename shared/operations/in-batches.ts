import { CloudAuthError, FleetbatchError, type Outcome } from '../client/errors.js';
import { advised } from './unanswered.js';

/** What became of one chunk. `skipped`: never tried, because an earlier call had its credentials refused. */
export type Chunk<Item, Reply> =
  | { readonly items: readonly Item[]; readonly result: 'answered'; readonly reply: Reply }
  | { readonly items: readonly Item[]; readonly result: 'failed' | 'skipped'; readonly error: unknown };

export interface BatchRule {
  /** The most items that one call takes. */
  readonly size: number;
  /** How many calls may run at the same time; {@link callsAtOnce} by default. */
  readonly concurrency?: number;
  /**
   * Whether a call that failed so may be made again in two halves, to part the items that are refused from the others. Only
   * for failures that say that nothing was done. By default no call is.
   */
  readonly divide?: (error: unknown) => boolean;
}

/**
 * The first signed call of an invocation goes alone, see client/key-guard.ts. So many take the other 99 of a full batch in nine
 * rounds; one fewer would need ten. The clouds document no rate limit for these calls.
 */
const callsAtOnce = 11;

/** One refused item among ten costs at most 8 calls, ten of ten cost 18; this is enough for 50 calls with one each. */
const MOST_DIVIDED_CALLS = 400;

/** Cuts a list into pieces of at most `size`, in order. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/**
 * Makes one call per chunk, a few at a time, and answers in the order of the items. A chunk that fails leaves the others
 * whole. Once credentials were refused nothing more is sent: repeating that can lock the account (signing guide, APIGW.0301).
 * A chunk that was divided stands there as its parts. No item that a call was answered for is ever in another call.
 */
export async function inBatches<Item, Reply>(
  items: readonly Item[],
  rule: BatchRule,
  call: (chunk: readonly Item[]) => Promise<Reply>,
): Promise<Chunk<Item, Reply>[]> {
  const chunks = chunksOf(items, rule.size);
  /** Shared by all who work, so that each takes the next one that nobody has. */
  const queue = chunks.entries();
  const done: Chunk<Item, Reply>[][] = [];
  let divided = 0;
  let refused: CloudAuthError | undefined;

  async function attempt(chunk: readonly Item[]): Promise<Chunk<Item, Reply>[]> {
    if (refused) return [{ items: chunk, result: 'skipped', error: refused }];
    try {
      return [{ items: chunk, result: 'answered', reply: await call(chunk) }];
    } catch (error) {
      if (error instanceof CloudAuthError) refused ??= error;
      const whole = chunk.length < 2 || divided + 2 > MOST_DIVIDED_CALLS || rule.divide?.(error) !== true;
      return whole ? [{ items: chunk, result: 'failed', error }] : halves(chunk);
    }
  }
  async function halves(chunk: readonly Item[]): Promise<Chunk<Item, Reply>[]> {
    divided += 2;
    const middle = Math.ceil(chunk.length / 2);
    return [...(await attempt(chunk.slice(0, middle))), ...(await attempt(chunk.slice(middle)))];
  }
  async function work(): Promise<void> {
    for (const [index, chunk] of queue) done[index] = await attempt(chunk);
  }
  await Promise.all(Array.from({ length: Math.min(rule.concurrency ?? callsAtOnce, chunks.length) }, work));
  return done.flat();
}

const GRAVITY: Readonly<Record<Outcome, number>> = { 'not-sent': 0, rejected: 1, unknown: 2 };

/** Graver is what leaves more doubt; a failure that is none of ours leaves the most. */
function gravity(error: unknown): number {
  return error instanceof FleetbatchError ? GRAVITY[error.outcome] : 3;
}

/**
 * Throws the gravest failure where no chunk was answered (unknown before rejected before not sent); else does nothing.
 * @param check what to look at before calling again, added to a failure that leaves the outcome unknown
 */
export function throwIfNothingAnswered(chunks: readonly Chunk<unknown, unknown>[], check = ''): void {
  let gravest: { error: unknown } | undefined;
  for (const chunk of chunks) {
    if (chunk.result === 'answered') return;
    if (!gravest || gravity(chunk.error) > gravity(gravest.error)) gravest = { error: chunk.error };
  }
  if (gravest) throw advised(gravest.error, check);
}
