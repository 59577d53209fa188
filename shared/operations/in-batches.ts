import { CloudAuthError, FleetbatchError, type Outcome } from '../client/errors.js';

/** What became of one chunk. `skipped`: never tried, because an earlier call had its credentials refused. */
export type Chunk<Item, Reply> =
  | { readonly items: readonly Item[]; readonly result: 'answered'; readonly reply: Reply }
  | { readonly items: readonly Item[]; readonly result: 'failed' | 'skipped'; readonly error: unknown };

export interface BatchRule {
  /** The most items that one call takes. */
  readonly size: number;
  /** How many calls may run at the same time; 10 by default. */
  readonly concurrency?: number;
}

/** Cuts a list into pieces of at most `size`, in order. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/**
 * Makes one call per chunk, a few at a time, and answers in the order of the items. A chunk that fails leaves the others
 * whole. Once credentials were refused nothing more is sent: repeating that can lock the account (signing guide, APIGW.0301).
 */
export async function inBatches<Item, Reply>(
  items: readonly Item[],
  rule: BatchRule,
  call: (chunk: readonly Item[]) => Promise<Reply>,
): Promise<Chunk<Item, Reply>[]> {
  const chunks = chunksOf(items, rule.size);
  const done: Chunk<Item, Reply>[] = [];
  let next = 0;
  let refused: CloudAuthError | undefined;

  async function attempt(chunk: readonly Item[]): Promise<Chunk<Item, Reply>> {
    if (refused) return { items: chunk, result: 'skipped', error: refused };
    try {
      return { items: chunk, result: 'answered', reply: await call(chunk) };
    } catch (error) {
      if (error instanceof CloudAuthError) refused ??= error;
      return { items: chunk, result: 'failed', error };
    }
  }
  async function work(): Promise<void> {
    while (next < chunks.length) {
      const index = next++;
      done[index] = await attempt(chunks[index] ?? []);
    }
  }
  await Promise.all(Array.from({ length: Math.min(rule.concurrency ?? 10, chunks.length) }, work));
  return done;
}

const GRAVITY: readonly Outcome[] = ['not-sent', 'rejected', 'unknown'];

/** Graver is what leaves more doubt; a failure that is none of ours leaves the most. */
function gravity(error: unknown): number {
  return error instanceof FleetbatchError ? GRAVITY.indexOf(error.outcome) : GRAVITY.length;
}

/** Throws the gravest failure where no chunk was answered (unknown before rejected before not sent); else does nothing. */
export function throwIfNothingAnswered(chunks: readonly Chunk<unknown, unknown>[]): void {
  let gravest: { error: unknown } | undefined;
  for (const chunk of chunks) {
    if (chunk.result === 'answered') return;
    if (!gravest || gravity(chunk.error) > gravity(gravest.error)) gravest = { error: chunk.error };
  }
  if (gravest) throw gravest.error;
}
