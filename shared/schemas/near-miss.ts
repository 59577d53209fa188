/** The number of single-character edits between two words, as far as `most`; above that, `most + 1`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const deletion = (previous[column] ?? 0) + 1;
      const insertion = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(substitution, deletion, insertion));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * The known word that a caller most likely meant: the same word in another case, or one within two edits
 * (`ADVANCED_VERSION` → `ADVANCE_VERSION`). Undefined where nothing is near.
 */
export function nearMiss(word: unknown, known: readonly string[]): string | undefined {
  if (typeof word !== 'string') return undefined;
  const wanted = word.trim().toLowerCase();
  const edits = Math.min(2, Math.floor(wanted.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase(), edits) }))
    .filter((entry) => entry.edits <= edits)
    .sort((one, other) => one.edits - other.edits);
  return ranked[0]?.candidate;
}
