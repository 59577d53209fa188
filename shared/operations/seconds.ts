/** Thirteen digits are milliseconds, where the IEF page promises seconds; more than fourteen are no date of any kind. */
const LEAST_MILLISECONDS = 100_000_000_000;
const MOST_MILLISECONDS = 99_999_999_999_999;

/** IEF's `created_at` as whole seconds, milliseconds put right; undefined where it is absent or no date. */
export function readSeconds(createdAt: number | null | undefined): number | undefined {
  if (createdAt === undefined || createdAt === null || !(createdAt > 0) || createdAt > MOST_MILLISECONDS)
    return undefined;
  return Math.floor(createdAt < LEAST_MILLISECONDS ? createdAt : createdAt / 1_000);
}
