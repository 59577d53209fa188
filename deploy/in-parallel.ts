/** Calls at once: enough to hide the way to the cloud, few enough not to be throttled. */
const most = 4;

/**
 * Does something to each item, a few at a time, with the results in the order of the items.
 * @throws the first error, after those already begun have ended
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const rest = [...items.entries()];
  const work = async () => {
    for (let next = rest.shift(); next !== undefined && failures.length === 0; next = rest.shift()) {
      const [index, item] = next;
      try {
        results[index] = await act(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: most }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
