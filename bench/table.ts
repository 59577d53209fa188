/** Prints rows in columns: the first to the left, figures to the right. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const texts = [head, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? figure(cell) : cell)));
  const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  for (const row of texts) {
    const cells = row.map((text, column) =>
      column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
    );
    console.log(`  ${cells.join('   ')}`);
  }
}

/** `ok` or `miss` beside a figure and the target that it is held against. */
export function verdict(found: number, most: number): string {
  return `${found <= most ? 'ok  ' : 'miss'}  (at most ${figure(most)})`;
}

/** The same for a figure that should not be smaller. */
export function atLeast(found: number, least: number): string {
  return `${found >= least ? 'ok  ' : 'miss'}  (at least ${figure(least)})`;
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
