/**
 * A text in lines of whole words. A word that is longer than a line stays whole: ids and addresses are there to be copied.
 * @param columns the width of the terminal; undefined where there is none, and the text stays one line
 * @param indent blanks before each line
 */
export function wrapped(text: string, columns: number | undefined, indent: number): string[] {
  const margin = ' '.repeat(indent);
  if (columns === undefined) return [`${margin}${text}`];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => `${margin}${one}`);
}
