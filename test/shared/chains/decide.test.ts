import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallAnswer } from '../../../shared/chains/call-answer.js';
import { afterCall, afterLook, afterLostEngine, afterPoll } from '../../../shared/chains/decide.js';
import type { Follow } from '../../../shared/chains/follow.js';
import { ENDS, type StepChange, type StepRow } from '../../../shared/chains/records.js';
import { allStarted, step } from './engine-stage.js';
import { failure, followed, moment, now, row } from './step-rows.js';

const partial: CallAnswer = {
  kind: 'answered',
  status: 207,
  body: {
    success: [{ task_id: 't-1' }],
    failure: [{ task_id: 't-2', error_code: 'FDI.3016', error_msg: 'no connection' }],
    unanswered: [],
  },
};
const silent: CallAnswer = {
  kind: 'answered',
  status: 207,
  body: { success: [], failure: [], unanswered: [{ task_id: 't-1', reason: 'lost' }] },
};

describe('after a call', () => {
  it.each<[string, Partial<StepRow>, CallAnswer, Partial<StepChange>]>([
    ['an answer is followed', {}, allStarted, { state: 'following' }],
    ['a refused item fails the step once the others are over', {}, partial, { state: 'following' }],
    ['an item without an answer is looked for', {}, silent, { state: 'in_doubt', doubt: 'cloud' }],
    ['a refusal ends it', {}, { kind: 'rejected', by: 'function', ...failure }, { state: 'failed', next_at: null }],
    [
      'a call of which nothing was sent is made again',
      {},
      { kind: 'not-sent', ...failure },
      { state: 'ready', tries: 1 },
    ],
    [
      'but not beyond the time of the step',
      { deadline_at: new Date(now) },
      { kind: 'not-sent', ...failure },
      { state: 'failed' },
    ],
    [
      'a lost call is asked for with its key',
      {},
      { kind: 'unknown', by: 'call', ...failure },
      { state: 'in_doubt', doubt: 'function', looks: 1 },
    ],
    [
      'an old key is not asked for any more',
      { called_at: new Date(now - 13 * 3600_000) },
      { kind: 'unknown', by: 'call', ...failure },
      { state: 'in_doubt', doubt: 'cloud' },
    ],
    [
      'what the function does not know, the cloud is asked',
      {},
      { kind: 'unknown', by: 'function', ...failure },
      { state: 'in_doubt', doubt: 'cloud', looks: 0 },
    ],
    [
      'one in progress is asked for again',
      { state: 'in_doubt', doubt: 'function', looks: 2 },
      { kind: 'in-progress', ...failure },
      { state: 'in_doubt', doubt: 'function', looks: 3 },
    ],
    [
      'asked in vain, the cloud is next',
      { state: 'in_doubt', doubt: 'function', looks: 8 },
      { kind: 'in-progress', ...failure },
      { state: 'in_doubt', doubt: 'cloud' },
    ],
    [
      'a question that did not arrive says nothing',
      { state: 'in_doubt', doubt: 'function' },
      { kind: 'not-sent', ...failure },
      { state: 'in_doubt' },
    ],
    [
      'a question that the way refused says nothing',
      { state: 'in_doubt', doubt: 'function' },
      { kind: 'rejected', by: 'call', ...failure },
      { state: 'in_doubt', doubt: 'cloud' },
    ],
    [
      'a question that the function refuses is an answer',
      { state: 'in_doubt', doubt: 'function' },
      { kind: 'rejected', by: 'function', ...failure },
      { state: 'failed' },
    ],
    [
      'a read is simply made again',
      { function: 'list-invocations' },
      { kind: 'unknown', by: 'call', ...failure },
      { state: 'ready' },
    ],
    [
      'hosts without an id cannot be looked for',
      { function: 'create-invocations', input: { invocation_type: 'REMOTE_INSTALL', remote_install_meta: [{}] } },
      { kind: 'unknown', by: 'function', ...failure },
      { state: 'needs_attention' },
    ],
  ])('%s', (_name, fields, answer, expected) => {
    expect(afterCall(row(fields), followed, answer, moment)).toMatchObject(expected);
  });

  it('that was lost goes straight to the cloud where functions keep no keys', () => {
    const change = afterLostEngine(row(), { ...moment, keysKept: false });
    expect(change).toMatchObject({ state: 'in_doubt', doubt: 'cloud' });
  });

  it('whose engine ended is an unknown, never a retry', () => {
    expect(afterLostEngine(row(), moment)).toMatchObject({
      state: 'in_doubt',
      doubt: 'function',
      error: { code: 'ENGINE_LOST' },
    });
  });
});

const roma: Extract<Follow, { kind: 'roma' }> = {
  ...{ kind: 'roma', instance_id: 'roma-1', action: 'start', task_ids: ['t-1'] },
  ...{ reached: [], refused: [], doubt: [] },
};
const ief: Follow = { kind: 'ief', job_id: 'j-1', job_name: 'job', job_type: 'node_upgrade' };
const ces = (status: string, type = 'UPDATE'): Follow => ({
  ...{ kind: 'ces', type, refused: [], doubt: [] },
  tasks: [{ invocation_id: 'i-1', instance_id: 'ecs-1', since: now, status }],
});
const jobTasks = (failed: number) => ({
  ...{ total: 2, successful: 2 - failed },
  failed: Array.from({ length: failed }, (_, i) => ({ id: `node-${i}`, reason: 'Failed' })),
});

describe('work that is looked at', () => {
  it.each<[string, Follow, StepRow['state']]>([
    ['a task that is not running yet', roma, 'following'],
    ['a task that runs', { ...roma, reached: ['t-1'] }, 'done'],
    [
      'a task that runs beside one that was refused',
      { ...roma, reached: ['t-1'], refused: [{ id: 't-2', reason: '' }] },
      'failed',
    ],
    ['a job that waits', { ...ief, status: 'Waiting' }, 'following'],
    ['a job in a state that no page has', { ...ief, status: 'Suspended' }, 'following'],
    ['a job that succeeded', { ...ief, status: 'Successful', tasks: jobTasks(0) }, 'done'],
    ['a job that is over and was not shown yet', { ...ief, status: 'Successful' }, 'following'],
    ['a job that succeeded in part', { ...ief, status: 'Partially_successful', tasks: jobTasks(1) }, 'failed'],
    ['a job that was stopped', { ...ief, status: 'Stopped', tasks: jobTasks(0) }, 'failed'],
    ['a task that runs', ces('RUNNING'), 'following'],
    ['a task in a state that no page has', ces('PAUSED'), 'following'],
    ['a task that succeeded', ces('SUCCEEDED'), 'done'],
    ['a task that failed', ces('FAILED'), 'failed'],
    ['a task that was cancelled', ces('CANCELED'), 'failed'],
    ['an upgrade that was rolled back', ces('ROLLBACKED'), 'failed'],
    ['a rollback that is rolled back', ces('ROLLBACKED', 'ROLLBACK'), 'done'],
  ])('%s: %j', (_name, follow, state) => {
    const fields =
      follow.kind === 'roma'
        ? {}
        : ({ function: follow.kind === 'ief' ? 'create-ief-job' : 'create-invocations' } as const);
    const change = afterPoll(row({ ...fields, state: 'following', follow }), followed, follow, moment);
    expect(change.state).toBe(state);
    expect(change.next_at === null).toBe(ENDS.includes(change.state));
  });

  it('is called failed after its time, and said not to be stopped', () => {
    const late = row({ state: 'following', follow: roma, deadline_at: new Date(now) });
    expect(afterPoll(late, followed, roma, moment).error?.message).toContain('nothing was stopped');
  });
});

describe('a task that failed', () => {
  const retrying = { ...followed, retry_failed: 1 };
  const seen = (deadline: number) =>
    row({ function: 'create-invocations', state: 'following', deadline_at: new Date(deadline) });

  it('is retried within the time of its step', () => {
    expect(afterPoll(seen(now + 1), retrying, ces('FAILED'), moment)).toMatchObject({ state: 'ready', round: 1 });
  });

  it('is what a round of retries is for: none begins where all succeeded', () => {
    expect(afterPoll(seen(now + 1), retrying, ces('SUCCEEDED'), moment)).toMatchObject({
      state: 'done',
      next_at: null,
    });
  });

  it('is not retried any more after that, and is told of as failed', () => {
    expect(afterPoll(seen(now), retrying, ces('FAILED'), moment)).toMatchObject({
      state: 'failed',
      error: { code: 'ITEMS_FAILED', message: '1 failed: ecs-1 (FAILED).' },
    });
  });
});

const answers = fc.constantFrom<CallAnswer>(
  allStarted,
  partial,
  silent,
  { kind: 'not-sent', ...failure },
  { kind: 'rejected', by: 'call', ...failure },
  { kind: 'rejected', by: 'function', ...failure },
  { kind: 'in-progress', ...failure },
  { kind: 'unknown', by: 'call', ...failure },
  { kind: 'unknown', by: 'function', ...failure },
);

describe('whatever is answered and seen', () => {
  it('a call in doubt never becomes one that is made with a new key, and every doubt has an end', () => {
    fc.assert(
      fc.property(
        fc.array(answers, { minLength: 60, maxLength: 60 }),
        fc.boolean(),
        fc.boolean(),
        (said, found, keysKept) => {
          let present = row();
          let time = now;
          let doubts = 0;
          for (const answer of said) {
            const here = { now: time, random: 0.5, keysKept };
            const change =
              present.state === 'in_doubt' && present.doubt === 'cloud' && present.follow
                ? afterLook(
                    present,
                    step({ name: 'one' }),
                    found ? { ...roma, task_ids: ['t-1'] } : present.follow,
                    here,
                  )
                : afterCall(present, step({ name: 'one' }), answer, here);
            const sure = ['not-sent'].includes(answer.kind) && present.state === 'calling';
            if (change.state === 'ready') expect(sure).toBe(true);
            expect(change.next_at === null).toBe(ENDS.includes(change.state));
            if (change.next_at === null) return;
            expect(change.next_at.getTime()).toBeGreaterThanOrEqual(time);
            time = change.next_at.getTime();
            if (change.state === 'in_doubt') doubts += 1;
            // A step that is ready is called with a new key.
            const called = change.state === 'ready' ? { state: 'calling' as const, looks: 0, doubt: null } : {};
            present = { ...present, ...change, ...called };
            expect(doubts).toBeLessThan(40);
          }
        },
      ),
    );
  });
});
