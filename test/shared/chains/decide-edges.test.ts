import { describe, expect, it } from 'vitest';
import type { CallAnswer } from '../../../shared/chains/call-answer.js';
import type { ChainStep } from '../../../shared/chains/chain.js';
import { afterCall, afterLook } from '../../../shared/chains/decide.js';
import { afterRetry } from '../../../shared/chains/decide-retry.js';
import { afterItems, type RunChange } from '../../../shared/chains/decide-run.js';
import type { Follow } from '../../../shared/chains/follow.js';
import type { StepChange, StepRow } from '../../../shared/chains/records.js';
import { allStarted, step } from './engine-stage.js';
import { failure, followed, moment, now, row } from './step-rows.js';

const lostCall: CallAnswer = { kind: 'unknown', by: 'call', ...failure };
const lostInCloud: CallAnswer = { kind: 'unknown', by: 'function', ...failure };
const refusal = (id: string) => ({ id, reason: 'refused' });

const roma: Extract<Follow, { kind: 'roma' }> = {
  ...{ kind: 'roma', instance_id: 'roma-1', action: 'start', task_ids: ['t-0'] },
  ...{ reached: ['t-0'], refused: [], doubt: [] },
};
const ces: Extract<Follow, { kind: 'ces' }> = { kind: 'ces', type: 'UPDATE', tasks: [], refused: [], doubt: [] };
const ief: Follow = { kind: 'ief', job_id: 'j-1', job_name: 'job', job_type: 'node_upgrade' };
const answered = (body: Extract<CallAnswer, { kind: 'answered' }>['body']): CallAnswer => ({
  ...{ kind: 'answered', status: 200 },
  body,
});

describe('a call', () => {
  it.each<[string, Partial<StepRow>, CallAnswer, Partial<ChainStep>, Partial<StepChange>]>([
    [
      'of a read that was lost is not made again beyond the time of the step',
      { function: 'list-invocations', deadline_at: new Date(now) },
      lostCall,
      {},
      { state: 'failed', next_at: null, error: failure },
    ],
    [
      'of a read is over with its answer',
      { function: 'list-invocations' },
      answered({ count: 0 }),
      {},
      { state: 'done', next_at: null, result: { count: 0 } },
    ],
    [
      'of which nobody wrote down the beginning is as old as this moment',
      { called_at: null },
      lostCall,
      {},
      { state: 'in_doubt', doubt: 'function', looks: 1 },
    ],
    [
      'without a beginning or an input of its own starts tasks of now',
      { function: 'create-invocations', called_at: null, input: null },
      answered({ invocations: [{ instance_id: 'ecs-1', invocation_id: 'i-1', ret_status: 'successful' }] }),
      {},
      {
        state: 'following',
        follow: { ...ces, type: '', tasks: [{ instance_id: 'ecs-1', invocation_id: 'i-1', since: now }] },
      },
    ],
    [
      'that is looked for already keeps what was found so far',
      { state: 'in_doubt', follow: roma },
      lostInCloud,
      {},
      { state: 'in_doubt', doubt: 'cloud', follow: roma },
    ],
    [
      'that created a job ends its step at once where nobody waits for the job',
      { function: 'create-ief-job', input: { job_name: 'job', job_type: 'node_upgrade' } },
      answered({ job_id: 'j-1' }),
      { until_finished: false },
      { state: 'done', follow: ief },
    ],
  ])('%s', (_name, fields, answer, wanted, expected) => {
    expect(afterCall(row(fields), { ...followed, ...wanted }, answer, moment)).toMatchObject(expected);
  });
});

describe('a call in doubt', () => {
  const input = { invocation_type: 'UPDATE', instance_ids: ['ecs-1'] };
  it.each<[string, CallAnswer]>([
    ['the function does not know', { kind: 'unknown', by: 'function', ...failure }],
    ['a server has no word', answered({ invocations: [{ instance_id: 'ecs-1', ret_status: 'unanswered' }] })],
  ])('is given up at the moment when %s: what is made later is not its work', (_when, answer) => {
    const change = afterCall(row({ function: 'create-invocations', input }), followed, answer, moment);
    expect(change).toMatchObject({ doubt: 'cloud', follow: { doubt: [{ id: 'ecs-1' }], given_up_at: now } });
  });

  it('is not given up anew when a person has the cloud looked at once more', () => {
    const follow = { ...ces, doubt: [refusal('ecs-1')], given_up_at: now - 86_400_000 };
    const present = row({ function: 'create-invocations', input, state: 'needs_attention', follow });
    const change = afterRetry(present, followed, 'look-again', now);
    expect({ ...present, ...change }).toMatchObject({ state: 'in_doubt', doubt: 'cloud', follow });
  });
});

describe('a step that comes no further', () => {
  it.each([
    [198, { state: 'ready', tries: 199 }],
    [199, { state: 'failed', error: failure }],
  ])('after %i calls that were not sent and one more', (tries, expected) => {
    const later = row({ tries, deadline_at: null });
    expect(afterCall(later, followed, { kind: 'not-sent', ...failure }, moment)).toMatchObject(expected);
  });

  it.each([
    [3, { state: 'in_doubt', looks: 4, next_at: new Date(now + 600_000) }],
    [4, { state: 'needs_attention', next_at: null }],
  ])('after %i looks at the cloud and one more that found nothing', (looks, expected) => {
    const follow = { ...roma, doubt: [refusal('t-1')] };
    const asked = row({ state: 'in_doubt', doubt: 'cloud', looks, follow });
    expect(afterLook(asked, followed, follow, moment)).toMatchObject(expected);
  });
});

describe('a round of retries', () => {
  const sentAgain = { ...followed.input, list: [{ task_id: 't-1' }, null] };

  it('takes ROMA tasks that start now out of those that were refused, and follows them beside the others', () => {
    const before = { ...roma, refused: [refusal('t-1'), refusal('t-2')] };
    const present = row({ retry_input: sentAgain, round: 1, follow: before, result: { first: true } });
    expect(afterCall(present, followed, allStarted, moment)).toMatchObject({
      state: 'following',
      result: { first: true },
      follow: { task_ids: ['t-0', 't-1'], refused: [refusal('t-2')] },
    });
  });

  it.each([
    ['nothing', null],
    ['the first of them', { success: [{ task_id: 't-0' }], failure: [{ task_id: 't-1' }] }],
  ])('gives later steps the whole where nothing is followed and %s was answered before', (_what, result) => {
    const before = { ...roma, refused: [refusal('t-1')] };
    const present = row({ retry_input: sentAgain, round: 1, follow: before, result });
    expect(afterCall(present, step({ name: 'one' }), allStarted, moment)).toMatchObject({
      state: 'done',
      result: { success_count: 2, failure_count: 0, success: [{ task_id: 't-0' }, { task_id: 't-1' }], failure: [] },
    });
  });

  it('takes servers that were sent again out of those that were refused, and keeps their kind of task', () => {
    const present = row({
      function: 'create-invocations',
      retry_input: { invocation_type: 'INSTALL', instance_ids: ['ecs-1'] },
      round: 1,
      follow: { ...ces, refused: [refusal('ecs-1'), refusal('ecs-2')] },
    });
    const answer = answered({
      invocations: [{ instance_id: 'ecs-1', invocation_id: 'i-1', ret_status: 'successful' }],
    });
    expect(afterCall(present, followed, answer, moment)).toMatchObject({
      state: 'following',
      follow: { type: 'UPDATE', tasks: [{ invocation_id: 'i-1' }], refused: [refusal('ecs-2')] },
    });
  });

  it('takes the new task of a server that was sent again for the one that was rolled back', () => {
    const task = (id: string, invocation_id: string) => ({ instance_id: id, invocation_id, since: now });
    const present = row({
      function: 'create-invocations',
      retry_input: { invocation_type: 'UPDATE', instance_ids: ['ecs-1'] },
      round: 1,
      follow: { ...ces, tasks: [{ ...task('ecs-1', 'i-1'), status: 'ROLLBACKED' }, task('ecs-2', 'i-2')] },
    });
    const answer = answered({
      invocations: [{ instance_id: 'ecs-1', invocation_id: 'i-3', ret_status: 'successful' }],
    });
    expect(afterCall(present, followed, answer, moment).follow).toMatchObject({
      tasks: [{ invocation_id: 'i-2' }, { invocation_id: 'i-3' }],
    });
  });

  it.each<[string, Follow]>([
    ['a job', ief],
    ['Agent tasks', ces],
  ])('has nothing to join where %s was followed before', (_name, before) => {
    const present = row({ retry_input: sentAgain, round: 1, follow: before });
    const change = afterCall(present, followed, allStarted, moment);
    expect(change.follow).toMatchObject({ kind: 'roma', task_ids: ['t-1'] });
  });

  it('has nothing to join where the answer is of another kind than the ROMA tasks before', () => {
    const present = row({ function: 'create-ief-job', retry_input: { job_name: 'job' }, round: 1, follow: roma });
    expect(afterCall(present, followed, answered({ job_id: 'j-2' }), moment).follow).toMatchObject({
      kind: 'ief',
      job_id: 'j-2',
    });
  });
});

describe('the result of a step', () => {
  it.each([
    ['a list', ['a'], { answer: ['a'] }],
    ['a text', 'a', { answer: 'a' }],
    ['an object', { a: 1 }, { a: 1 }],
  ])('says how the work ended beside %s', (_name, result, expected) => {
    const change = afterLook(row({ result, follow: roma }), followed, roma, moment);
    expect(change.result).toEqual({ ...expected, finished: { successful: 1, failed: [], going_on: 0 } });
  });
});

describe('the result of a step whose items were all refused by the answer', () => {
  const body = { success_count: 0, failure_count: 1, success: [], failure: [{ task_id: 't-1' }], unanswered: [] };
  const finished = { successful: 0, failed: [{ id: 't-1', reason: '' }], going_on: 0 };

  it.each([
    ['says how the work ended, where that is waited for', true, { ...body, finished }],
    ['is the answer alone, where it is not', false, body],
  ])('%s', (_name, until_finished, result) => {
    const change = afterCall(row(), { ...followed, until_finished }, answered(body), moment);
    expect(change).toMatchObject({ state: 'failed', error: { code: 'ITEMS_FAILED' } });
    expect(change.result).toEqual(result);
  });
});

describe('a run', () => {
  const run = { position: 0, reason: null, definition: { steps: [followed] } };
  const failed = { item: 0, state: 'failed', error: failure } as const;

  it.each<[string, number, Parameters<typeof afterItems>[1][number], RunChange]>([
    ['names the step', 0, failed, { to: 'end', state: 'failed', reason: 'one: why (CODE)' }],
    ['names the entry', 0, { ...failed, item: 3 }, { to: 'end', state: 'failed', reason: 'one[3]: why (CODE)' }],
    [
      'says that it knows no reason',
      0,
      { item: 0, state: 'needs_attention', error: null },
      { to: 'attention', reason: 'one: no reason is known' },
    ],
    [
      'stops at a failed step that its chain does not have',
      7,
      failed,
      { to: 'end', state: 'failed', reason: 'the step: why (CODE)' },
    ],
  ])('%s that held it up', (_name, position, item, expected) => {
    expect(afterItems({ ...run, position }, [item])).toEqual(expected);
  });
});
