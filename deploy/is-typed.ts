import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Where a person is asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks a person to type a name, which is not done by accident.
 * @returns false for anything else, Ctrl+C, Ctrl+D and an input that ends among it
 */
export async function isTyped(
  name: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stdout },
): Promise<boolean> {
  const lines = createInterface({ input, output });
  // Ctrl+C and Ctrl+D make the question fail, or leave it without an answer, as the version of Node has it.
  const closed = once(lines, 'close').then(() => undefined);
  try {
    const question = lines.question(`Their routes and timers go with them. Type ${name} to delete them: `);
    const answer = await Promise.race([question.catch(() => undefined), closed]);
    if (answer === undefined) output.write('\n');
    return answer?.trim() === name;
  } finally {
    lines.close();
  }
}
