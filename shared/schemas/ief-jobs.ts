import * as z from 'zod/mini';
import { findNotJson } from './json-value.js';
import { number, replyObject, rows, text } from './lenient.js';
import { onUnknown } from './on-unknown.js';
import { kindOf, oneOf } from './plain-words.js';
import { acrossFields, isRecord, type LooseRecord, pathSegment, type Report } from './rules.js';

export const JOB_TYPES = ['node_upgrade', 'deployment_deploy', 'deployment_upgrade'] as const;
/** The job types for which `task_data` is mandatory (IEF create page). */
export const JOB_TYPES_WITH_TASK_DATA = ['deployment_deploy', 'deployment_upgrade'] as const;
export const TARGET_TYPES = ['node', 'node_group', 'deployment'] as const;

const jobName = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9](?:[a-z0-9-]{0,24}[a-z0-9])?$/,
      'must be 1 to 26 lower-case letters, digits or hyphens, with no hyphen at either end',
    ),
  );

function tagText(most: number) {
  const form = new RegExp(`^[A-Za-z0-9_-]{1,${most}}$`);
  return z.string().check(z.regex(form, `must be 1 to ${most} letters, digits, underscores or hyphens`));
}
const tag = z.strictObject({ key: z.optional(tagText(128)), value: z.optional(tagText(256)) });

// Keys other than node_name occur in the cloud's own answers, and null stands for none.
const extension = z.strictObject({ key: z.optional(z.string()), value: z.optional(z.string()) });
const target = z.strictObject({
  target_id: z.string().check(z.minLength(1)),
  extension_info: z.nullish(z.array(extension)),
});

const WHOLE_DEPLOYMENT =
  'the create-deployment body with a top-level "deployment" object, as in the example of the IEF create page';

function deploymentProblem(content: unknown): string | undefined {
  if (!isRecord(content)) return `must hold ${WHOLE_DEPLOYMENT}; it holds ${kindOf(content)}`;
  if (!Object.hasOwn(content, 'deployment')) {
    return `has no top-level "deployment": it must hold ${WHOLE_DEPLOYMENT} (wrap it: {"deployment": …})`;
  }
  return isRecord(content.deployment)
    ? undefined
    : `has a "deployment" that is ${kindOf(content.deployment)}, not an object`;
}

function textProblem(json: string): string | undefined {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    return `must be JSON text: ${WHOLE_DEPLOYMENT}`;
  }
  if (typeof content === 'string')
    return 'is JSON inside JSON: it was serialised twice; give it once, or give the object';
  return deploymentProblem(content);
}

/** The rules of `task_data` as text; as an object it must also survive JSON unchanged. */
function checkTaskData(taskData: unknown, at: readonly string[], report: Report): void {
  if (typeof taskData !== 'string') {
    const broken = isRecord(taskData) ? findNotJson(taskData) : undefined;
    if (broken) {
      report([...at, ...broken.path], broken.problem);
      return;
    }
  }
  const problem = typeof taskData === 'string' ? textProblem(taskData) : deploymentProblem(taskData);
  if (problem !== undefined) report(at, problem);
}

/** Mandatory for the two deployment jobs; refused for a node upgrade, which would silently ignore a deployment. */
function taskDataFitsType(fields: LooseRecord, report: Report): void {
  const wanted = JOB_TYPES_WITH_TASK_DATA.some((type) => type === fields.job_type);
  const content = isRecord(fields.job_content) ? fields.job_content : {};
  const at = ['job_content', 'task_data'];
  if (content.task_data === undefined) {
    if (wanted) report(at, `is mandatory for ${oneOf(JOB_TYPES_WITH_TASK_DATA)}`);
    return;
  }
  if (fields.job_type === 'node_upgrade') {
    report(at, 'is for application deployments only; leave it out of a node_upgrade');
  } else {
    checkTaskData(content.task_data, at, report);
  }
}

/** The value of the `ief-instance-id` header, so nothing that could end a header line. */
export const iefInstanceId = z.string().check(z.regex(/^[!-~]{0,64}$/, 'must be at most 64 visible ASCII characters'));
const description = z.optional(z.string());
const tags = z.optional(z.array(tag));

/**
 * Our input: the cloud's request, where `task_data` may also be an object (it is serialised once), `targets` must not be empty,
 * and `ief_instance_id` names the instance of the enterprise edition; '' says professional edition, whatever the setting says.
 * `on_unknown` stays here.
 */
export const createIefJobInput = z
  .strictObject({
    job_name: jobName,
    job_type: z.enum(JOB_TYPES),
    job_content: z.strictObject({
      target_type: z.enum(TARGET_TYPES),
      targets: z.array(target).check(z.minLength(1)),
      task_data: z.optional(z.unknown()),
    }),
    description,
    tags,
    ief_instance_id: z.optional(iefInstanceId),
    on_unknown: onUnknown,
  })
  .check(acrossFields(taskDataFitsType));
export type CreateIefJobInput = z.infer<typeof createIefJobInput>;

/** The cloud's own request body of CreateBatchJob: only `job_name` and `job_type` are mandatory, `task_data` is a text. */
export const batchJobRequest = z
  .strictObject({
    job_name: jobName,
    job_type: z.enum(JOB_TYPES),
    job_content: z.optional(
      z.strictObject({
        target_type: z.optional(z.enum(TARGET_TYPES)),
        targets: z.optional(z.array(target)),
        task_data: z.optional(z.string()),
      }),
    ),
    description,
    tags,
  })
  .check(acrossFields(taskDataFitsType));
export type BatchJobRequest = z.infer<typeof batchJobRequest>;

/** The 201 body of CreateBatchJob, read leniently. `created_at` is seconds. */
export const batchJobReply = z.looseObject({ job_id: text, job_name: text, created_at: number });
export type BatchJobReply = z.infer<typeof batchJobReply>;

/** One job of the list, read leniently; `created_at` is seconds. */
export const listedBatchJob = z.looseObject({
  job_id: text,
  job_name: text,
  job_type: text,
  status: text,
  created_at: number,
});
export type ListedBatchJob = z.infer<typeof listedBatchJob>;

/** The 200 body of ListBatchJob. `jobs` may be null beside a `job_count`; the jobs count. */
export const batchJobListReply = replyObject((body) => ({ jobs: rows(listedBatchJob, body.jobs).items }));

/** Our input of show-ief-job; the id becomes a segment of a path, so nothing in it may lead to another one. */
export const showIefJobInput = z.strictObject({
  job_id: pathSegment(128),
  ief_instance_id: z.optional(iefInstanceId),
});
export type ShowIefJobInput = z.infer<typeof showIefJobInput>;

const keyAndValue = z.object({ key: text, value: text });
const extensions = z.optional(z.transform((list: unknown) => objects(keyAndValue, list)));

/** One task of a shown job, read leniently: what became of one target. `created_at` is seconds. */
export const shownJobTask = z.object({
  task_id: text,
  task_name: text,
  status: text,
  reason: text,
  created_at: number,
  target_id: text,
  extension_info: extensions,
});

/** One target of a shown job, read leniently. */
export const shownJobTarget = z.object({ target_id: text, extension_info: extensions });

const shownJobFields = z.object({
  job_id: text,
  job_name: text,
  job_type: text,
  description: text,
  status: text,
  created_at: number,
  status_last_updated_at: number,
  target_type: text,
});

/**
 * The 200 body of ShowBatchJob, read leniently; times are seconds. Without `task_data`, and without the two counters, which stand
 * the wrong way round (IEF show page, table and example): whoever wants numbers counts the tasks.
 */
export const shownBatchJob = replyObject((body) => ({
  ...shownJobFields.parse(body),
  targets: objects(shownJobTarget, body.targets),
  tasks: objects(shownJobTask, body.tasks),
  tags: objects(keyAndValue, body.tags),
}));
export type ShownBatchJob = z.infer<typeof shownBatchJob>;

/** The objects of a list, of each only the named fields: what a new version of the cloud adds may be a secret. */
function objects<Item extends z.ZodMiniObject>(item: Item, value: unknown): z.output<Item>[] {
  return Array.isArray(value) ? value.filter(isRecord).map((entry) => item.parse(entry)) : [];
}
