import type { InvocationItem } from '../schemas/ces-create-invocations.js';
import type { InvocationInfo } from '../schemas/ces-list-invocations.js';
import type { RemoteInstallHost } from '../schemas/ces-remote-install.js';
import type { Chunk } from './in-batches.js';
import { answeredRow, type InvocationRow, type JoinKey, joinRows, unansweredRow } from './join-invocations.js';
import type { Finding } from './look.js';
import { type Advice, isInDoubt, noAnswer, type Reason, reasonOf } from './unanswered.js';

/** What the cloud answers to one call, as far as rows go. */
export interface Reply {
  readonly invocations: readonly InvocationItem[];
}

/** The rows about the ids of one chunk, one for each, and what the cloud said beyond them. */
export interface RowsById {
  readonly byId: ReadonlyMap<string, InvocationRow>;
  readonly extra: readonly InvocationItem[];
  /** True where the rows were matched by position only, see joinRows. */
  readonly byPosition: boolean;
  /** The ids for which a task may have been created without a word about it. */
  readonly inDoubt: readonly string[];
}

function adviceFor(query: string): Advice {
  return {
    check: `It may have created a task: look with GET /agent-invocations?${query} before you call again.`,
    refused: 'The call that held this item was refused as a whole: it created no task.',
  };
}

/** @param silence asked only for a row that says nothing about its result: ten thousand reasons are not written for nothing */
function rowOfId(id: string, key: JoinKey, row: InvocationItem | undefined, silence: () => Reason): InvocationRow {
  const own = row ? answeredRow(row, silence) : unansweredRow(key, id, silence());
  return key === 'invocation_id' ? { ...own, requested_invocation_id: id } : own;
}

/**
 * Gives every id of a chunk its row: the cloud's, or one that says why there is none.
 * @param asked the ids of all chunks; what an answer says about an id of another chunk is `extra`
 */
export function rowsOfIds(chunk: Chunk<string, Reply>, key: JoinKey, asked: ReadonlySet<string>): RowsById {
  const adviceOn = (id: string) => adviceFor(`${key}=${id}`);
  const byId = new Map<string, InvocationRow>();
  if (chunk.result !== 'answered') {
    for (const id of chunk.items) {
      const reason = () => reasonOf(chunk, adviceOn(id));
      byId.set(id, rowOfId(id, key, undefined, reason));
    }
    return { byId, extra: [], byPosition: false, inDoubt: isInDoubt(chunk) ? chunk.items : [] };
  }
  const joined = joinRows(chunk.items, chunk.reply.invocations, key, asked);
  const inDoubt: string[] = [];
  for (const id of chunk.items) {
    const row = joined.byId.get(id);
    if (!row?.ret_status) inDoubt.push(id);
    const silence = () => noAnswer(adviceOn(id));
    byId.set(id, rowOfId(id, key, row, silence));
  }
  return { byId, extra: joined.extra, byPosition: joined.byPosition, inDoubt };
}

/** All chunks as one. */
export function joinChunks(chunks: readonly RowsById[]): RowsById {
  const byId = new Map<string, InvocationRow>();
  for (const chunk of chunks) for (const [id, row] of chunk.byId) byId.set(id, row);
  return {
    byId,
    extra: chunks.flatMap((chunk) => chunk.extra),
    byPosition: chunks.some((chunk) => chunk.byPosition),
    inDoubt: chunks.flatMap((chunk) => chunk.inDoubt),
  };
}

/** The rows after a look: those in doubt are done where a task was found, else they say what the look has shown. */
export function lookedRows(
  rows: RowsById,
  key: JoinKey,
  findings: ReadonlyMap<string, Finding<InvocationInfo>>,
): RowsById {
  const byId = [...rows.byId].map(([id, row]) => {
    const finding = findings.get(id);
    return [id, finding ? lookedRow(id, key, row, finding) : row] as const;
  });
  return { ...rows, byId: new Map(byId) };
}

function lookedRow(id: string, key: JoinKey, row: InvocationRow, finding: Finding<InvocationInfo>): InvocationRow {
  if ('notFound' in finding) return { ...row, error_msg: `${row.error_msg} ${finding.notFound}` };
  const { instance_id, invocation_id } = finding.found;
  const done = { instance_id, invocation_id, ret_status: 'successful', reconciled: true } as const;
  return key === 'invocation_id' ? { ...done, requested_invocation_id: id } : done;
}

/** How to look for the tasks of a call that gave no answer at all. */
export function checkOf(ids: readonly string[], key: JoinKey): string {
  const others = ids.length > 1 ? `, and so for the other ${ids.length - 1}` : '';
  return ids.length === 0 ? '' : `Check with GET /agent-invocations?${key}=${ids[0]}${others}.`;
}

/** `rows`: one for each item that was given; `extra`: what the cloud said beyond that. */
export interface Rows {
  readonly rows: readonly InvocationRow[];
  readonly extra: readonly InvocationItem[];
}

function namelessRow(code: string, message: string): InvocationRow {
  return { ret_status: 'unanswered', error_code: code, error_msg: message };
}

/** How to look for the tasks of remote hosts: by their type, since they have no id. */
export function hostsCheck(type: string): string {
  return `Check with GET /agent-invocations?invocation_type=${type}.`;
}

/** Remote hosts have no id before they are installed: the cloud's rows stand as they come, and only their number can be compared. */
export function rowsOfHosts(chunk: Chunk<RemoteInstallHost, Reply>, type: string): Rows {
  const advice = adviceFor(`invocation_type=${type}`);
  if (chunk.result !== 'answered') {
    const { code, message } = reasonOf(chunk, advice);
    const nameOf = (host: RemoteInstallHost) => host.instance_name ?? host.remote_ip ?? 'without a name';
    return { rows: chunk.items.map((host) => namelessRow(code, `Host ${nameOf(host)}: ${message}`)), extra: [] };
  }
  const { invocations } = chunk.reply;
  const asked = chunk.items.length;
  const silence = noAnswer(advice);
  const answered = invocations.slice(0, asked).map((row) => answeredRow(row, () => silence));
  const which = `The cloud gave ${answered.length} rows for ${asked} hosts; which host has none is not known.`;
  const silent = Array.from({ length: asked - answered.length }, () =>
    namelessRow(silence.code, `${which} ${silence.message}`),
  );
  return { rows: [...answered, ...silent], extra: invocations.slice(asked) };
}
