import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/chains/chain.js';
import { afterRetry } from '../../../shared/chains/decide-retry.js';
import type { Follow } from '../../../shared/chains/follow.js';
import type { StepChange, StepRow } from '../../../shared/chains/records.js';
import { step } from './engine-stage.js';
import { failure, followed, now, row } from './step-rows.js';

const roma: Extract<Follow, { kind: 'roma' }> = {
  ...{ kind: 'roma', instance_id: 'roma-1', action: 'start', task_ids: ['t-1'] },
  ...{ reached: [], refused: [], doubt: [] },
};
const servers: Extract<Follow, { kind: 'ces' }> = { kind: 'ces', type: 'UPDATE', tasks: [], refused: [], doubt: [] };
const ief: Follow = { kind: 'ief', job_id: 'j-1', job_name: 'job', job_type: 'node_upgrade' };
const refusal = (id: string) => ({ id, reason: 'refused' });

describe('a person who retries', () => {
  const failed = (fields: Partial<StepRow>) => row({ state: 'failed', error: failure, ...fields });
  it.each<[string, StepRow, Partial<StepChange> | undefined]>([
    [
      'follows on what took too long',
      failed({ follow: roma, error: { ...failure, code: 'STEP_TIMEOUT' } }),
      { state: 'following' },
    ],
    [
      'retries the failed tasks of a batch alone',
      failed({
        function: 'create-invocations',
        follow: { ...servers, tasks: [{ invocation_id: 'i-1', instance_id: 'ecs-1', since: now, status: 'FAILED' }] },
      }),
      {
        state: 'ready',
        round: 1,
        retry_input: { invocation_type: 'RETRY', invocation_ids: ['i-1'], on_unknown: 'reconcile' },
      },
    ],
    [
      'sends the refused items of a batch alone',
      failed({ follow: { ...roma, refused: [{ id: 't-2', reason: '' }] } }),
      { state: 'ready', retry_input: { ...followed.input, list: [{ task_id: 't-2' }] } },
    ],
    ['sends a refused whole again', failed({}), { state: 'ready', retry_input: null, round: 0 }],
    ['works out an input anew', failed({ input: null }), { state: 'planned' }],
    ['leaves what was done alone', row({ state: 'done' }), undefined],
    [
      'looks once more at what nobody knows',
      row({ state: 'needs_attention', follow: roma }),
      { state: 'in_doubt', doubt: 'cloud', looks: 0 },
    ],
  ])('%s', (_name, present, expected) => {
    const change = afterRetry(present, followed, 'look-again', now);
    if (expected === undefined) expect(change).toBeUndefined();
    else expect(change).toMatchObject(expected);
  });

  it('calls again what nobody knows only where it is said not to be done', () => {
    const lost = row({ state: 'needs_attention', follow: { ...roma, task_ids: [], doubt: [refusal('t-1')] } });
    expect(afterRetry(lost, followed, 'done', now)).toMatchObject({
      ...{ state: 'done', next_at: null, error: null },
      result: { finished: { successful: 1, failed: [], going_on: 0 } },
    });
    expect(afterRetry(lost, followed, 'not-done', now)).toMatchObject({ state: 'ready', follow: null });
  });
});

describe('a person who says of a batch what became of the items that nobody knows', () => {
  const task = { invocation_id: 'i-1', instance_id: 'ecs-1', since: now };
  const lost = (fields: Partial<StepRow>) =>
    row({
      ...{ state: 'needs_attention', function: 'create-invocations' },
      ...{ input: { invocation_type: 'UPDATE', instance_ids: ['ecs-1', 'ecs-2'] }, result: { first: true } },
      ...fields,
    });
  const partly = { ...servers, tasks: [task], doubt: [refusal('ecs-2')] };

  it.each<[string, Partial<StepRow>, JsonObject]>([
    [
      'servers beside others that have a task',
      { follow: partly },
      { invocation_type: 'UPDATE', instance_ids: ['ecs-2'] },
    ],
    [
      'servers beside hosts that were answered for',
      {
        input: { invocation_type: 'REMOTE_INSTALL', instance_ids: ['ecs-2'], remote_install_meta: [{ port: '22' }] },
        follow: partly,
      },
      { invocation_type: 'REMOTE_INSTALL', instance_ids: ['ecs-2'] },
    ],
    [
      'tasks of a lost RETRY',
      {
        ...{ round: 1, retry_input: { invocation_type: 'RETRY', invocation_ids: ['i-2'] } },
        follow: { ...servers, doubt: [refusal('i-2')] },
      },
      { invocation_type: 'RETRY', invocation_ids: ['i-2'] },
    ],
    [
      'ROMA tasks beside others that were started',
      { function: 'start-stop-roma-tasks', input: followed.input, follow: { ...roma, doubt: [refusal('t-2')] } },
      { ...followed.input, list: [{ task_id: 't-2' }] },
    ],
  ])('has these alone done again: %s', (_name, fields, retry_input) => {
    const present = lost(fields);
    const change = afterRetry(present, followed, 'not-done', now);
    expect(change).toMatchObject({ state: 'ready', round: present.round + 1 });
    expect(change?.retry_input).toEqual(retry_input);
    // What is absent stays: the others are followed on.
    expect(change).not.toHaveProperty('follow');
  });

  it('has all done again where nothing is known of any, or where hosts have no ids to tell them by', () => {
    const hosts = { invocation_type: 'INSTALL', remote_install_meta: [{ remote_ip: '10.0.0.1' }] };
    for (const fields of [
      { follow: { ...servers, doubt: [refusal('ecs-1'), refusal('ecs-2')] } },
      { input: hosts, follow: { ...servers, tasks: [task], doubt: [refusal('')] } },
    ]) {
      const change = afterRetry(lost(fields), followed, 'not-done', now);
      expect(change).toMatchObject({ state: 'ready', round: 0, retry_input: null, follow: null });
    }
  });

  it('follows the others to their end where these were done', () => {
    expect(afterRetry(lost({ follow: partly }), followed, 'done', now)).toMatchObject({
      ...{ state: 'following', deadline_at: new Date(now + 3600_000) },
      follow: { tasks: [task], doubt: [] },
    });
  });

  it.each<[string, Follow, object]>([
    [
      'ROMA tasks beside those that are known',
      { ...roma, doubt: [refusal('t-2')] },
      { task_ids: ['t-1', 't-2'], reached: ['t-2'], doubt: [] },
    ],
    ['a job that was found', ief, ief],
  ])('follows to their end what is said to be done: %s', (_name, present, follow) => {
    expect(afterRetry(lost({ follow: present }), followed, 'done', now)).toMatchObject({ state: 'following', follow });
  });

  it.each([null, ief])('has the whole done again where there are no items: %j', (follow) => {
    expect(afterRetry(lost({ follow }), followed, 'not-done', now)).toMatchObject({
      ...{ state: 'ready', round: 0, retry_input: null, follow: null },
    });
  });

  it('is told of the refused ones all the same where these were done', () => {
    const follow = { ...partly, refused: [refusal('ecs-3')] };
    expect(afterRetry(lost({ follow }), step({ name: 'one' }), 'done', now)).toMatchObject({
      ...{ state: 'failed', next_at: null },
      error: { code: 'ITEMS_FAILED', message: expect.stringContaining('ecs-3 (refused)') },
    });
  });

  it.each([
    ['whose job was never found', { function: 'create-ief-job', follow: { ...ief, job_id: undefined } as never }],
    ['that nobody can look for', {}],
  ] as const)('goes on with a step that was done, %s', (_name, fields) => {
    expect(afterRetry(lost(fields), followed, 'done', now)).toMatchObject({ state: 'done', next_at: null });
  });
});

describe('a person who retries a step', () => {
  const again = { state: 'ready', round: 1 } as const;
  const fromTheStart = { state: 'ready', round: 0, retry_input: null, follow: null } as const;
  const refused = [refusal('x-1')];
  const ended = (id: string, status: string) => ({ instance_id: id, invocation_id: `task-${id}`, since: now, status });

  it.each<[string, Partial<StepRow>, Partial<StepChange>]>([
    [
      'asks the function once more where there is nothing to look at',
      { state: 'needs_attention' },
      { state: 'in_doubt', doubt: 'function' },
    ],
    [
      'sends the refused servers of a batch alone',
      { input: { invocation_type: 'UPDATE', instance_ids: ['x-0', 'x-1'] }, follow: { ...servers, refused } },
      { ...again, retry_input: { invocation_type: 'UPDATE', instance_ids: ['x-1'] } },
    ],
    [
      'sends the refused servers of a batch alone, beside an empty list of tasks',
      {
        input: { invocation_type: 'UPDATE', instance_ids: ['x-0', 'x-1'], invocation_ids: [] },
        follow: { ...servers, refused },
      },
      { ...again, retry_input: { invocation_type: 'UPDATE', instance_ids: ['x-1'], invocation_ids: [] } },
    ],
    [
      'sends the refused tasks of a batch alone, where it went by tasks',
      { input: { invocation_type: 'RETRY', invocation_ids: ['x-0', 'x-1'] }, follow: { ...servers, refused } },
      { ...again, retry_input: { invocation_type: 'RETRY', invocation_ids: ['x-1'] } },
    ],
    [
      'sends the servers whose tasks were rolled back beside those that were refused, and no others',
      {
        input: { invocation_type: 'UPDATE', instance_ids: ['x-0', 'x-1', 'x-2'] },
        follow: { ...servers, tasks: [ended('x-0', 'SUCCEEDED'), ended('x-2', 'ROLLBACKED')], refused },
      },
      { ...again, retry_input: { invocation_type: 'UPDATE', instance_ids: ['x-2', 'x-1'] } },
    ],
    [
      'sends the tasks that were rolled back alone, where it went by tasks',
      {
        input: { invocation_type: 'RETRY', invocation_ids: ['x-0', 'x-2'] },
        follow: { ...servers, type: 'RETRY', tasks: [ended('x-0', 'SUCCEEDED'), ended('x-2', 'ROLLBACKED')] },
      },
      { ...again, retry_input: { invocation_type: 'RETRY', invocation_ids: ['task-x-2'] } },
    ],
    ['sends a batch of which no item failed whole again', { follow: servers }, fromTheStart],
    ['sends ROMA tasks of which none was refused whole again', { follow: roma }, fromTheStart],
    ['creates a job that failed anew', { function: 'create-ief-job', follow: ief }, fromTheStart],
  ])('%s', (_name, fields, expected) => {
    const present = row({ state: 'failed', error: failure, ...fields });
    expect(afterRetry(present, followed, 'look-again', now)).toMatchObject(expected);
  });
});
