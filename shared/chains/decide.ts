import type { CallAnswer } from './call-answer.js';
import type { ChainStep, Json, JsonObject } from './chain.js';
import { CHAIN_FUNCTIONS } from './chain-functions.js';
import { askDelay, FIRST_LOOK_MS, lookDelay, pollDelay, retryDelay } from './delays.js';
import type { Follow, FollowedTask, LostItem } from './follow.js';
import { doubtIn, failedIn, goingOn, hasFailed, listed, successesIn } from './progress.js';
import type { StepChange, StepError, StepRow } from './records.js';
import { answerFrom, startedWork, workInDoubt } from './started-work.js';

/** What a decision depends on beside the step itself; nothing else is asked for. */
export interface Moment {
  /** Epoch ms, by the database's clock. */
  readonly now: number;
  /** From 0 up to but not including 1. */
  readonly random: number;
  /** Whether functions keep the keys of their calls: only then a lost call may be asked for with its key. */
  readonly keysKept: boolean;
}

/** Calls of which nothing was sent before a step gives up; its timeout usually ends it first. */
const MOST_TRIES = 200;
/** So long a function remembers the answer to a key at least; a longer silence leaves only the cloud to be asked. Milliseconds. */
const KEY_IS_KNOWN_MS = 12 * 3600_000;

const over = (state: 'done' | 'failed' | 'needs_attention', rest: Partial<StepChange> = {}): StepChange => ({
  ...rest,
  state,
  next_at: null,
});
const due = (ms: number): Date => new Date(ms);

/** What happens to a step after a call of its function came back, or did not. Pure. */
export function afterCall(step: StepRow, definition: ChainStep, answer: CallAnswer, moment: Moment): StepChange {
  const { code, message } = 'code' in answer ? answer : { code: '', message: '' };
  const error: StepError = { code, message };
  switch (answer.kind) {
    case 'answered':
      return afterAnswer(step, definition, answer.body, moment);
    case 'not-sent': {
      // Asked once more, and not reached: that says nothing about the first call.
      if (step.state === 'in_doubt') return askTheFunction(step, error, moment);
      const at = moment.now + retryDelay(step.tries, moment.random, answer.retryAfterMs);
      if (step.tries + 1 >= MOST_TRIES || isLate(step, at)) return over('failed', { error });
      return { state: 'ready', next_at: due(at), tries: step.tries + 1, error };
    }
    case 'rejected':
      // What the way to the function refuses now says nothing about the first call; what the function says of the key does.
      return step.state === 'in_doubt' && answer.by === 'call'
        ? askTheCloud(step, error, moment)
        : over('failed', { error });
    case 'in-progress':
      return askTheFunction(step, error, moment);
    case 'unknown':
      return answer.by === 'call' ? askTheFunction(step, error, moment) : askTheCloud(step, error, moment);
  }
}

/** What happens to a step whose engine ended, or lost its database, while a call was under way: nobody knows. Pure. */
export function afterLostEngine(step: StepRow, moment: Moment): StepChange {
  const message = 'The engine ended while the call was under way; it may have been sent.';
  return askTheFunction({ ...step, looks: 0 }, { code: 'ENGINE_LOST', message }, moment);
}

/** A function that changes nothing is simply called again; any other is asked with the same key, which does nothing twice. */
function askTheFunction(step: StepRow, error: StepError, moment: Moment): StepChange {
  if (!CHAIN_FUNCTIONS[step.function].changes) {
    const at = moment.now + retryDelay(step.tries, moment.random);
    return isLate(step, at)
      ? over('failed', { error })
      : { state: 'ready', next_at: due(at), tries: step.tries + 1, error };
  }
  const asked = step.doubt === 'function' ? step.looks : 0;
  const delay = askDelay(asked);
  if (!moment.keysKept || delay === undefined || !isKeyKnown(step, moment.now)) return askTheCloud(step, error, moment);
  return { state: 'in_doubt', doubt: 'function', looks: asked + 1, next_at: due(moment.now + delay), error };
}

/** Whether the function still knows the key of the last call: one that forgot it would do everything again. */
export function isKeyKnown({ called_at }: StepRow, now: number): boolean {
  return called_at === null || now - called_at.getTime() <= KEY_IS_KNOWN_MS;
}

/** What happens to a step whose function has forgotten the key by now: it is not asked any more, only the cloud. Pure. */
export function afterForgottenKey(step: StepRow, moment: Moment): StepChange {
  const message =
    'The function may have forgotten the call by now and is not asked any more. Look in the cloud; then retry the run with what you found.';
  return askTheCloud(step, step.error ?? { code: 'OUTCOME_UNKNOWN', message }, moment);
}

function askTheCloud(step: StepRow, error: StepError, { now }: Moment): StepChange {
  const input = sentInput(step);
  const follow =
    step.follow && step.round === 0 ? step.follow : workInDoubt(step.function, { input, since: sinceOf(step, now) });
  if (!follow) return over('needs_attention', { error });
  return {
    state: 'in_doubt',
    doubt: 'cloud',
    looks: 0,
    follow: givenUp(joined(step, follow), now),
    next_at: due(now + FIRST_LOOK_MS),
    error,
  };
}

/** ROMA tasks are known by their state, whoever brought them there and whenever. */
function givenUp(follow: Follow, now: number): Follow {
  return follow.kind === 'roma' ? follow : { ...follow, given_up_at: now };
}

function afterAnswer(step: StepRow, definition: ChainStep, body: JsonObject, moment: Moment): StepChange {
  const since = sinceOf(step, moment.now);
  const started = startedWork(step.function, { input: sentInput(step), since }, body);
  if (!started) return over('done', { result: body, error: null });
  const follow = joined(step, started);
  if (!definition.until_finished) {
    // Where a part was sent again, neither its answer nor the one before tells of the whole.
    const result = step.retry_input ? answerFrom(follow) : body;
    return { ...afterKnown({ ...step, result }, definition, follow, moment), result };
  }
  const result = step.retry_input ? step.result : body;
  return { result, ...afterKnown({ ...step, result }, definition, follow, moment) };
}

/** What the last call sent. */
export function sentInput(step: StepRow): JsonObject {
  return step.retry_input ?? step.input ?? {};
}

/** When the last call was begun, epoch ms: nothing older can be its work. */
function sinceOf(step: StepRow, now: number): number {
  return step.called_at?.getTime() ?? now;
}

/** In a round of retries what was sent again takes the place of what failed; all else stays. */
function joined(step: StepRow, fresh: Follow): Follow {
  const { follow: before, retry_input } = step;
  if (!before || !retry_input) return fresh;
  const again = new Set(retriedIds(retry_input));
  const kept = <Item extends { readonly id: string }>(items: readonly Item[]) =>
    items.filter(({ id }) => !again.has(id));
  if (before.kind === 'ces' && fresh.kind === 'ces') {
    // A server is sent again where its task was rolled back.
    const isAgain = ({ invocation_id, instance_id = '' }: FollowedTask) =>
      again.has(invocation_id) || again.has(instance_id);
    const tasks = before.tasks.filter((task) => !isAgain(task));
    const refused = [...kept(before.refused), ...fresh.refused];
    return { ...fresh, type: before.type, tasks: [...tasks, ...fresh.tasks], refused };
  }
  if (before.kind !== 'roma' || fresh.kind !== 'roma') return fresh;
  const task_ids = [...new Set([...before.task_ids, ...fresh.task_ids])];
  return { ...fresh, task_ids, refused: [...kept(before.refused), ...fresh.refused] };
}

function retriedIds(input: JsonObject): string[] {
  const tasks = Array.isArray(input.list)
    ? input.list.map((task) => (task as { task_id?: unknown } | null)?.task_id)
    : [];
  return [input.invocation_ids ?? [], input.instance_ids ?? [], tasks].flat().map(String);
}

/** What happens to a step once the cloud was looked at for what became of its call. Pure. */
export function afterLook(step: StepRow, definition: ChainStep, follow: Follow, moment: Moment): StepChange {
  const lost = doubtIn(follow);
  if (lost.length === 0) return { ...afterKnown(step, definition, follow, moment), looks: 0, doubt: null };
  const delay = lookDelay(step.looks + 1);
  if (delay !== undefined) {
    return { state: 'in_doubt', doubt: 'cloud', looks: step.looks + 1, follow, next_at: due(moment.now + delay) };
  }
  const message = `Nobody can say whether this was done: ${listed(lost)}. Look in the cloud; then retry the run with what you found.`;
  return over('needs_attention', { follow, error: { code: 'OUTCOME_UNKNOWN', message } });
}

/** What happens to a step once a person says that what nobody knew of was done: all that is known goes its usual way. Pure. */
export function afterWord(step: StepRow, definition: ChainStep, moment: Pick<Moment, 'now'>): StepChange {
  const { follow } = step;
  if (!follow || (follow.kind === 'ief' && !follow.job_id)) return over('done', { error: null });
  return afterKnown(step, definition, taken(follow), moment);
}

/** ROMA tasks are where the action leads to; Agent tasks without an id cannot be followed. */
function taken(follow: Follow): Follow {
  if (follow.kind === 'ief') return follow;
  if (follow.kind === 'ces') return { ...follow, doubt: [] };
  const ids = follow.doubt.map(({ id }) => id);
  return { ...follow, task_ids: [...follow.task_ids, ...ids], reached: [...follow.reached, ...ids], doubt: [] };
}

/** Everything has an answer: the work is followed where that is wanted, else this is the end. */
function afterKnown(step: StepRow, definition: ChainStep, follow: Follow, moment: Pick<Moment, 'now'>): StepChange {
  if (doubtIn(follow).length > 0) {
    const lost = givenUp(follow, moment.now);
    return { state: 'in_doubt', doubt: 'cloud', looks: 0, follow: lost, next_at: due(moment.now + FIRST_LOOK_MS) };
  }
  if (definition.until_finished) return afterPoll(step, definition, follow, moment);
  return end(step, follow, 'refused' in follow ? follow.refused : []);
}

/** What happens to a step once the work that it started was looked at. Pure. */
export function afterPoll(
  step: StepRow,
  definition: ChainStep,
  follow: Follow,
  moment: Pick<Moment, 'now'>,
): StepChange {
  const going = goingOn(follow);
  if (going.length === 0) return afterWork(step, definition, follow, moment);
  if (isLate(step, moment.now)) {
    const message = `Not over in time, and nothing was stopped: ${listed(going)}.`;
    return over('failed', { ...ended(step, follow), error: { code: 'STEP_TIMEOUT', message } });
  }
  const at = moment.now + pollDelay(moment.now - sinceOf(step, moment.now));
  return { state: 'following', follow, next_at: due(at), error: null, doubt: null, looks: 0 };
}

function afterWork(step: StepRow, definition: ChainStep, follow: Follow, { now }: Pick<Moment, 'now'>): StepChange {
  const failed = failedIn(follow);
  const again = follow.kind === 'ces' ? follow.tasks.filter(hasFailed).map((task) => task.invocation_id) : [];
  // Beyond its time a step begins nothing more: nobody would follow it.
  if (again.length > 0 && step.round < definition.retry_failed && !isLate(step, now)) {
    const retry_input = { invocation_type: 'RETRY', invocation_ids: again, on_unknown: 'reconcile' };
    return { state: 'ready', next_at: due(now), round: step.round + 1, tries: 0, retry_input, follow };
  }
  return end(step, follow, failed);
}

function end(step: StepRow, follow: Follow, failed: readonly LostItem[]): StepChange {
  if (failed.length === 0) return over('done', { ...ended(step, follow), error: null });
  const message = `${failed.length} failed: ${listed(failed)}.`;
  return over('failed', { ...ended(step, follow), error: { code: 'ITEMS_FAILED', message } });
}

/** The result that later steps see: the function's answer and, beside it, how the work ended. */
function ended(step: StepRow, follow: Follow): Pick<StepChange, 'result' | 'follow'> {
  const answer = step.result ?? answerFrom(follow);
  const failed = failedIn(follow).map(({ id, reason }) => ({ id, reason }));
  const finished: Json = { successful: successesIn(follow), failed, going_on: goingOn(follow).length };
  const object = typeof answer === 'object' && !Array.isArray(answer) ? answer : { answer };
  return { result: { ...object, finished }, follow };
}

function isLate({ deadline_at }: StepRow, at: number): boolean {
  return deadline_at !== null && at >= deadline_at.getTime();
}
