import type { AsyncInvocation } from '../functiongraph/async-status.js';
import { type Call, type CloudOperation, errorReply, type Reply, wholeNumber } from './cloud-operation.js';
import type { FunctionGraphParts } from './functiongraph-parts.js';
import { timeOf } from './functiongraph-replies.js';
import type { FgsFunction } from './functiongraph-state.js';
import { ofFunction } from './functiongraph-urn.js';
import type { World } from './world.js';

const path = '/v2/:project_id/fgs/functions/:function_urn';
const statuses = ['WAIT', 'RUNNING', 'SUCCESS', 'FAIL', 'DISCARD'];

/**
 * What became of asynchronous invocations (pages of querying asynchronous invocation requests). The platform keeps them only where
 * `enable_async_status_log` is set; here they are always listed, because whoever runs this wants to see them.
 */
export function asyncStatusOperations(parts: FunctionGraphParts): CloudOperation[] {
  const all = { name: 'functiongraph.listAsyncInvocations', method: 'GET', path: `${path}/async-invocations` } as const;
  const active = {
    name: 'functiongraph.listActiveAsyncInvocations',
    method: 'GET',
    path: `${path}/active-async-invocations`,
  } as const;
  return [
    ofFunction(parts, all, (_parts, call, fn) => list(parts, call, fn, () => true)),
    ofFunction(parts, active, (_parts, call, fn) => list(parts, call, fn, isActive)),
  ];
}

function isActive({ status }: AsyncInvocation): boolean {
  return status === 'WAIT' || status === 'RUNNING';
}

/** The newest first. `marker` counts invocations. */
function list(
  { world, platform }: FunctionGraphParts,
  { query }: Call,
  fn: FgsFunction,
  belongs: (one: AsyncInvocation) => boolean,
): Reply {
  const marker = wholeNumber(query.get('marker'), 0, 0, 1_000_000_000);
  const limit = wholeNumber(query.get('limit'), 100, 1, 500);
  const status = query.get('status') || undefined;
  const since = timeIn(query.get('query_begin_time'), Number.NEGATIVE_INFINITY);
  const until = timeIn(query.get('query_end_time'), Number.POSITIVE_INFINITY);
  const wrongStatus = status !== undefined && !statuses.includes(status);
  if (marker === undefined || limit === undefined || wrongStatus || Number.isNaN(since) || Number.isNaN(until)) {
    const text = `marker: from 0; limit: 1 to 500; status: ${statuses.join(', ')}; times: as in 2026-11-25T10:00:00.`;
    return errorReply(400, 'FSS.1001', `Invalid query parameter. ${text}`);
  }
  // One page calls the parameter request_id, the other one requests, with several ids.
  const ids = (query.get('request_id') || query.get('requests') || '').split(',').filter(Boolean);
  const found = (platform?.asyncInvocations(fn.func_name) ?? []).filter((one) => {
    const at = one.startTime.getTime();
    const asked = ids.length === 0 || ids.includes(one.requestId);
    return belongs(one) && asked && at >= since && at <= until && (status === undefined || one.status === status);
  });
  const invocations = found.slice(marker, marker + limit).map((one) => shown(world, one));
  const next = marker + invocations.length;
  // A text here, unlike in the other lists: the maintained Terraform provider reads it so; the SDK's model says number.
  const next_marker = String(next < found.length ? next : 0);
  return { status: 200, body: { invocations, count: found.length, next_marker } };
}

/** `YYYY-MM-DDThh:mm:ss`, taken as UTC where no offset is given; NaN for another text. */
function timeIn(text: string | null, fallback: number): number {
  if (!text) return fallback;
  return Date.parse(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
}

function shown(world: World, one: AsyncInvocation): Record<string, unknown> {
  return {
    request_id: one.requestId,
    status: one.status,
    error_message: one.errorMessage ?? '',
    error_code: one.errorCode ?? 0,
    start_time: timeOf(world, one.startTime.getTime()),
    end_time: one.endTime ? timeOf(world, one.endTime.getTime()) : '',
  };
}
