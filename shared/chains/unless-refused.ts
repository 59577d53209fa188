import { CloudRejectedError, CloudReplyError, InvalidInputError } from '../client/errors.js';
import type { OperationContext } from '../operations/operation.js';

/** What says nothing about the things beside it: it is refused, its id cannot be asked for, its reply cannot be used. */
const ofOneAlone = [CloudRejectedError, InvalidInputError, CloudReplyError];

/**
 * Reads one thing of many. What was deleted meanwhile is refused for ever, and must not keep those beside it from being looked at.
 * @param about names it in the log
 * @returns undefined where only this one could not be read
 * @throws what keeps everything from being read
 */
export async function unlessRefused<Read>(
  { log }: Pick<OperationContext, 'log'>,
  about: Readonly<Record<string, unknown>>,
  read: () => Promise<Read>,
): Promise<Read | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!ofOneAlone.some((kind) => error instanceof kind)) throw error;
    const failure = error instanceof Error ? error.message : String(error);
    log('WARN', 'followed work could not be looked at', { ...about, failure });
    return undefined;
  }
}
