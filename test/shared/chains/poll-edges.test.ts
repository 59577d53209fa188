import { describe, expect, it } from 'vitest';
import type { Follow, FollowedTask } from '../../../shared/chains/follow.js';
import { CesBoard } from '../../../shared/chains/poll-ces.js';
import { IefBoard } from '../../../shared/chains/poll-ief.js';
import { pollRoma } from '../../../shared/chains/poll-roma.js';
import { ReadingAge } from '../../../shared/chains/reading-age.js';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { LARGEST_TASK_PAGE } from '../../../shared/client/roma.js';
import { stage } from '../operations/fake-cloud.js';

const now = Date.UTC(2026, 10, 25);
const askedId = ({ query = [] }: CloudCall) => Object.fromEntries(query).invocation_id;

function ces(ids: readonly string[], fields: Partial<FollowedTask> = {}): Extract<Follow, { kind: 'ces' }> {
  const tasks = ids.map((invocation_id) => ({ invocation_id, since: now - 60_000, ...fields }));
  return { kind: 'ces', type: 'UPDATE', tasks, refused: [], doubt: [] };
}

describe('an Agent task', () => {
  it.each<[string, object, Partial<FollowedTask>, Partial<FollowedTask>]>([
    [
      'tells why',
      { invocation_status: 'FAILED', result_msg: 'disk full' },
      {},
      { status: 'FAILED', message: 'disk full' },
    ],
    ['may have no server', { invocation_status: 'RUNNING' }, {}, { status: 'RUNNING' }],
    ['without a state stays as it was', { instance_id: 'ecs-1' }, {}, {}],
    [
      'that runs again under its old id runs, whenever its row was written',
      { invocation_status: 'RUNNING', update_time: now - 120_000 },
      { reused: true },
      { status: 'RUNNING' },
    ],
  ])('%s', async (_name, shown, fields, expected) => {
    const { context } = stage(() => ({ invocations: [{ invocation_id: 'i-1', ...shown }] }));
    const [polled] = await new CesBoard(context, () => now).poll([ces(['i-1'], fields)]);
    expect(polled?.tasks).toEqual([{ ...ces(['i-1'], fields).tasks[0], ...expected }]);
  });

  it('that the list does not show where it was walked is asked for by its id, without another walk', async () => {
    const first = Array.from({ length: 6 }, (_, i) => `i-${i}`);
    const others = Array.from({ length: 6 }, (_, i) => `o-${i}`);
    const row = (id: string, status = 'SUCCEEDED') => ({ invocation_id: id, invocation_status: status });
    const { context, calls } = stage((call) => {
      const id = askedId(call);
      if (id) return { invocations: [row(id)] };
      // The first row of an id is the one that counts; a row may lack its id, or its time.
      const dated = first.map((one) => ({ ...row(one), create_time: now - 600_000 }));
      return { invocations: [...dated, row('i-0', 'FAILED'), { invocation_status: 'FAILED' }] };
    });
    const board = new CesBoard(context, () => now);

    const [walked] = await board.poll([ces(first)]);
    expect(walked?.tasks.map((task) => task.status)).toEqual(first.map(() => 'SUCCEEDED'));
    const [asked] = await board.poll([ces(others)]);

    expect(asked?.tasks.map((task) => task.status)).toEqual(others.map(() => 'SUCCEEDED'));
    expect(calls.map(askedId)).toEqual([undefined, ...others]);
  });
});

describe('an IEF job', () => {
  const job = { kind: 'ief', job_id: 'j-1', job_name: 'job', job_type: 'node_upgrade' } as const;

  it.each<[string, object, object]>([
    ['that is not over has no tasks yet', { status: 'Running' }, { ...job, status: 'Running' }],
    ['that is shown without a state stays as it was', {}, job],
    [
      'names a failed task by its own id where it has no target, and without both not at all',
      { status: 'Failed', tasks: [{ task_id: 'task-1', status: 'Failed' }, { reason: 'offline' }] },
      {
        ...{ ...job, status: 'Failed' },
        tasks: {
          ...{ total: 2, successful: 0 },
          failed: [
            { id: 'task-1', reason: 'Failed' },
            { id: '', reason: 'offline' },
          ],
        },
      },
    ],
  ])('%s', async (_name, shown, expected) => {
    const { context } = stage(() => ({ job_id: 'j-1', tasks: [], ...shown }));
    expect(await new IefBoard(context, undefined, () => now).poll([job])).toEqual([expected]);
  });

  it('is shown where the list does not tell its id or its state', async () => {
    const jobs = [{ status: 'Running' }, { job_id: 'j-1' }, { job_id: 'j-2', status: 'Running' }];
    const { context, calls } = stage(({ operation }) =>
      operation === 'ListBatchJob' ? { job_count: 3, jobs } : { job_id: 'j-1', status: 'Running', tasks: [] },
    );
    const { job_id: _none, ...nameless } = job;
    const follows = [job, { ...job, job_id: 'j-2' }, { ...job, job_id: 'j-3' }, nameless];

    const polled = await new IefBoard(context, undefined, () => now).poll(follows);

    expect(polled).toEqual(follows.map((follow) => ({ ...follow, status: 'Running' })));
    const shown = calls.filter((call) => call.operation === 'ShowBatchJob').map((call) => call.path.at(-1));
    expect(shown).toEqual(['j-1', 'j-3', '']);
  });
});

describe('many IEF jobs', () => {
  const follow = (number: number) =>
    ({ kind: 'ief', job_id: `j-${number}`, job_name: 'job', job_type: 'node_upgrade' }) as const;
  const newestFirst = Array.from({ length: 250 }, (_, row) => 249 - row);
  const cloud = () =>
    stage(({ operation, query = [], path }) => {
      if (operation === 'ShowBatchJob') return { job_id: path.at(-1), status: 'Running', tasks: [] };
      const offset = Number(Object.fromEntries(query).offset ?? 0);
      const page = newestFirst.slice(offset, offset + 100);
      return { jobs: page.map((number) => ({ job_id: `j-${number}`, status: 'Running' })) };
    });
  const pagesOf = (calls: readonly CloudCall[]) =>
    calls.map(({ operation, query = [] }) =>
      operation === 'ListBatchJob' ? Object.fromEntries(query).offset : 'shown',
    );

  it('are read with each page of the list once, whatever the batches they come in', async () => {
    const { context, calls } = cloud();
    const board = new IefBoard(context, undefined, () => now);

    for (const batch of [newestFirst.slice(0, 50), newestFirst.slice(50, 250), newestFirst.slice(0, 250)]) {
      const polled = await board.poll(batch.map(follow));
      expect(polled).toEqual(batch.map((number) => ({ ...follow(number), status: 'Running' })));
    }

    expect(pagesOf(calls)).toEqual([undefined, '100', '200']);
  });

  it('are read anew once what was read is old', async () => {
    let clock = now;
    const { context, calls } = cloud();
    const board = new IefBoard(context, undefined, () => clock);
    const batch = newestFirst.slice(0, 50).map(follow);

    await board.poll(batch);
    clock += 4_001;
    await board.poll(batch);

    expect(pagesOf(calls)).toEqual([undefined, undefined]);
  });
});

describe('what was read page by page', () => {
  const reading = async (tookMs: number) => {
    let clock = now;
    const age = new ReadingAge(() => clock);
    const before = age.isTooOld;
    await age.during(async () => {
      clock += tookMs;
    });
    const after = (ms: number) => {
      clock = now + tookMs + ms;
      return age.isTooOld;
    };
    return { before, after };
  };

  it.each([
    ['is too old before it was read', 0, undefined, true],
    ['counts for four seconds', 10, 4_000, false],
    ['does not count for longer', 10, 4_001, true],
    ['counts for as long again as the reading took', 20_000, 20_000, false],
    ['does not count for longer than that', 20_000, 20_001, true],
  ])('%s', async (_name, tookMs, laterMs, expected) => {
    const { before, after } = await reading(tookMs);
    expect(laterMs === undefined ? before : after(laterMs)).toBe(expected);
  });
});

describe('many ROMA tasks', () => {
  const ids = Array.from({ length: 4 }, (_, i) => `t-${i}`);
  const follow: Extract<Follow, { kind: 'roma' }> = {
    ...{ kind: 'roma', instance_id: 'roma-1', action: 'start', task_ids: ids },
    ...{ reached: [], refused: [], doubt: [] },
  };
  const full = Array.from({ length: LARGEST_TASK_PAGE }, () => ({ status: 1 }));

  it('are found on a later page, past rows that have no id', async () => {
    const { context, calls } = stage((call) => {
      const isFirst = Object.fromEntries(call.query ?? []).offset === '0';
      return { total: 1_003, entities: isFirst ? full : ids.map((task_id) => ({ task_id, status: 1 })) };
    });

    expect(await pollRoma(context, 'roma-1', [follow])).toEqual([{ ...follow, reached: ids }]);
    expect(calls).toHaveLength(2);
  });

  it('are looked for no further than ten pages', async () => {
    const { context, calls } = stage(() => ({ total: 100_000, entities: full }));

    expect(await pollRoma(context, 'roma-1', [follow])).toEqual([follow]);
    expect(calls).toHaveLength(10);
  });
});
