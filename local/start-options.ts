import { parseArgs } from 'node:util';
import { UsageError } from './plain-errors.js';

export interface StartOptions {
  /** Folder that keeps the emulated cloud's state over a restart. */
  readonly persist?: string | undefined;
  /** Folder of the embedded database. */
  readonly database?: string | undefined;
  /** Whether sources are watched, and what they changed is built and replaced. */
  readonly watch: boolean;
  /** `NAME[:PORT]`: the function that a debugger may attach to. */
  readonly inspect?: string | undefined;
}

const usage = 'Usage: npm start -- [--persist DIR] [--database DIR] [--watch] [--inspect NAME[:PORT]]';

/** The command line of `npm start`. @throws UsageError */
export function startOptions(args: string[]): StartOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        persist: { type: 'string' },
        database: { type: 'string' },
        watch: { type: 'boolean', default: false },
        inspect: { type: 'string' },
      },
    });
    for (const option of ['persist', 'database'] as const) {
      if (values[option] === '')
        throw new Error(`Option '--${option} <value>' needs a folder, and an empty text is none`);
    }
    return values;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${problem}\n${usage}`);
  }
}
