import type { Identity } from './authenticate.js';
import { parseJson } from './cloud-operation.js';
import { masked } from './mask.js';

/** One call as `GET /_local/requests` shows it. Holds no secret. */
export interface RequestRecord {
  /** ISO time, real clock. */
  readonly time: string;
  readonly request_id: string;
  /** `service.operation`, or `unknown`. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The JSON body with secrets masked; a note where it is too long or not JSON. */
  readonly body?: unknown;
  /** Access key and algorithm, or the owner of the token. */
  readonly signed_by?: string;
  /** Whether signature or token are right, also for a call that a fault answered. */
  readonly verified: boolean;
  /** Why it is not. */
  readonly refused?: string;
  readonly fault?: unknown;
  /** Absent while the call is being served, 0 where the connection was reset without a reply. */
  status?: number;
  /** Milliseconds from the end of the request to the reply; absent while the call is being served. */
  ms?: number;
}

/** The newest calls, oldest first. */
export interface RequestLog {
  add(record: RequestRecord): void;
  /** The last `limit` calls. */
  last(limit: number): readonly RequestRecord[];
  clear(): void;
}

/** @param keep how many calls are remembered */
export function createRequestLog(keep = 500): RequestLog {
  let records: RequestRecord[] = [];
  return {
    add(record) {
      records.push(record);
      if (records.length > keep) records = records.slice(-keep);
    },
    last: (limit) => (limit <= 0 ? [] : records.slice(-limit)),
    clear() {
      records = [];
    },
  };
}

/** The identity in words, without token or key. */
export function signedBy(identity: Identity): string | undefined {
  if (identity.by === 'aksk')
    return identity.ak === undefined ? undefined : `${identity.ak} ${identity.algorithm ?? ''}`.trim();
  return identity.by === 'token' && identity.verified ? `token of ${identity.owner}` : undefined;
}

/** A body fit to be shown. */
export function shownBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (body.length > 64 * 1024) return `(${body.length} bytes)`;
  const parsed = parseJson(body);
  return parsed === undefined ? `(${body.length} bytes that are not JSON)` : masked(parsed);
}
