import type { ChainStep, JsonObject } from './chain.js';
import { afterWord } from './decide.js';
import { hasFailed, wasRolledBack } from './progress.js';
import type { StepChange, StepRow } from './records.js';
import { goesByTask, idsOf } from './started-work.js';

/** What a person says about steps whose outcome nobody knows: look once more, they were done, or they may be done again. */
export type UnknownIs = 'look-again' | 'done' | 'not-done';

/**
 * What happens to a step when a person retries its run. Pure. What was done is not done again: work that took too long is followed
 * on, and of a batch only the items that failed are sent. A step in doubt is called again only where the person says that it was
 * not done.
 */
export function afterRetry(
  step: StepRow,
  definition: ChainStep,
  unknown: UnknownIs,
  now: number,
): StepChange | undefined {
  const again = {
    next_at: new Date(now),
    deadline_at: new Date(now + definition.timeout_s * 1_000),
    tries: 0,
    looks: 0,
    doubt: null,
    error: null,
  };
  if (step.state === 'needs_attention') {
    if (unknown === 'done') return { ...again, ...afterWord({ ...step, ...again }, definition, { now }) };
    if (unknown === 'look-again') return { ...again, state: 'in_doubt', doubt: step.follow ? 'cloud' : 'function' };
    return { ...again, state: 'ready', ...partially(step, lostPart(step)) };
  }
  if (step.state !== 'failed') return undefined;
  if (step.error?.code === 'STEP_TIMEOUT' && step.follow) return { ...again, state: 'following' };
  if (step.input === null) return { ...again, state: 'planned' };
  return { ...again, state: 'ready', ...partially(step, failedPart(step)) };
}

/** A part of the step beside what is known of the rest; without one the whole from the start. */
function partially(step: StepRow, retry_input: JsonObject | undefined) {
  if (retry_input) return { round: step.round + 1, retry_input };
  return { round: 0, retry_input: null, follow: null, result: null };
}

/** The input for the items that nobody knows of, where more is known of others; hosts have no ids to tell them by. */
function lostPart({ follow, input, retry_input }: StepRow): JsonObject | undefined {
  if (!follow || follow.kind === 'ief') return undefined;
  const known = follow.refused.length + (follow.kind === 'ces' ? follow.tasks : follow.task_ids).length;
  if (known === 0 && !retry_input) return undefined;
  const sent = retry_input ?? input ?? {};
  const ids = follow.doubt.map(({ id }) => id);
  if (follow.kind === 'roma') return { ...sent, list: ids.map((task_id) => ({ task_id })) };
  if (idsOf(sent).length === 0 || ids.includes('')) return undefined;
  // Hosts beside servers are known of where none is among the lost.
  const { remote_install_meta: _, ...rest } = sent;
  return { ...rest, [listOf(sent)]: ids };
}

function listOf(input: JsonObject): 'invocation_ids' | 'instance_ids' {
  return goesByTask(input) ? 'invocation_ids' : 'instance_ids';
}

/** The input for the items that failed; undefined where the step failed as a whole. */
function failedPart({ follow, input }: StepRow): JsonObject | undefined {
  if (follow?.kind === 'ces') {
    const failed = follow.tasks.filter(hasFailed).map((task) => task.invocation_id);
    if (failed.length > 0) return { invocation_type: 'RETRY', invocation_ids: failed, on_unknown: 'reconcile' };
    const list = listOf(input ?? {});
    const hasIds = idsOf(input ?? {}).length > 0;
    const undone = follow.tasks.filter((task) => hasIds && wasRolledBack(follow.type, task));
    const ids = undone.flatMap(({ instance_id, invocation_id }) =>
      list === 'instance_ids' ? (instance_id ?? []) : invocation_id,
    );
    return partOf([...ids, ...follow.refused.map(({ id }) => id)], (part) => ({ ...input, [list]: part }));
  }
  if (follow?.kind !== 'roma') return undefined;
  const ids = follow.refused.map(({ id }) => id);
  return partOf(ids, (part) => ({ ...input, list: part.map((task_id) => ({ task_id })) }));
}

/** Where nothing else came of it, the whole is sent again. */
function partOf(ids: string[], withIds: (ids: string[]) => JsonObject): JsonObject | undefined {
  return ids.length > 0 ? withIds(ids) : undefined;
}
