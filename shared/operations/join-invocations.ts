import type { InvocationItem } from '../schemas/ces-create-invocations.js';
import type { Reason } from './unanswered.js';

/** Which field of a reply row names the item that was asked for. */
export type JoinKey = 'instance_id' | 'invocation_id';

/** One row of our answer: the cloud's row with every field it had, and a `ret_status` in any case. */
export interface InvocationRow extends InvocationItem {
  ret_status: string;
  /** For ROLLBACK and RETRY, the id that the caller gave; `invocation_id` may be that of a new task. */
  requested_invocation_id?: string;
  /** True where the call gave no answer about this id, and a look in the cloud found the task that it created. */
  reconciled?: true;
}

export interface Joined {
  /** What the cloud said about each id; an id without a row is absent. */
  readonly byId: ReadonlyMap<string, InvocationItem>;
  /** Rows about nothing that was asked, and further, different rows about the same id. */
  readonly extra: readonly InvocationItem[];
  /** True where ids were matched by position, because the cloud gave each task a new id. */
  readonly byPosition: boolean;
}

/** Lower is worse; of two rows about one id the worse one counts. */
function rank(row: InvocationItem): number {
  if (row.ret_status === 'error') return 0;
  return row.ret_status === 'successful' ? 2 : 1;
}

interface ByKey {
  readonly byId: ReadonlyMap<string, InvocationItem>;
  /** Rows about nothing that was asked. */
  readonly strangers: readonly InvocationItem[];
  /** Further, different rows about an id that has one. */
  readonly others: readonly InvocationItem[];
}

function byKey(ids: ReadonlySet<unknown>, rows: readonly InvocationItem[], key: JoinKey): ByKey {
  const byId = new Map<string, InvocationItem>();
  const strangers: InvocationItem[] = [];
  const others: InvocationItem[] = [];
  for (const row of rows) {
    const id = row[key];
    // Stryker disable next-line ConditionalExpression: for the compiler alone; the set holds texts only.
    if (typeof id !== 'string' || !ids.has(id)) {
      strangers.push(row);
      continue;
    }
    const known = byId.get(id);
    const worse = known === undefined || rank(row) < rank(known) ? row : known;
    const other = worse === row ? known : row;
    byId.set(id, worse);
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(worse)) others.push(other);
  }
  return { byId, strangers, others };
}

/**
 * Joins the rows of one reply to the ids of its request. The order of the rows is not promised, so ids decide.
 * One exception: for ROLLBACK and RETRY the cloud may give each task a new id (not confirmed), while a refused one keeps its
 * own. Where no task was started under its own id, and there are as many rows about unknown tasks as ids without a row,
 * position is all there is. A row about an id of another call is no new id: then position says nothing either.
 * @param asked all ids that were asked for, in this call or another
 */
export function joinRows(
  ids: readonly string[],
  rows: readonly InvocationItem[],
  key: JoinKey,
  asked: ReadonlySet<unknown>,
): Joined {
  const { byId, strangers, others } = byKey(new Set(ids), rows, key);
  const joined = { byId, extra: [...strangers, ...others], byPosition: false };
  if (key !== 'invocation_id') return joined;
  if ([...byId.values()].some((row) => row.ret_status !== 'error')) return joined;
  if (strangers.some((row) => asked.has(row.invocation_id))) return joined;
  const silent = ids.filter((id) => !byId.has(id));
  if (silent.length === 0 || strangers.length !== silent.length) return joined;
  const matched = silent.flatMap((id, index) =>
    strangers.slice(index, index + 1).map((row): [string, InvocationItem] => [id, row]),
  );
  return { byId: new Map([...byId, ...matched]), extra: others, byPosition: true };
}

function hasResult(row: InvocationItem): row is InvocationRow {
  return typeof row.ret_status === 'string' && row.ret_status !== '';
}

/**
 * A row of the cloud as a row of ours, the same one where nothing is to be added. Without a `ret_status` it says nothing about
 * the result, so it is `unanswered`.
 */
export function answeredRow(row: InvocationItem, silence: () => Reason): InvocationRow {
  if (hasResult(row)) return row;
  const { code, message } = silence();
  return {
    ...row,
    ret_status: 'unanswered',
    error_code: row.error_code || code,
    error_msg: row.error_msg || message,
  };
}

/** A row for an id without an answer. */
export function unansweredRow(key: JoinKey, id: string, reason: Reason): InvocationRow {
  return { [key]: id, ret_status: 'unanswered', error_code: reason.code, error_msg: reason.message };
}

export interface Summary {
  readonly requested: number;
  readonly successful: number;
  readonly failed: number;
  readonly unanswered: number;
}

/** Counts the rows that were asked for. A `ret_status` that no page has is no success and no failure: it counts as unanswered. */
export function summarise(rows: readonly InvocationRow[]): Summary {
  let successful = 0;
  let failed = 0;
  for (const { ret_status } of rows) {
    if (ret_status === 'successful') successful += 1;
    else if (ret_status === 'error') failed += 1;
  }
  return { requested: rows.length, successful, failed, unanswered: rows.length - successful - failed };
}
