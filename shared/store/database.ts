/** Runs SQL: the database itself, where each statement is a transaction of its own, or one open transaction. */
export interface Queryable {
  /**
   * Runs one statement with `$1`, `$2` … for its values, or several separated by `;` where there are none.
   * @param name for a statement that comes often and takes longer to plan than to run: each connection plans it once
   * @returns the rows of the statement, of the last one where there are several
   * @throws the errors of database-errors.ts
   */
  query<Row>(text: string, values?: readonly unknown[], name?: string): Promise<readonly Row[]>;
}

/** The database of one invocation: what it may take of time ends with the invocation, its connections do not. */
export interface Database extends Queryable {
  /** The same object for every view of one database in this process: what waits for its connections may go together. Else absent. */
  readonly identity?: object;
  /**
   * Runs `work` in one transaction: all of it is committed, or nothing where `work` or the commit fails. `work` runs at most
   * once, and one query after the other.
   * @throws DatabaseOutcomeUnknownError where the commit was sent and not answered; what `work` throws, after the rollback
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Closes the connections, for a tool or a test that wants to end; a function keeps them. */
  close(): Promise<void>;
}
