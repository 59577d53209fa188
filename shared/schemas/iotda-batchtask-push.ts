import * as z from 'zod/mini';
import { readPushTime } from './batchtask-time.js';
import { checkInput, type InputError } from './check-input.js';
import { isRecord } from './rules.js';

/** `batchtask` today; `batchtask.status` in the oldest published shape, which is flat. */
export const PUSH_RESOURCES = ['batchtask', 'batchtask.status'] as const;

/** States by the words on the wire. `Waitting` is the cloud's own spelling; the last two are known from its REST pages. */
const STATES = new Map<string, BatchtaskState>([
  ['Waitting', 'Waiting'],
  ['Waiting', 'Waiting'],
  ['Processing', 'Processing'],
  ['Success', 'Success'],
  ['PartialSuccess', 'PartialSuccess'],
  ['Fail', 'Fail'],
  ['Stopped', 'Stopped'],
  ['Initializing', 'Initializing'],
  ['Stopping', 'Stopping'],
]);
const TERMINAL: readonly BatchtaskState[] = ['Success', 'PartialSuccess', 'Fail', 'Stopped'];

export type BatchtaskState =
  | 'Initializing'
  | 'Waiting'
  | 'Processing'
  | 'Success'
  | 'PartialSuccess'
  | 'Fail'
  | 'Stopping'
  | 'Stopped'
  | 'Unknown';

const NO_TIME = "must be a UTC time that exists, as yyyyMMdd'T'HHmmss'Z', as ISO text or as milliseconds";
const word = z.string().check(z.minLength(1));
/** What is around the task in all three published shapes. Unknown fields are allowed. */
export const batchtaskPush = z.looseObject({
  resource: z.enum(PUSH_RESOURCES),
  event: z.literal('update'),
  event_time: z.optional(z.unknown()),
  event_time_ms: z.optional(z.unknown()),
  request_id: z.nullish(z.string()),
  notify_data: z.record(z.string(), z.unknown()),
});
export type BatchtaskPush = z.infer<typeof batchtaskPush>;

/** The task itself. Only its id and status are needed to make sense of a push; task ids have no reliable form. */
export const batchTaskUpdate = z.looseObject({
  app_id: z.nullish(z.string()),
  task_id: word,
  task_type: z.nullish(z.string()),
  status: word,
  status_desc: z.nullish(z.string()),
});
export type BatchTaskUpdate = z.infer<typeof batchTaskUpdate>;

/** A push in one form, whatever shape it came in. */
export interface BatchtaskEvent {
  readonly task_id: string;
  readonly app_id?: string;
  readonly task_type?: string;
  /** As it came, for example `Waitting`. */
  readonly status: string;
  /** The same in one spelling; `Unknown` for a word that no page has. */
  readonly state: BatchtaskState;
  /** True where the task has ended; a retry can still revive it. */
  readonly terminal: boolean;
  readonly status_desc?: string;
  /** Milliseconds since the epoch, from `event_time_ms`, else `event_time`; undefined where neither was given. */
  readonly event_time_ms: number | undefined;
  readonly request_id?: string;
  /** The payload as it came. */
  readonly raw: unknown;
}

export type NormalisedPush =
  | { readonly ok: true; readonly event: BatchtaskEvent }
  | { readonly ok: false; readonly reason: string };

function refused(errors: readonly InputError[], within = ''): NormalisedPush {
  const first = errors[0] ?? { path: '', message: 'cannot be read' };
  const path = [within, first.path].filter((part) => part !== '').join('.');
  return { ok: false, reason: `${path === '' ? 'the push' : path} ${first.message}` };
}

/** The task stands in `notify_data.body`, there perhaps as JSON text, or in `notify_data` itself. */
function findTask(notifyData: Readonly<Record<string, unknown>>): { task: unknown; within: string } {
  const body = notifyData.body ?? undefined;
  if (body === undefined) return { task: notifyData, within: 'notify_data' };
  if (typeof body !== 'string') return { task: body, within: 'notify_data.body' };
  try {
    return { task: JSON.parse(body), within: 'notify_data.body' };
  } catch {
    return { task: body, within: 'notify_data.body' };
  }
}

function given<Key extends string>(key: Key, value: string | null | undefined): { readonly [K in Key]?: string } {
  return typeof value === 'string' ? ({ [key]: value } as { readonly [K in Key]?: string }) : {};
}

/** The time of a push: of its two fields the finer one counts, the other where that one is absent or cannot be read. */
function timeOf({ event_time_ms, event_time }: BatchtaskPush): { ms: number | undefined } | { unreadable: string } {
  const given = Object.entries({ event_time_ms, event_time }).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  const [ms] = given.flatMap(([, value]) => readPushTime(value) ?? []);
  const [first] = given;
  return ms === undefined && first ? { unreadable: first[0] } : { ms };
}

/**
 * Reads any of the three published shapes of a batch task push (IoTDA push page) into one event. Never throws:
 * whatever is not such a push comes back with the reason. An unknown status is taken, and is not terminal.
 */
export function normaliseBatchtaskPush(raw: unknown): NormalisedPush {
  if (!isRecord(raw)) return refused([{ path: '', message: 'must be one JSON object' }]);
  const push = checkInput(batchtaskPush, raw);
  if (!push.ok) return refused(push.errors);
  const time = timeOf(push.value);
  if ('unreadable' in time) return refused([{ path: time.unreadable, message: NO_TIME }]);
  const { task, within } = findTask(push.value.notify_data);
  const update = checkInput(batchTaskUpdate, task);
  if (!update.ok) return refused(update.errors, within);
  const { task_id, status, app_id, task_type, status_desc } = update.value;
  const state = STATES.get(status) ?? 'Unknown';
  const event: BatchtaskEvent = {
    task_id,
    ...given('app_id', app_id),
    ...given('task_type', task_type),
    status,
    state,
    terminal: TERMINAL.includes(state),
    ...given('status_desc', status_desc),
    event_time_ms: time.ms,
    ...given('request_id', push.value.request_id),
    raw,
  };
  return { ok: true, event };
}
