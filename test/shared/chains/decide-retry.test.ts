import { describe, expect, it } from 'vitest';
import { afterRetry } from '../../../shared/chains/decide-retry.js';
import type { Follow } from '../../../shared/chains/follow.js';
import type { StepChange, StepRow } from '../../../shared/chains/records.js';
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
    const lost = row({ state: 'needs_attention', follow: roma });
    expect(afterRetry(lost, followed, 'done', now)).toMatchObject({ state: 'done', next_at: null });
    expect(afterRetry(lost, followed, 'not-done', now)).toMatchObject({ state: 'ready', follow: null });
  });
});

describe('a person who retries a step', () => {
  const again = { state: 'ready', round: 1 } as const;
  const fromTheStart = { state: 'ready', round: 0, retry_input: null, follow: null } as const;
  const refused = [refusal('x-1')];

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
    ['sends a batch of which no item failed whole again', { follow: servers }, fromTheStart],
    ['sends ROMA tasks of which none was refused whole again', { follow: roma }, fromTheStart],
    ['creates a job that failed anew', { function: 'create-ief-job', follow: ief }, fromTheStart],
  ])('%s', (_name, fields, expected) => {
    const present = row({ state: 'failed', error: failure, ...fields });
    expect(afterRetry(present, followed, 'look-again', now)).toMatchObject(expected);
  });
});
