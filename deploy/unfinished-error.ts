/** A deployment or removal that stopped in its middle. What was done and what was not has been printed before. */
export class UnfinishedError extends Error {
  override readonly name = 'UnfinishedError';

  constructor(what: string) {
    super(`The ${what} was not finished.`);
  }
}
