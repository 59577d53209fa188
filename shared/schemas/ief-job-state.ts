/** What a batch job or one of its tasks has come to, in one spelling. `unknown` is a word that no page has. */
export const IEF_STATES = [
  'waiting',
  'running',
  'stopping',
  'stopped',
  'successful',
  'partially_successful',
  'failed',
  'timed_out',
  'unknown',
] as const;
export type IefState = (typeof IEF_STATES)[number];

const FINISHED: readonly IefState[] = ['stopped', 'successful', 'partially_successful', 'failed', 'timed_out'];
const FAILED: readonly IefState[] = ['stopped', 'partially_successful', 'failed', 'timed_out'];

/**
 * Reads a status of a batch job (IEF list page) or of a task, of which the pages name only some (not confirmed). Capitals and
 * underscores do not count: the pages themselves have both Partially_successful and Partially_Successful.
 */
export function iefState(status: string | null | undefined): IefState {
  const plain = (word: string) => word.toLowerCase().replaceAll(/[^a-z]/g, '');
  const wanted = plain(status ?? '');
  return IEF_STATES.find((state) => plain(state) === wanted) ?? 'unknown';
}

/** Whether nothing more happens by itself. `Stopping` is a pause, and an unknown word is no end. */
export function isFinished(state: IefState): boolean {
  return FINISHED.includes(state);
}

/** Whether it is over and did not do all of its work. */
export function hasFailed(state: IefState): boolean {
  return FAILED.includes(state);
}
