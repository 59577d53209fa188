import { CloudAuthError, CloudRejectedError, FleetbatchError } from '../client/errors.js';
import { type Chunk, inBatches } from './in-batches.js';
import type { OperationContext } from './operation.js';

/** What a look found: the thing itself, or a sentence that says why the outcome stays unknown. */
export type Finding<Found> = { readonly found: Found } | { readonly notFound: string };

/** Milliseconds that a POST leaves for looking where that is wanted; a POST that hangs to the end could not be looked after. */
export const TIME_TO_LOOK_MS = 5_000;

/** Reads are cheap, but the limits of a user can be small (cloud guide: "per user"), and others use them too. */
const CONCURRENCY = 5;

function nameOf(error: unknown): string {
  return error instanceof FleetbatchError ? error.code : 'UNEXPECTED_FAILURE';
}

/**
 * Looks at each item, a few at a time. Looking never throws: where it fails the item stays unknown and says so. After the
 * first failure nothing more is looked at, since each read was already repeated; only a read that the cloud refused leaves
 * the others alone.
 */
export async function lookAtEach<Found>(
  items: readonly string[],
  look: (item: string) => Promise<Finding<Found>>,
  context: Pick<OperationContext, 'log'>,
): Promise<ReadonlyMap<string, Finding<Found>>> {
  let broken: { readonly error: unknown } | undefined;
  const looks = await inBatches(items, { size: 1, concurrency: CONCURRENCY }, async ([item = '']) => {
    if (broken) throw broken.error;
    try {
      return await look(item);
    } catch (error) {
      if (error instanceof CloudRejectedError) throw error;
      broken ??= { error };
      context.log('WARN', 'looking for what became of an unanswered call failed', {
        failure: nameOf(error),
        ...(error instanceof FleetbatchError ? { error: error.message } : {}),
      });
      throw error;
    }
  });
  const findings = new Map(
    looks.flatMap((one) => one.items.map((item) => [item, one.result === 'answered' ? one.reply : failed(one.error)])),
  );
  if (items.length > 0) {
    const found = [...findings.values()].filter((finding) => 'found' in finding).length;
    context.log('INFO', 'looked for what became of unanswered calls', { items: items.length, found });
  }
  return findings;
}

function failed(error: unknown): { notFound: string } {
  return { notFound: `Looking for it failed (${nameOf(error)}).` };
}

/** Where credentials were refused nothing more may be sent, not even a look. */
export function mayLook(chunks: readonly Chunk<unknown, unknown>[]): boolean {
  return !chunks.some((chunk) => chunk.result !== 'answered' && chunk.error instanceof CloudAuthError);
}

export function anyFound(findings: ReadonlyMap<string, Finding<unknown>>): boolean {
  return [...findings.values()].some((finding) => 'found' in finding);
}

/** What looking has shown where nothing was found, each sentence once. */
export function sightsOf(findings: ReadonlyMap<string, Finding<unknown>>): string {
  const sights = [...findings.values()].flatMap((finding) => ('notFound' in finding ? finding.notFound : []));
  return [...new Set(sights)].slice(0, 3).join(' ');
}
