import { FleetbatchError } from '../client/errors.js';

/** What the database's own documentation calls SQLSTATE, such as `42P01`; undefined where it gave no answer. */
export type SqlState = string | undefined;

/** The database cannot be reached, refuses work for now, or ended it in time: nothing was changed. */
export class DatabaseUnavailableError extends FleetbatchError {
  override readonly name = 'DatabaseUnavailableError';
  readonly code = 'DATABASE_UNAVAILABLE';
  readonly status = 503;
  readonly sqlState: SqlState;

  constructor(doing: string, reason: string, sqlState?: SqlState) {
    super(
      `The database could not be used for ${doing} (${reason}). Nothing was changed; check DATABASE_URL and the server, then call again.`,
      { outcome: 'not-sent' },
    );
    this.sqlState = sqlState;
  }
}

/** The change was sent and not answered: it may be in the database or not. Only what is safe twice may be repeated. */
export class DatabaseOutcomeUnknownError extends FleetbatchError {
  override readonly name = 'DatabaseOutcomeUnknownError';
  readonly code = 'DATABASE_OUTCOME_UNKNOWN';
  readonly status = 503;

  constructor(doing: string, reason: string) {
    super(
      `The database gave no answer to ${doing} (${reason}). It was sent, and whether it was done is unknown; look before you repeat it.`,
      { outcome: 'unknown' },
    );
  }
}

/** The database understood a statement and refused it, say for a constraint: the statement or its values are wrong. */
export class DatabaseRefusedError extends FleetbatchError {
  override readonly name = 'DatabaseRefusedError';
  readonly code = 'DATABASE_REFUSED';
  readonly status = 500;
  readonly sqlState: SqlState;

  constructor(doing: string, reason: string, sqlState: SqlState) {
    super(`The database refused ${doing} (${reason}). Nothing was changed.`, { outcome: 'rejected' });
    this.sqlState = sqlState;
  }
}

/** A table or column that this version of the functions needs is not there. */
export class DatabaseNotMigratedError extends FleetbatchError {
  override readonly name = 'DatabaseNotMigratedError';
  readonly code = 'DATABASE_NOT_MIGRATED';
  readonly status = 500;
  readonly sqlState: SqlState;

  constructor(reason: string, sqlState: SqlState) {
    super(
      `The database lacks what this version needs (${reason}). Nothing was changed; run \`npm run migrate\` with its DATABASE_URL.`,
      { outcome: 'not-sent' },
    );
    this.sqlState = sqlState;
  }
}
