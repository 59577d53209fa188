/** Works through a list, a few at a time. */
export async function inTurns<Entry>(
  entries: readonly Entry[],
  concurrency: number,
  work: (entry: Entry) => Promise<void>,
): Promise<void> {
  const queue = entries.values();
  const turns = Array.from({ length: Math.min(concurrency, entries.length) }, async () => {
    for (const entry of queue) await work(entry);
  });
  await Promise.all(turns);
}
