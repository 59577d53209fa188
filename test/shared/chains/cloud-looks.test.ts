import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/chains/chain.js';
import { cloudLooks } from '../../../shared/chains/cloud-looks.js';
import type { Follow, FollowedTask } from '../../../shared/chains/follow.js';
import type { StepRow } from '../../../shared/chains/records.js';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { type Stage, stage } from '../operations/fake-cloud.js';

const now = Date.UTC(2026, 10, 25);
const called = now - 60_000;
const made = now - 30_000;
const lost = (id: string) => ({ id, reason: 'The call gave no answer.' });

function looksOf(
  answer: (call: CloudCall) => unknown,
  settings: Record<string, string> = {},
): { looks: ReturnType<typeof cloudLooks> } & Stage {
  const staged = stage(answer, { settings });
  const timing = { now: () => now, random: () => 0, sleep: async () => undefined };
  return { ...staged, looks: cloudLooks({ ...staged.context, timing }) };
}

function step(input: JsonObject | null, called_at: Date | null = new Date(called)): StepRow {
  return {
    ...{ run_id: 'run', position: 0, item: 0, name: 'step', function: 'create-invocations', state: 'in_doubt' },
    ...{ item_value: null, input, retry_input: null, round: 0, attempt: 1, tries: 1, idempotency_key: null, called_at },
    ...{ doubt: 'cloud', looks: 0, result: null, follow: null, error: null, deadline_at: null, next_at: null },
    ...{ lease_owner: null, lease_until: null },
  };
}

const queryOf = ({ query = [] }: CloudCall) => Object.fromEntries(query);

describe('a look for a job in doubt', () => {
  const job: Follow = { kind: 'ief', job_name: 'job', job_type: 'node_upgrade' };
  const shown = (created_at: number) => ({
    job_count: 1,
    jobs: [{ job_id: 'j-1', job_name: 'job', job_type: 'node_upgrade', created_at }],
  });

  it.each<[string, number, Date | null, object]>([
    ['finds one that is newer than the call', made, new Date(called), { ...job, job_id: 'j-1' }],
    ['leaves one that is older', called - 10_000, new Date(called), job],
    ['finds none where no call was begun', made, null, job],
  ])('%s', async (_case, createdMs, calledAt, expected) => {
    const { looks } = looksOf(() => shown(createdMs / 1_000));
    expect(await looks.lookFor(step({}, calledAt), job)).toEqual(expected);
  });

  it.each([
    ['is not one that somebody made after it was given up', called + 10_000, []],
    ['is one that was made before that, clocks being apart', called + 28_000, ['j-1']],
  ])('%s', async (_case, given_up_at, found) => {
    const { looks } = looksOf(() => shown(made / 1_000));
    const looked = await looks.lookFor(step({}), { ...job, given_up_at });
    expect([looked].flatMap((one) => (one.kind === 'ief' && one.job_id) || [])).toEqual(found);
  });

  it('asks in the instance of the setting', async () => {
    const { looks, calls } = looksOf(() => shown(made / 1_000), { IEF_INSTANCE_ID: 'edge-1' });
    await looks.lookFor(step({}), job);
    expect(calls[0]?.headers?.['ief-instance-id']).toBe('edge-1');
  });
});

describe('a look for ROMA tasks in doubt', () => {
  const follow = (instance_id: string): Follow => ({
    ...{ kind: 'roma', instance_id, action: 'start', task_ids: ['t-0'], reached: [], refused: [] },
    doubt: [lost('t-1'), lost('t-2'), lost('t-3')],
  });
  const status: Record<string, number> = { 't-1': 1, 't-2': 0 };
  const list = (call: CloudCall) => {
    const id = String(queryOf(call).task_id);
    return { total: 1, entities: id in status ? [{ task_id: id, status: status[id] }] : [] };
  };

  it('takes those that run for started, and says of the others what was seen', async () => {
    const { looks } = looksOf(list);
    expect(await looks.lookFor(step({}), follow('roma-1'))).toEqual({
      ...follow('roma-1'),
      task_ids: ['t-0', 't-1'],
      doubt: [
        { id: 't-2', reason: 'Looked: the task is not running yet.' },
        { id: 't-3', reason: 'Looked: the task is not in the list.' },
      ],
    });
  });

  it.each<[string, string, Record<string, string>]>([
    ['of its input', 'roma-1', { ROMA_INSTANCE_ID: 'roma-2' }],
    ['of the setting', '', { ROMA_INSTANCE_ID: 'roma-1' }],
  ])('asks in the instance %s', async (_case, instance_id, settings) => {
    const { looks, calls } = looksOf(list, settings);
    await looks.lookFor(step({}), follow(instance_id));
    expect(new Set(calls.map((call) => call.path[4]))).toEqual(new Set(['roma-1']));
  });

  it('throws nothing where the cloud cannot be read or no instance is known', async () => {
    const { looks } = looksOf(() => {
      throw new Error('no answer');
    });
    const looked = await looks.lookFor(step({}), follow(''));
    expect(looked).toMatchObject({ task_ids: ['t-0'], doubt: [{ id: 't-1' }, { id: 't-2' }, { id: 't-3' }] });
  });
});

describe('a look for Agent tasks in doubt', () => {
  const follow = (ids: string[], tasks: FollowedTask[] = [], type = 'UPDATE'): Follow => ({
    ...{ kind: 'ces', type, tasks, refused: [] },
    doubt: ids.map(lost),
  });
  const row = (invocation_id: string, instance_id?: string, create_time = made) => ({
    ...(instance_id ? { instance_id } : {}),
    ...{ invocation_id, invocation_type: 'UPDATE', invocation_status: 'RUNNING', create_time },
  });

  it('finds the new task of a server and leaves the others in doubt', async () => {
    const { looks } = looksOf((call) => {
      const isFirst = queryOf(call).instance_id === 'ecs-1';
      return { invocations: isFirst ? [row('i-1', 'ecs-1'), row('i-0', 'ecs-1', called - 10_000)] : [], count: 2 };
    });
    const input = { invocation_type: 'UPDATE', instance_ids: ['ecs-1', 'ecs-2'] };
    expect(await looks.lookFor(step(input), follow(['ecs-1', 'ecs-2']))).toMatchObject({
      tasks: [{ instance_id: 'ecs-1', invocation_id: 'i-1', since: called }],
      doubt: [{ id: 'ecs-2', reason: expect.stringMatching(/^Looked: /) }],
    });
  });

  it('does not take a task that somebody made after the call was given up', async () => {
    const { looks } = looksOf(() => ({ invocations: [row('i-1', 'ecs-1')], count: 1 }));
    const doubt = { ...follow(['ecs-1']), given_up_at: called + 10_000 };
    expect(await looks.lookFor(step({ invocation_type: 'UPDATE', instance_ids: ['ecs-1'] }), doubt)).toMatchObject({
      tasks: [],
      doubt: [{ id: 'ecs-1', reason: expect.stringContaining('from after the call') }],
    });
  });

  it('does not take a task that the answer has spoken of', async () => {
    const { looks } = looksOf(() => ({ invocations: [row('i-1', 'ecs-1')], count: 1 }));
    const input = { invocation_type: 'UPDATE', instance_ids: ['ecs-1'] };
    const known = { invocation_id: 'i-1', since: called };
    expect(await looks.lookFor(step(input), follow(['ecs-1'], [known]))).toMatchObject({
      tasks: [known],
      doubt: [{ id: 'ecs-1' }],
    });
  });

  it('marks a retried task that kept its id, with or without its server', async () => {
    const { looks } = looksOf((call) => {
      const id = String(queryOf(call).invocation_id);
      const shown = row(id, id === 'i-1' ? 'ecs-1' : undefined);
      return { invocations: [{ ...shown, invocation_type: 'RETRY' }], count: 1 };
    });
    const input = { invocation_type: 'RETRY', invocation_ids: ['i-1', 'i-2'] };
    expect(await looks.lookFor(step(input), follow(['i-1', 'i-2'], [], 'RETRY'))).toMatchObject({
      tasks: [
        { instance_id: 'ecs-1', invocation_id: 'i-1', reused: true },
        { invocation_id: 'i-2', reused: true },
      ],
      doubt: [],
    });
  });

  it('goes by servers where the list of tasks is empty, as the call did', async () => {
    const { looks, calls } = looksOf(() => ({ invocations: [row('i-1', 'ecs-1')], count: 1 }));
    const input = { invocation_type: 'UPDATE', instance_ids: ['ecs-1'], invocation_ids: [] };
    expect(await looks.lookFor(step(input), follow(['ecs-1']))).toMatchObject({
      tasks: [{ instance_id: 'ecs-1', invocation_id: 'i-1' }],
      doubt: [],
    });
    expect(queryOf(calls[0] as CloudCall)).toMatchObject({ instance_id: 'ecs-1' });
  });

  it('leaves a server in doubt whose new task has no id', async () => {
    const { invocation_id: _, ...nameless } = row('i-1', 'ecs-1');
    const { looks } = looksOf(() => ({ invocations: [nameless], count: 1 }));
    const input = { invocation_type: 'UPDATE', instance_ids: ['ecs-1'] };
    expect(await looks.lookFor(step(input), follow(['ecs-1']))).toEqual(follow(['ecs-1']));
  });
});

describe('a poll', () => {
  it('of nothing asks for nothing', async () => {
    const { looks, calls } = looksOf(() => ({}));
    expect(await looks.poll([])).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('gives ROMA work without a known instance back as it was, and says why in the log', async () => {
    const follow: Follow = {
      ...{ kind: 'roma', instance_id: '', action: 'stop', task_ids: ['t-1'] },
      ...{ reached: [], refused: [], doubt: [] },
    };
    const { looks, logs } = looksOf(() => {
      throw 'broken';
    });
    expect(await looks.poll([follow])).toEqual([follow]);
    expect(logs[0]).toMatchObject({ level: 'WARN', fields: { kind: 'roma', runs: 1, failure: 'broken' } });
  });
});

describe('a setting that cannot be used', () => {
  const settings = { ROMA_INSTANCE_ID: 'not/an id', IEF_INSTANCE_ID: 'not/an id' };
  const roma: Follow = {
    ...{ kind: 'roma', instance_id: '', action: 'start', task_ids: ['t-0'], reached: [], refused: [] },
    doubt: [lost('t-1')],
  };
  const ief: Follow = { kind: 'ief', job_id: 'j-1', job_name: 'job', job_type: 'node_upgrade' };

  it.each<[string, Follow]>([
    ['ROMA', roma],
    ['IEF', ief],
  ])('leaves followed work of %s as it was, and says why in the log', async (_service, follow) => {
    const { looks, logs } = looksOf(() => ({}), settings);

    expect(await looks.poll([follow])).toEqual([follow]);
    expect(JSON.stringify(logs)).toContain('_INSTANCE_ID');
  });

  it.each<[string, Follow]>([
    ['ROMA', roma],
    ['IEF', ief],
  ])('leaves what is in doubt with %s in doubt', async (_service, follow) => {
    const { looks } = looksOf(() => ({}), settings);

    expect(await looks.lookFor(step({}), follow)).toEqual(follow);
  });
});
