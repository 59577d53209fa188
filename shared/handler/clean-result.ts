/** Fields in which the clouds write what they like. Ids, names and states are never touched: results are joined by them. */
const remarks = new Set(['error_code', 'error_msg', 'result_msg', 'message', 'reason', 'description', 'status_desc']);

/** Deeper than any answer: a remark stands in a row, a row in a list, a list in the body. */
const deepest = 6;

/**
 * A result without the known secrets in what the clouds remarked on single items. The same object where there is nothing
 * to blot out, which is nearly always.
 */
export function cleanResult(value: unknown, blot: (text: string) => string, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth >= deepest) return value;
  let copy: Record<string, unknown> | undefined;
  // Not Object.entries: that would make three lists for each of ten thousand rows.
  for (const name of Object.keys(value)) {
    const entry = (value as Record<string, unknown>)[name];
    const clean =
      typeof entry === 'string' ? (remarks.has(name) ? blot(entry) : entry) : cleanResult(entry, blot, depth + 1);
    if (clean === entry) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[name] = clean;
  }
  return copy ?? value;
}
