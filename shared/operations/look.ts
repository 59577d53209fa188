import { CloudAuthError, CloudRejectedError, FleetbatchError } from '../client/errors.js';
import { realTiming } from '../client/timing.js';
import { type Chunk, inBatches } from './in-batches.js';
import type { OperationContext } from './operation.js';

/**
 * What a look found: the thing itself, or a sentence that says why the outcome stays unknown. With `mayAppear` a later look
 * can show more.
 */
export type Finding<Found> = { readonly found: Found } | { readonly notFound: string; readonly mayAppear?: true };

type Findings<Found> = ReadonlyMap<string, Finding<Found>>;
type Look<Found> = (item: string) => Promise<Finding<Found>>;
type LookContext = Pick<OperationContext, 'log' | 'timing' | 'remainingMs'>;

/** Milliseconds that a POST leaves for looking where that is wanted; a POST that hangs to the end could not be looked after. */
export const TIME_TO_LOOK_MS = 5_000;

/** How long is waited before each further look. What a cloud has begun need not be in its list at once. Milliseconds. */
const PAUSES_MS = [500, 1_000, 2_000];
/** A look that begins with less than this left is not answered in time. Milliseconds. */
const LEAST_LOOK_MS = 500;
/** More than these are looked at once only: where so much is missing, what is wrong is not that the list is late. */
const MOST_LOOKED_AT_AGAIN = 100;

/** Reads are cheap, but the limits of a user can be small (cloud guide: "per user"), and others use them too. */
const CONCURRENCY = 5;

function nameOf(error: unknown): string {
  return error instanceof FleetbatchError ? error.code : 'UNEXPECTED_FAILURE';
}

/**
 * Looks at each item, and again at those that may still appear, where these are few: up to four times, with growing pauses,
 * as far as the invocation has time. Looking never throws: where it fails the item stays unknown and says so, or keeps what an earlier look
 * has shown.
 */
export async function lookAtEach<Found>(
  items: readonly string[],
  look: Look<Found>,
  context: LookContext,
): Promise<Findings<Found>> {
  const { timing = realTiming, remainingMs = () => Number.POSITIVE_INFINITY } = context;
  const first = await lookOnce(items, look, context);
  const findings = new Map(first.findings);
  let looks = 1;
  let { broken } = first;
  for (const pauseMs of PAUSES_MS) {
    const open = items.filter((item) => mayAppear(findings.get(item)));
    if (broken || open.length === 0 || open.length > MOST_LOOKED_AT_AGAIN) break;
    if (!(pauseMs + LEAST_LOOK_MS <= remainingMs())) break;
    await timing.sleep(pauseMs);
    const again = await lookOnce(open, look, context);
    for (const [item, finding] of again.findings) if (!again.failed.has(item)) findings.set(item, finding);
    ({ broken } = again);
    looks += 1;
  }
  if (items.length > 0) {
    const found = [...findings.values()].filter((finding) => 'found' in finding).length;
    context.log('INFO', 'looked for what became of unanswered calls', { items: items.length, found, looks });
  }
  return findings;
}

function mayAppear(finding: Finding<unknown> | undefined): boolean {
  return finding !== undefined && 'notFound' in finding && finding.mayAppear === true;
}

interface Round<Found> {
  readonly findings: Findings<Found>;
  readonly failed: ReadonlySet<string>;
  /** True where looking itself does not work: another round would not either. */
  readonly broken: boolean;
}

/**
 * One look at each item, a few at a time. After the first failure nothing more is looked at, since each read was already
 * repeated; only a read that the cloud refused leaves the others alone.
 */
async function lookOnce<Found>(
  items: readonly string[],
  look: Look<Found>,
  context: Pick<LookContext, 'log'>,
): Promise<Round<Found>> {
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
  return {
    findings: new Map(
      looks.flatMap((one) =>
        one.items.map((item) => [item, one.result === 'answered' ? one.reply : failed(one.error)]),
      ),
    ),
    failed: new Set(looks.flatMap((one) => (one.result === 'answered' ? [] : one.items))),
    broken: broken !== undefined,
  };
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
