/**
 * A deployment that is refused before anything is sent: what is wrong, where, and what to do, one line each. Whoever mends one
 * problem wants to know of the others, so they come together.
 */
export class DeployError extends Error {
  override readonly name = 'DeployError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super([...problems, 'Nothing was changed.'].join('\n'));
    this.problems = problems;
  }
}
