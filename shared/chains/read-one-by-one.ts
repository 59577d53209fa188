import { CloudFailedError, CloudRejectedError, CloudReplyError, InvalidInputError } from '../client/errors.js';
import type { OperationContext } from '../operations/operation.js';

/** What says nothing about the things beside it: it is refused, its id cannot be asked for, its reply cannot be used. */
const ofOneAlone = [CloudRejectedError, InvalidInputError, CloudReplyError];
/** A cloud may fail at one thing; where it does so for this many in a row, it is not they. */
const MOST_FAILURES = 3;

/**
 * Reads each of many things by a call of its own. What was deleted meanwhile is refused for ever, and must not keep those beside it from
 * being looked at: it is told in the log, and undefined stands in its place.
 * @param about names a thing in the log
 * @throws what keeps everything from being read
 */
export async function readOneByOne<Thing, Read>(
  { log }: Pick<OperationContext, 'log'>,
  things: readonly Thing[],
  about: (thing: Thing) => Readonly<Record<string, unknown>>,
  read: (thing: Thing) => Promise<Read>,
): Promise<(Read | undefined)[]> {
  const all: (Read | undefined)[] = [];
  let failures = 0;
  for (const thing of things) {
    try {
      all.push(await read(thing));
      failures = 0;
    } catch (error) {
      const hasFailed = error instanceof CloudFailedError;
      failures = hasFailed ? failures + 1 : 0;
      if (failures === MOST_FAILURES || !(hasFailed || ofOneAlone.some((kind) => error instanceof kind))) throw error;
      const failure = error instanceof Error ? error.message : String(error);
      log('WARN', 'followed work could not be looked at', { ...about(thing), failure });
      all.push(undefined);
    }
  }
  return all;
}
