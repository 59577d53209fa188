/** The same text as PostgreSQL can take it: its texts have no character NUL, and the clouds promise none of theirs. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}
