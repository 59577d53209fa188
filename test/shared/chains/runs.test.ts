import { describe, expect, it } from 'vitest';
import type { CallAnswer } from '../../../shared/chains/call-answer.js';
import { batchtaskEvent, manualEvent, timerEvent } from '../../../shared/chains/chain-event.js';
import { listRuns, showRun } from '../../../shared/chains/runs.js';
import { LARGEST_EVENT, startRun, startRuns } from '../../../shared/chains/start-runs.js';
import { cancelRun, pruneRuns, retryRun } from '../../../shared/chains/steer-runs.js';
import type { BatchtaskEvent } from '../../../shared/schemas/iotda-batchtask-push.js';
import type { Queryable } from '../../../shared/store/database.js';
import { testStores } from '../store/test-databases.js';
import { allStarted, chain, engineTests, step } from './engine-stage.js';

const push: BatchtaskEvent = {
  task_id: 'task-1',
  app_id: 'app-1',
  task_type: 'softwareUpgrade',
  status: 'Success',
  state: 'Success',
  terminal: true,
  event_time_ms: 1_700_000_000_000,
  raw: {},
};
const onPush = (trigger: object) =>
  chain('after', [step({ name: 'one' })], {
    trigger: { type: 'batchtask', status: ['Success', 'PartialSuccess'], ...trigger },
  });
const unknown: CallAnswer = { kind: 'unknown', by: 'function', code: 'LOST', message: 'no answer' };
const refused: CallAnswer = {
  kind: 'rejected',
  by: 'function',
  code: 'REFUSED',
  message: 'not like this',
  status: 400,
};

describe.each(await testStores())('runs on $name', (store) => {
  const on = engineTests(store);
  const started = async (chains: Parameters<typeof startRuns>[1], event: Parameters<typeof startRuns>[2]) =>
    (await on.test.database.transaction((tx) => startRuns(tx, chains, event))).map((run) => run.chain);

  it.each([
    ['any app and type', {}, push, ['after']],
    ['a listed type', { task_type: ['softwareUpgrade'] }, push, ['after']],
    ['another type', { task_type: ['firmwareUpgrade'] }, push, []],
    ['another app', { app_id: ['app-2'] }, push, []],
    ['another status', {}, { ...push, state: 'Fail' as const, status: 'Fail' }, []],
    [
      'a status in another spelling',
      { status: ['Waiting'] },
      { ...push, state: 'Waiting' as const, status: 'Waitting' },
      ['after'],
    ],
  ])('are started by a push that passes the filters: %s', async (_name, trigger, event, names) => {
    expect(await started([onPush(trigger)], batchtaskEvent(event, Date.now()))).toEqual(names);
  });

  it('are started once by the same push, and again by a later one of the same task', async () => {
    const names = [];
    for (const event of [push, push, { ...push, event_time_ms: 1_700_000_000_001 }]) {
      names.push(await started([onPush({})], batchtaskEvent(event, Date.now())));
    }
    expect(names).toEqual([['after'], [], ['after']]);
  });

  it('are started once by the same push in the two spellings of its status, and by each status that nobody knows', async () => {
    const names = [];
    for (const [status, state] of [
      ['Waiting', 'Waiting'],
      ['Waitting', 'Waiting'],
      ['Paused', 'Unknown'],
      ['Frozen', 'Unknown'],
    ] as const) {
      const chains = [onPush({ status: ['Waiting', 'Unknown'] })];
      names.push(await started(chains, batchtaskEvent({ ...push, status, state }, Date.now())));
    }
    expect(names).toEqual([['after'], [], ['after'], ['after']]);
  });

  it('are started by a timer once for each time that it fires', async () => {
    const nightly = chain('nightly', [step({ name: 'one' })], { trigger: { type: 'timer', name: 'night' } });
    const names = [];
    for (const [name, time] of [
      ['night', '2026-11-25T02:00:00Z'],
      ['night', '2026-11-25T02:00:00Z'],
      ['day', '2026-11-25T02:00:00Z'],
      ['night', '2026-11-26T02:00:00Z'],
    ] as const) {
      names.push(await started([nightly], timerEvent(name, time)));
    }
    expect(names).toEqual([['nightly'], [], [], ['nightly']]);
  });

  it('are gone with the transaction that they were started in', async () => {
    const failing = on.test.database.transaction(async (tx) => {
      await startRuns(tx, [onPush({})], batchtaskEvent(push, Date.now()));
      throw new Error('not committed');
    });
    await expect(failing).rejects.toThrow('not committed');
    expect(await listRuns(on.test.database)).toEqual({ runs: [], total: 0 });
  });

  it('beyond the rate of their chain are held back and not lost, and go on when they are retried', async () => {
    const slow = chain('slow', [step({ name: 'one' })], { max_runs_per_hour: 1 });
    await on.stage.start(slow);
    const id = await on.stage.start(slow);
    expect(await on.stage.run(id)).toMatchObject({
      state: 'needs_attention',
      held: true,
      reason: expect.stringContaining('max_runs_per_hour is 1'),
    });
    await on.stage.pass();
    expect(on.stage.calls).toHaveLength(1);

    expect(await retryRun(on.test.database, id, { chains: [] })).toMatchObject({ ok: true, run: { state: 'running' } });
    expect((await on.stage.passes(id)).state).toBe('finished');
  });

  it('that are held back count for no others', async () => {
    const slow = chain('slow', [step({ name: 'one' })], { max_runs_per_hour: 1 });
    for (const _ of [1, 2]) await on.stage.start(slow);

    const third = await on.stage.run(await on.stage.start(slow));

    expect(third.reason).toMatch(/^1 run of this chain began within an hour/);
  });

  it('deeper than the guard allows, or with an event that is too large, are held back', async () => {
    const parent = await on.stage.start(chain('parent', [step({ name: 'one' })]));
    const deep = await on.test.database.transaction((tx) =>
      startRun(tx, onPush({}), manualEvent({}, 'a'), { parent: { id: parent, depth: 5 } }),
    );
    expect(deep).toMatchObject({ held: true });
    const id = await on.stage.start(onPush({}), { text: 'x'.repeat(70_000) });
    expect(await on.stage.run(id)).toMatchObject({ held: true, reason: expect.stringContaining('more than 65536') });
  });

  it('with an event that was too large to keep cannot be let go without it', async () => {
    const id = await on.stage.start(onPush({}), { text: 'x'.repeat(70_000) });

    expect(await retryRun(on.test.database, id, { chains: [] })).toEqual({
      ok: false,
      found: true,
      reason: expect.stringContaining('start the chain by hand with a smaller one'),
    });
    await on.stage.pass();
    expect(on.stage.calls).toEqual([]);
    expect(await cancelRun(on.test.database, id)).toMatchObject({ ok: true });
  });

  it('that failed hand an event of the largest size on to the chain of on_failure', async () => {
    on.stage.answer = () => refused;
    const after = chain('after', [step({ name: 'undo' })]);
    const first = chain('first', [step({ name: 'one', on_failure: { chain: 'after' } })]);
    const text = 'x'.repeat(LARGEST_EVENT - '{"text":""}'.length);
    on.stage.chains = [after];
    const id = await on.stage.start(first, { text });
    await on.stage.passes(id);

    const { runs } = await listRuns(on.test.database, { chain: 'after' });
    expect(runs).toMatchObject([{ held: false, parent_id: id }]);
  });

  it('are listed newest first, by chain, state and time, with the number of all', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'a']) ids.push(await on.stage.start(chain(name, [step({ name: 'one' })])));
    await on.stage.pass();

    const listed = await listRuns(on.test.database, { limit: 2 });
    expect(listed).toMatchObject({
      total: 3,
      runs: [{ id: ids[2], chain: 'a', state: 'finished', step: 'one', steps: 1 }, { id: ids[1] }],
    });
    expect((await listRuns(on.test.database, { chain: 'a' })).total).toBe(2);
    expect((await listRuns(on.test.database, { state: 'failed' })).total).toBe(0);
    expect((await listRuns(on.test.database, { from: Date.now() + 60_000 })).total).toBe(0);
    expect((await listRuns(on.test.database, { to: Date.now() + 60_000, offset: 2 })).runs).toHaveLength(1);
  });

  it('are listed without their events, which can have megabytes', async () => {
    for (let i = 0; i < 3; i += 1) {
      await on.stage.start(chain('large', [step({ name: 'one' })]), { text: 'e'.repeat(50_000) });
    }
    let characters = 0;
    const query: Queryable['query'] = async <Row>(...asked: Parameters<Queryable['query']>) => {
      const rows = await on.test.database.query<Row>(...asked);
      characters += JSON.stringify(rows).length;
      return rows;
    };

    const { runs } = await listRuns({ query });

    expect(runs).toMatchObject(Array(3).fill({ chain: 'large', step: 'one', steps: 1 }));
    expect(characters).toBeLessThan(5_000);
  });

  it('are shown with steps, attempts and masked secrets', async () => {
    on.stage.answer = (_call, index) =>
      index === 0 ? { kind: 'not-sent', code: 'CLOUD_CONNECTION', message: 'not reached' } : allStarted;
    const input = { remote_install_meta: [{ password: 'hunter2', port: '22' }] };
    const id = await on.stage.start(chain('one', [step({ name: 'one', input })]), { token: 'abc' });
    await on.stage.passes(id);

    expect(await showRun(on.test.database, 'no-such-run')).toBeUndefined();
    const shown = await showRun(on.test.database, id);
    expect(shown).toMatchObject({
      state: 'finished',
      event: { token: '***' },
      steps_so_far: [
        {
          name: 'one',
          state: 'done',
          input: { remote_install_meta: [{ password: '***', port: '22' }], on_unknown: 'reconcile' },
          attempts: [
            { attempt: 1, outcome: 'not-sent', code: 'CLOUD_CONNECTION' },
            { attempt: 2, outcome: 'answered', status: 200 },
          ],
        },
      ],
    });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  it('are shown without the secrets of containers, whether task_data is an object or its text', async () => {
    const taskData = {
      deployment: {
        env: [
          { name: 'DB_PASSWORD', value: 'hunter2' },
          { name: 'MODE', value: 'fast' },
        ],
      },
    };
    const inputs = [taskData, JSON.stringify(taskData)].map((task_data) => ({ job_content: { task_data } }));
    const id = await on.stage.start(
      chain(
        'one',
        inputs.map((input, i) => step({ name: `step_${i}`, input })),
      ),
    );
    await on.stage.passes(id);

    const shown = JSON.stringify(await showRun(on.test.database, id));
    expect(shown).not.toContain('hunter2');
    expect(shown.match(/DB_PASSWORD/g)).toHaveLength(2);
    expect(shown.match(/fast/g)).toHaveLength(2);
  });

  it('that failed are tried again where they stand, and no step before is done again', async () => {
    on.stage.answer = ({ input }, index) => (input.action_id === 'stop' && index < 2 ? refused : allStarted);
    const two = step({ name: 'two', input: { action_id: 'stop' } });
    const id = await on.stage.start(chain('two', [step({ name: 'one' }), two]));
    expect((await on.stage.passes(id)).state).toBe('failed');

    expect(await retryRun(on.test.database, id, { chains: [] })).toMatchObject({ ok: true });
    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls.map(({ key }) => key)).toEqual([`${id}-0-0-1`, `${id}-1-0-1`, `${id}-1-0-2`]);
    expect(await retryRun(on.test.database, id, { chains: [] })).toMatchObject({ ok: false, found: true });
  });

  it.each([
    ['before it calls anything', { input: { list: '{% event.nothing %}' } }],
    ['because its work takes too long', { until_finished: true, timeout_s: 60 }],
  ])('that are retried and fail again start the chain after a failure again: %s', async (_name, fields) => {
    on.stage.chains = [chain('undo', [step({ name: 'undo' })])];
    const failing = step({ name: 'one', ...fields, on_failure: { chain: 'undo' } });
    const id = await on.stage.start(chain('one', [failing]));
    expect((await on.stage.passes(id)).state).toBe('failed');

    await retryRun(on.test.database, id, { chains: on.stage.chains });

    expect((await on.stage.passes(id)).state).toBe('failed');
    expect((await listRuns(on.test.database, { chain: 'undo' })).total).toBe(2);
  });

  it.each([
    ['done', 'finished', 1],
    ['not-done', 'finished', 2],
    ['look-again', 'needs_attention', 1],
  ] as const)('that need a person go on by what the person says: %s', async (word, state, calls) => {
    on.stage.answer = (_call, index) => (index === 0 ? unknown : allStarted);
    const id = await on.stage.start(chain('one', [step({ name: 'one' })]));
    await on.stage.passes(id);

    await retryRun(on.test.database, id, { chains: [], unknown: word });
    const run = (await on.stage.run(id)).state === 'running' ? await on.stage.passes(id) : await on.stage.run(id);

    expect(run.state).toBe(state);
    expect(on.stage.calls).toHaveLength(calls);
  });

  it('send nothing again but the servers that a person says were not done', async () => {
    const answered = (ids: readonly unknown[], lost: readonly string[]): CallAnswer => ({
      ...{ kind: 'answered', status: 207 },
      body: {
        invocations: [
          ...ids.map((id) => ({ instance_id: `${id}`, invocation_id: `task-${id}`, ret_status: 'successful' })),
          ...lost.map((id) => ({ instance_id: id, ret_status: 'unanswered' })),
        ],
      },
    });
    on.stage.answer = ({ input }, index) =>
      index === 0 ? answered(['ecs-1'], ['ecs-2']) : answered(input.instance_ids as string[], []);
    const input = { invocation_type: 'INSTALL', instance_ids: ['ecs-1', 'ecs-2'] };
    const id = await on.stage.start(chain('one', [step({ name: 'one', function: 'create-invocations', input })]));
    expect((await on.stage.passes(id)).state).toBe('needs_attention');

    await retryRun(on.test.database, id, { chains: [], unknown: 'not-done' });

    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls.map((call) => call.input.instance_ids)).toEqual([['ecs-1', 'ecs-2'], ['ecs-2']]);
  });

  it('that are cancelled call nothing more, and note what was under way', async () => {
    const two = chain('two', [step({ name: 'one' }), step({ name: 'two' })]);
    on.stage.answer = async () => {
      await cancelRun(on.test.database, id);
      return allStarted;
    };
    const id = await on.stage.start(two);
    await on.stage.pass();
    await on.stage.pass(3600_000);

    expect(on.stage.calls).toHaveLength(1);
    expect(await showRun(on.test.database, id)).toMatchObject({
      state: 'cancelled',
      steps_so_far: [{ state: 'done', attempts: [{ outcome: 'answered' }] }],
    });
    expect(await cancelRun(on.test.database, id)).toMatchObject({ ok: false, found: true });
    expect(await cancelRun(on.test.database, 'no-such-run')).toMatchObject({ ok: false, found: false });
  });

  it('that are over for long are removed, and no others', async () => {
    const over = await on.stage.start(chain('one', [step({ name: 'one' })]));
    await on.stage.pass();
    const open = await on.stage.start(chain('one', [step({ name: 'one' })]));

    expect(await pruneRuns(on.test.database, new Date(Date.now() - 60_000), 10)).toBe(0);
    expect(await pruneRuns(on.test.database, new Date(Date.now() + 60_000), 10)).toBe(1);
    expect((await listRuns(on.test.database)).runs.map((run) => run.id)).toEqual([open]);
    expect(await on.stage.steps(over)).toEqual([]);
  });

  it('that are over for long are removed a few in each statement, however many entries each of them has', async () => {
    await on.test.database.query(
      `INSERT INTO chain_runs (id, chain, event_key, state, definition, trigger, event, created_at, finished_at)
       SELECT 'run-' || i, 'one', i::text, 'finished', '{}', 'manual', '{}', now(), now() FROM generate_series(1, 130) AS i`,
    );
    const removed: number[] = [];
    const counting: Queryable = {
      query: async <Row>(text: string, values?: readonly unknown[]) => {
        const rows = await on.test.database.query<Row>(text, values);
        removed.push(rows.length);
        return rows;
      },
    };
    const tomorrow = new Date(Date.now() + 86_400_000);

    expect([await pruneRuns(counting, tomorrow, 120), await pruneRuns(counting, tomorrow, 120)]).toEqual([120, 10]);
    expect(removed).toEqual([50, 50, 20, 10]);
  });

  it('that are removed are looked up as parents by an index, and not in all runs there are', async () => {
    const plan = await on.test.database.transaction(async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      return await tx.query("EXPLAIN UPDATE chain_runs SET parent_id = NULL WHERE parent_id = 'run-1'");
    });
    expect(JSON.stringify(plan)).toContain('chain_runs_of_parent');
  });
});
