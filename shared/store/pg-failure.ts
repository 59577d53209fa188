import type { FleetbatchError } from '../client/errors.js';
import {
  DatabaseNotMigratedError,
  DatabaseRefusedError,
  DatabaseUnavailableError,
  type SqlState,
} from './database-errors.js';

/** A statement, or a connection, that gave no answer within its time. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';

  constructor(ms: number) {
    super(`no answer within ${Math.round(ms)} ms`);
  }
}

/** What the server answered in the place of a result (PostgreSQL, "Error and Notice Message Fields"). */
interface ServerAnswer {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly table?: string | undefined;
  readonly constraint?: string | undefined;
}

/** Classes and codes of PostgreSQL's appendix A after which the same statement may work later. */
const passing = /^(?:08|40|53|55P03|57|58|25006|25P0[34])/;
/** A server that only reads: a standby, or the old primary after a fail-over. */
const readOnly = '25006';
/** What always ends the session: shut down, not yet up, dropped, idle or in a transaction for too long. The severity beside it comes in the server's language. */
const endsSession = /^(?:25P0[34]|57P0[1-5])/;
/** An undefined table, column, function or schema. */
const undefinedThing = /^(?:42P01|42703|42883|3F000)$/;
/** Messages about values quote them, and values are not for a log. */
const quotesValues = /^22/;

/** The answer of the server where the failure is one; undefined where the connection was lost or no answer came. */
export function serverAnswer(failure: unknown): ServerAnswer | undefined {
  if (!(failure instanceof Error)) return undefined;
  const { severity, code, message } = failure as Partial<ServerAnswer> & Error;
  const isAnswer = typeof severity === 'string' && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  return isAnswer ? (failure as unknown as ServerAnswer & { message: typeof message }) : undefined;
}

/** True where the connection is of no use any more: it broke, is silent, or its server is going down or has become one that only reads. */
export function isConnectionLost(failure: unknown): boolean {
  const answer = serverAnswer(failure);
  return !answer || answer.code === readOnly || isSessionOver(answer);
}

/** True where the statement, or the commit, certainly changed nothing: the server itself refused it, and lives on. */
export function isRefused(failure: unknown): boolean {
  const answer = serverAnswer(failure);
  return answer !== undefined && !isSessionOver(answer);
}

function isSessionOver({ severity, code }: ServerAnswer): boolean {
  return severity === 'FATAL' || severity === 'PANIC' || endsSession.test(code);
}

/** The error for a failure after which nothing is changed in the database. @param doing such as `a transaction` */
export function nothingChanged(doing: string, failure: unknown): FleetbatchError {
  const answer = serverAnswer(failure);
  const reason = reasonOf(failure);
  if (!answer) return new DatabaseUnavailableError(doing, reason);
  if (undefinedThing.test(answer.code)) return new DatabaseNotMigratedError(reason, answer.code);
  if (isConnectionLost(failure) || passing.test(answer.code)) {
    return new DatabaseUnavailableError(doing, reason, answer.code);
  }
  return new DatabaseRefusedError(doing, reason, answer.code);
}

/** What happened, in one short line. Neither node-postgres nor the server puts a password into its messages. */
export function reasonOf(failure: unknown): string {
  const answer = serverAnswer(failure);
  if (answer) return `${sentenceOf(answer)}SQLSTATE ${answer.code}`;
  if (!(failure instanceof Error)) return 'a connection failure';
  const { code } = failure as Error & { code?: SqlState };
  // Where a name has several addresses, Node's error has a code and no text.
  const parts = [code, failure.message].filter((part): part is string => typeof part === 'string' && part !== '');
  return parts.join(': ').slice(0, 200);
}

function sentenceOf({ code, message, table, constraint }: ServerAnswer): string {
  if (!quotesValues.test(code)) return `${message.slice(0, 200)}, `;
  const where = constraint ?? table;
  return where === undefined ? '' : `${where}, `;
}
