import wrapAnsi from 'wrap-ansi';

/**
 * A text in lines of whole words. A word that is longer than a line stays whole: ids and addresses are there to be copied.
 * @param columns the width of the terminal; undefined where there is none, and the text stays one line
 * @param indent blanks before each line
 */
export function wrapped(text: string, columns: number | undefined, indent: number): string[] {
  // A reason repeats what a cloud said: it must not steer the terminal.
  const words = text.replace(/[\s\p{Cc}]+/gu, ' ');
  const lines = columns === undefined ? words : wrapAnsi(words, Math.max(1, columns - indent));
  return lines.split('\n').map((line) => ' '.repeat(indent) + line);
}
