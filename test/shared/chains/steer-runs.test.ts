import { describe, expect, it } from 'vitest';
import type { CallAnswer } from '../../../shared/chains/call-answer.js';
import { listRuns, showRun } from '../../../shared/chains/runs.js';
import { cancelRun, pruneRuns, retryRun } from '../../../shared/chains/steer-runs.js';
import type { Queryable } from '../../../shared/store/database.js';
import { testStores } from '../store/test-databases.js';
import { allStarted, chain, engineTests, refused, step } from './engine-stage.js';

const unknown: CallAnswer = { kind: 'unknown', by: 'function', code: 'LOST', message: 'no answer' };

describe.each(await testStores())('runs on $name', (store) => {
  const on = engineTests(store);

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
