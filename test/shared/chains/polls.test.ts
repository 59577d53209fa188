import { describe, expect, it } from 'vitest';
import { cloudLooks } from '../../../shared/chains/cloud-looks.js';
import type { Follow } from '../../../shared/chains/follow.js';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import {
  CloudFailedError,
  CloudRejectedError,
  CloudReplyError,
  InvalidInputError,
} from '../../../shared/client/errors.js';
import { realTiming } from '../../../shared/client/timing.js';
import { type Stage, stage } from '../operations/fake-cloud.js';

const now = Date.UTC(2026, 10, 25);

function looksOf(
  answer: (call: CloudCall) => unknown,
  settings: Record<string, string> = {},
): { looks: ReturnType<typeof cloudLooks> } & Stage {
  const made = stage(answer, { settings });
  return { ...made, looks: cloudLooks({ ...made.context, timing: { ...realTiming, now: () => now } }) };
}

function ces(...ids: string[]): Extract<Follow, { kind: 'ces' }> {
  const tasks = ids.map((invocation_id) => ({ invocation_id, since: now - 60_000 }));
  return { kind: 'ces', type: 'UPDATE', tasks, refused: [], doubt: [] };
}
const rowsOf = (ids: readonly string[], status = 'SUCCEEDED') => ({
  invocations: ids.map((invocation_id) => ({
    invocation_id,
    instance_id: `ecs-${invocation_id}`,
    invocation_status: status,
    create_time: now,
  })),
  count: ids.length,
});
const queryOf = ({ query = [] }: CloudCall) => Object.fromEntries(query);

describe('followed Agent tasks', () => {
  it('of many runs are read with one walk through the list', async () => {
    const ids = Array.from({ length: 150 }, (_, i) => `i-${i}`);
    const { looks, calls } = looksOf((call) => {
      const offset = Number(queryOf(call).offset);
      return rowsOf(ids.slice(offset, offset + 100));
    });

    const polled = await looks.poll([ces(...ids.slice(0, 75)), ces(...ids.slice(75))]);

    expect(calls).toHaveLength(2);
    expect(
      polled
        .flatMap((follow) => (follow.kind === 'ces' ? follow.tasks : []))
        .every((task) => task.status === 'SUCCEEDED'),
    ).toBe(true);
  });

  it('are asked for one by one where there are few, and no more once they are over', async () => {
    const { looks, calls } = looksOf((call) => rowsOf([queryOf(call).invocation_id ?? '']));
    const polled = await looks.poll([ces('i-1', 'i-2')]);
    await looks.poll(polled);
    expect(calls.map((call) => queryOf(call).invocation_id)).toEqual(['i-1', 'i-2']);
  });

  it('that are refused leave the others alone', async () => {
    const { looks, logs } = looksOf((call) => {
      const { invocation_id = '' } = queryOf(call);
      if (invocation_id === 'i-1') throw new CloudRejectedError('gone', { service: 'ces', status: 400 });
      return rowsOf([invocation_id]);
    });

    const polled = await looks.poll([ces('i-1'), ces('i-2')]);

    expect(polled).toMatchObject([ces('i-1'), { tasks: [{ status: 'SUCCEEDED' }] }]);
    expect(logs).toMatchObject([{ level: 'WARN', fields: { kind: 'ces', invocation_id: 'i-1', failure: 'gone' } }]);
  });

  it('that a retry did not give a new id are not over with the end of the run before', async () => {
    const { looks } = looksOf(() => ({
      invocations: [{ invocation_id: 'i-1', invocation_status: 'FAILED', update_time: now - 61_000 }],
    }));
    const reused = { ...ces('i-1'), tasks: [{ invocation_id: 'i-1', since: now - 60_000, reused: true as const }] };
    const [polled] = await looks.poll([reused]);
    expect(polled?.kind === 'ces' && polled.tasks[0]?.status).toBeUndefined();
  });

  it('come back as they were where the list cannot be read', async () => {
    const { looks, logs } = looksOf(() => {
      throw new Error('no answer');
    });
    expect(await looks.poll([ces('i-1')])).toEqual([ces('i-1')]);
    expect(logs[0]).toMatchObject({ level: 'WARN', fields: { kind: 'ces', failure: 'no answer' } });
  });
});

describe('followed IEF jobs', () => {
  const job = (job_id: string): Follow => ({ kind: 'ief', job_id, job_name: 'job', job_type: 'node_upgrade' });
  const shown = {
    job_id: 'j-1',
    status: 'Partially_successful',
    // The wrong way round, as the page shows them.
    task_success_count: 1,
    task_failed_count: 2,
    tasks: [
      { target_id: 'n-1', status: 'Successful' },
      { target_id: 'n-2', status: 'Successful' },
      { target_id: 'n-3', status: 'Failed', reason: 'offline' },
    ],
  };

  it('are counted by their tasks, never by their counters', async () => {
    const { looks } = looksOf(() => shown);
    const [polled] = await looks.poll([job('j-1')]);
    expect(polled).toMatchObject({
      status: 'Partially_successful',
      tasks: { total: 3, successful: 2, failed: [{ id: 'n-3', reason: 'Failed: offline' }] },
    });
  });

  it('that are many are listed first, and only those that are over are shown', async () => {
    const jobs = ['j-1', 'j-2', 'j-3', 'j-4', 'j-5'].map((job_id, i) => ({
      job_id,
      status: i === 0 ? 'Successful' : 'Running',
    }));
    const { looks, calls } = looksOf((call) => (call.operation === 'ListBatchJob' ? { job_count: 5, jobs } : shown));
    const polled = await looks.poll(jobs.map(({ job_id }) => job(job_id)));
    expect(calls.map((call) => call.operation)).toEqual(['ListBatchJob', 'ShowBatchJob']);
    expect(polled[1]).toMatchObject({ status: 'Running' });
  });

  const upstream = { service: 'ief', status: 404 };
  it.each([
    ['that IEF knows no more', new CloudRejectedError('no such job', upstream)],
    ['whose reply cannot be read', new CloudReplyError('no such job', upstream)],
    ['that IEF fails to show', new CloudFailedError('no such job', upstream)],
    ['whose id cannot be asked for', new InvalidInputError([{ path: '', message: 'no such job' }])],
  ])('%s leave the others alone, and the log says so', async (_, failure) => {
    const { looks, logs } = looksOf(({ path }) => {
      if (path.at(-1) === 'j-1') throw failure;
      return shown;
    });

    const polled = await looks.poll([job('j-1'), job('j-2')]);

    expect(polled).toMatchObject([job('j-1'), { job_id: 'j-2', status: 'Partially_successful' }]);
    expect(logs).toEqual([
      {
        level: 'WARN',
        message: 'followed work could not be looked at',
        fields: { kind: 'ief', job_id: 'j-1', failure: failure.message },
      },
    ]);
  });

  it('are no more asked for in this look once IEF has failed for three of them in a row', async () => {
    const { looks, calls, logs } = looksOf(({ operation }) => {
      if (operation === 'ListBatchJob') return { jobs: [] };
      throw new CloudFailedError('broken', { service: 'ief', status: 500 });
    });
    const jobs = ['j-1', 'j-2', 'j-3', 'j-4'].map(job);

    expect(await looks.poll(jobs)).toEqual(jobs);

    expect(calls.map(({ operation }) => operation)).toEqual(['ListBatchJob', ...Array(3).fill('ShowBatchJob')]);
    expect(logs.at(-1)).toMatchObject({ fields: { kind: 'ief', runs: 4, failure: 'broken' } });
  });

  it('are asked for in the instance of their input, else of the setting, each in a call of its own', async () => {
    const { looks, calls } = looksOf(() => shown, { IEF_INSTANCE_ID: 'edge-1' });
    await looks.poll([
      job('j-1'),
      { ...job('j-2'), ief_instance_id: 'edge-2' } as Follow,
      { ...job('j-3'), ief_instance_id: '' } as Follow,
    ]);
    expect(calls.map((call) => call.headers?.['ief-instance-id'])).toEqual(['edge-1', 'edge-2', undefined]);
  });
});

describe('followed ROMA tasks', () => {
  const follow = (action: 'start' | 'stop', ...task_ids: string[]): Follow => ({
    ...{ kind: 'roma', instance_id: 'roma-1', action, task_ids },
    ...{ reached: [], refused: [], doubt: [] },
  });

  it.each([
    ['start', 1, ['t-1']],
    ['start', 0, []],
    ['stop', 0, ['t-1']],
    ['stop', 'running', []],
  ] as const)('are over by their state: %s and %s', async (action, status, reached) => {
    const { looks } = looksOf(() => ({ total: 1, entities: [{ task_id: 't-1', status }] }));
    expect(await looks.poll([follow(action, 't-1')])).toMatchObject([{ reached }]);
  });

  it('that are refused leave the others alone', async () => {
    const { looks, logs } = looksOf((call) => {
      if (queryOf(call).task_id === 't-1') throw new CloudRejectedError('gone', { service: 'roma', status: 404 });
      return { total: 1, entities: [{ task_id: 't-2', status: 1 }] };
    });

    const polled = await looks.poll([follow('start', 't-1'), follow('start', 't-2')]);

    expect(polled).toMatchObject([{ reached: [] }, { reached: ['t-2'] }]);
    expect(logs).toMatchObject([{ level: 'WARN', fields: { kind: 'roma', task_id: 't-1', failure: 'gone' } }]);
  });

  it('of many runs are read from one page of the list', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `t-${i}`);
    const { looks, calls } = looksOf(() => ({ total: 20, entities: ids.map((task_id) => ({ task_id, status: 1 })) }));
    const polled = await looks.poll(ids.map((id) => follow('start', id)));
    expect(calls).toHaveLength(1);
    expect(polled.every((one) => one.kind === 'roma' && one.reached.length === 1)).toBe(true);
  });
});
