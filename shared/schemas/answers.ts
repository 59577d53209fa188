import * as z from 'zod/mini';
import { invocationItem } from './ces-create-invocations.js';
import { invocationInfo } from './ces-list-invocations.js';
import { IEF_STATES } from './ief-job-state.js';
import { shownJobTarget, shownJobTask } from './ief-jobs.js';
import { text } from './lenient.js';
import { taskResult } from './roma-tasks.js';

// What an HTTP caller gets as the body, and a timer or direct caller as the result. Rows are the cloud's own, with ours beside
// them. Nothing is checked with these at run time: no bundle holds them.

const count = z.int().check(z.minimum(0));
const reconciled = z.optional(z.literal(true));

/** 201 and 207 of `create-invocations`: a row per id in the order of the request, then what the cloud said beyond that. */
export const createInvocationsAnswer = z.object({
  invocations: z.array(z.extend(invocationItem, { requested_invocation_id: z.optional(z.string()), reconciled })),
  summary: z.object({ requested: count, successful: count, failed: count, unanswered: count }),
});

/** 200 of `list-invocations`. */
export const listInvocationsAnswer = z.object({ invocations: z.array(invocationInfo), count });

/** 201 of `create-ief-job`; `created_at` is in seconds. */
export const createIefJobAnswer = z.object({
  job_id: z.string(),
  job_name: z.string(),
  created_at: z.nullable(z.number()),
  reconciled,
});

/** 200 of `show-ief-job`; times are in seconds, null where the cloud gives none. `summary` is counted from the tasks. */
export const showIefJobAnswer = z.object({
  job_id: z.string(),
  job_name: text,
  job_type: text,
  description: text,
  status: text,
  state: z.enum(IEF_STATES),
  finished: z.boolean(),
  created_at: z.nullable(z.number()),
  status_last_updated_at: z.nullable(z.number()),
  target_type: text,
  summary: z.object({ total: count, successful: count, failed: count, other: count }),
  targets: z.array(shownJobTarget),
  tasks: z.array(z.extend(shownJobTask, { created_at: z.nullable(z.number()) })),
  tags: z.array(z.object({ key: text, value: text })),
});
export type ShowIefJobBody = z.output<typeof showIefJobAnswer>;

const task = z.extend(taskResult, { reconciled });

/** 200 and 207 of `start-stop-roma-tasks`. */
export const startStopAnswer = z.object({
  success_count: count,
  failure_count: count,
  success: z.array(task),
  failure: z.array(task),
  unanswered: z.array(z.object({ task_id: z.string(), reason: z.string() })),
  contradicted: z.optional(z.array(task)),
});

/** 200 of `receive-batchtask`. */
export const receiveBatchtaskAnswer = z.object({
  accepted: z.boolean(),
  duplicate: z.optional(z.literal(true)),
  reason: z.optional(z.string()),
});

/** Every error over HTTP: a problem document (RFC 9457) with members of our own. */
export const problemAnswer = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  outcome: z.enum(['not-sent', 'rejected', 'unknown']),
  request_id: z.string(),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  upstream: z.optional(
    z.object({
      service: z.string(),
      status: z.optional(z.int()),
      error_code: z.optional(z.string()),
      error_msg: z.optional(z.string()),
      request_id: z.optional(z.string()),
    }),
  ),
});

/** 200 of `advance-chains`: what was due, and what was done. */
export const advanceAnswer = z.object({
  started: count,
  due: count,
  oldest_waiting_s: count,
  claimed: count,
  calls: count,
  looks: count,
  settled: count,
  lost: count,
  pruned: count,
});

/** 200 and 207 of `reconcile-batchtasks`: how many quiet tasks were asked for, and what came of it. */
export const reconcileAnswer = z.object({
  asked: count,
  changed: count,
  found: count,
  gone: count,
  failed: count,
  started: count,
  pruned: count,
});
