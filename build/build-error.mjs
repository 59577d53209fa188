/** The build cannot go on; the message says what, where and what to do, line by line, and needs no stack. */
export class BuildError extends Error {
  /** @param {string | readonly string[]} problems one sentence each */
  constructor(problems) {
    super([problems].flat().join('\n'));
    this.name = 'BuildError';
  }
}

/**
 * Hands back the results where all succeeded, else throws one BuildError with all that went wrong: whoever mends one problem
 * wants to know of the others.
 * @template T
 * @param {readonly (T | Promise<T>)[]} jobs
 * @returns {Promise<T[]>}
 */
export async function allOrProblems(jobs) {
  const settled = await Promise.allSettled(jobs);
  const reasons = settled.flatMap((job) => (job.status === 'rejected' ? [job.reason] : []));
  const defect = reasons.find((reason) => !(reason instanceof BuildError));
  if (defect) throw defect;
  if (reasons.length > 0) throw new BuildError(reasons.map((reason) => reason.message));
  return settled.map((job) => job.value);
}
