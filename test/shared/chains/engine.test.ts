import { describe, expect, it } from 'vitest';
import { type CallAnswer, readHttpAnswer } from '../../../shared/chains/call-answer.js';
import type { Follow } from '../../../shared/chains/follow.js';
import { listRuns, showRun } from '../../../shared/chains/runs.js';
import { LARGEST_EVENT } from '../../../shared/chains/start-runs.js';
import { testStores } from '../store/test-databases.js';
import { allStarted, chain, engineTests, step } from './engine-stage.js';

const unknown = (by: 'call' | 'function'): CallAnswer => ({ kind: 'unknown', by, code: 'LOST', message: 'no answer' });
const unsent: CallAnswer = { kind: 'not-sent', code: 'CLOUD_CONNECTION', message: 'not reached' };
const refused: CallAnswer = {
  kind: 'rejected',
  by: 'function',
  code: 'INVALID_INPUT',
  message: 'bad input',
  status: 400,
};

describe.each(await testStores())('a chain on $name', (store) => {
  const on = engineTests(store);

  it('does its steps in order within one pass, each with a key of its own', async () => {
    const id = await on.stage.start(chain('two', [step({ name: 'one' }), step({ name: 'two' })]));

    const counts = await on.stage.pass();

    expect((await on.stage.run(id)).state).toBe('finished');
    expect(on.stage.calls.map(({ key }) => key)).toEqual([`${id}-0-0-1`, `${id}-1-0-1`]);
    expect(counts).toMatchObject({ calls: 2, lost: 0 });
  });

  it('hands the event and earlier results to expressions', async () => {
    const one = step({ name: 'one', input: { action_id: 'start', list: "{% [event.ids.{'task_id': $}] %}" } });
    const two = step({ name: 'two', input: { action_id: 'stop', list: '{% steps.one.result.success %}' } });
    const id = await on.stage.start(chain('two', [one, two]), { ids: ['a'] });

    await on.stage.pass();

    expect((await on.stage.run(id)).state).toBe('finished');
    expect(on.stage.calls.map(({ input }) => input)).toEqual([
      { action_id: 'start', list: [{ task_id: 'a' }], on_unknown: 'reconcile' },
      { action_id: 'stop', list: [{ task_id: 't-1' }], on_unknown: 'reconcile' },
    ]);
  });

  it('fails with the reason where an expression has no value, and sends nothing', async () => {
    const id = await on.stage.start(chain('one', [step({ name: 'one', input: { list: '{% event.nothing %}' } })]));

    const run = await on.stage.passes(id);

    const reason =
      'one: The input could not be worked out: {% event.nothing %} has no value: what it names is not there. Nothing was sent. (EXPRESSION)';
    expect(run).toMatchObject({ state: 'failed', reason });
    expect(on.stage.calls).toEqual([]);
  });

  it('does a step once for each entry of for_each, and hands all results on', async () => {
    const each = step({ name: 'each', for_each: '{% event.ids %}', input: { instance_id: '{% item %}' } });
    const last = step({ name: 'last', input: { count: '{% $count(steps.each.result) %}' } });
    const id = await on.stage.start(chain('many', [each, last]), { ids: ['a', 'b', 'c'] });

    await on.stage.pass();

    expect((await on.stage.run(id)).state).toBe('finished');
    expect(on.stage.calls.map(({ input }) => input.instance_id ?? input.count).sort()).toEqual([3, 'a', 'b', 'c']);
    expect(new Set(on.stage.calls.map(({ key }) => key)).size).toBe(4);
  });

  it('goes on where texts have characters that the database has no place for', async () => {
    const strange = 'a\u0000b\ud800';
    on.stage.answer = (_call, index) => (index === 0 ? { ...refused, code: strange, message: strange } : allStarted);
    const first = step({ name: 'first', on_failure: 'continue' });
    const each = step({ name: 'each', for_each: '{% event.ids %}', input: { instance_id: '{% item %}' } });
    const id = await on.stage.start(chain('two', [first, each]), { ids: ['plain', strange] });

    const counts = await on.stage.pass();

    expect(counts.lost).toBe(0);
    expect(await on.stage.run(id)).toMatchObject({ state: 'finished', reason: expect.stringContaining('a\ufffdb') });
    expect(new Set(on.stage.calls.map(({ input }) => input.instance_id))).toEqual(
      new Set(['roma-1', 'plain', strange]),
    );
    expect((await on.stage.steps(id))[2]).toMatchObject({ item_value: strange });
  });

  it('passes over a step whose for_each is empty', async () => {
    const id = await on.stage.start(chain('none', [step({ name: 'each', for_each: [] })]));

    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls).toEqual([]);
  });

  it.each([
    ['empty', [], 0],
    ['one entry long', ['a'], 1],
  ])('hands on as many results as for_each has entries: %s', async (_name, ids, count) => {
    const each = step({ name: 'each', for_each: '{% [event.ids] %}' });
    const again = step({ name: 'again', for_each: '{% [steps.each.result] %}' });
    const last = step({ name: 'last', input: { count: '{% $count(steps.each.result) %}' } });
    const id = await on.stage.start(chain('many', [each, again, last]), { ids });

    await on.stage.pass();

    expect((await on.stage.run(id)).state).toBe('finished');
    expect(on.stage.calls).toHaveLength(2 * count + 1);
    expect(on.stage.calls.at(-1)?.input).toMatchObject({ count });
  });

  it('calls again later, with a new key, where nothing was sent', async () => {
    on.stage.answer = (_call, index) => (index < 2 ? unsent : allStarted);
    const id = await on.stage.start(chain('one', [step({ name: 'one' })]));

    await on.stage.pass();
    expect((await on.stage.steps(id))[0]).toMatchObject({ state: 'ready', tries: 1 });
    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls.map(({ key }) => key)).toEqual([1, 2, 3].map((n) => `${id}-0-0-${n}`));
  });

  it.each([
    ['stop', 'stop' as const, 'failed', 1],
    ['continue', 'continue' as const, 'finished', 2],
  ])('after a refusal goes by on_failure: %s', async (_name, on_failure, state, calls) => {
    on.stage.answer = (_call, index) => (index === 0 ? refused : allStarted);
    const id = await on.stage.start(chain('two', [step({ name: 'one', on_failure }), step({ name: 'two' })]));

    const run = await on.stage.passes(id);

    expect(run).toMatchObject({ state, reason: expect.stringContaining('bad input (INVALID_INPUT)') });
    expect(on.stage.calls).toHaveLength(calls);
  });

  it('starts another chain after a refusal, once, with the failure in its event', async () => {
    on.stage.answer = ({ input }) => (input.action_id === 'start' ? refused : allStarted);
    const undo = chain('undo', [step({ name: 'undo', input: { failed: '{% event.failure.step %}' } })]);
    on.stage.chains = [undo];
    const id = await on.stage.start(chain('one', [step({ name: 'one', on_failure: { chain: 'undo' } })]));

    await on.stage.passes(id);
    await on.stage.pass();

    const children = await on.test.database.query(
      'SELECT chain, state, depth, parent_id, trigger FROM chain_runs WHERE parent_id IS NOT NULL',
    );
    expect(children).toEqual([{ chain: 'undo', state: 'finished', depth: 1, parent_id: id, trigger: 'chain' }]);
    expect(on.stage.calls[1]?.input).toMatchObject({ failed: 'one' });
    expect(await showRun(on.test.database, id)).toMatchObject({
      children: [expect.any(String)],
      steps_so_far: [{ error: { code: 'INVALID_INPUT', message: 'bad input' } }],
    });
  });

  it('starts another chain also where the event and the failure are too long together: neither is lost', async () => {
    on.stage.answer = ({ input }) => (input.action_id === 'start' ? refused : allStarted);
    const undo = chain('undo', [step({ name: 'undo', input: { failed: '{% event.failure.step %}' } })]);
    on.stage.chains = [undo];
    const text = 'x'.repeat(LARGEST_EVENT - '{"text":""}'.length);
    const failing = chain('one', [step({ name: 'one', on_failure: { chain: 'undo' } })]);

    await on.stage.passes(await on.stage.start(failing, { text }));
    await on.stage.pass();

    const { runs } = await listRuns(on.test.database, { chain: 'undo' });
    expect(runs).toMatchObject([{ state: 'finished', held: false }]);
    expect((await showRun(on.test.database, runs[0]?.id ?? ''))?.event).toMatchObject({
      text,
      failure: { step: 'one' },
    });
  });

  it('asks the function with the same key where the call was lost, and goes on with its answer', async () => {
    on.stage.answer = (_call, index) => (index === 0 ? unknown('call') : allStarted);
    const id = await on.stage.start(chain('one', [step({ name: 'one' })]));

    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls.map(({ key }) => key)).toEqual([`${id}-0-0-1`, `${id}-0-0-1`]);
  });

  it('looks at the cloud where the function itself does not know, and never calls again', async () => {
    on.stage.answer = () => unknown('function');
    on.stage.lookFor = (_step, follow) =>
      follow.kind === 'roma' ? { ...follow, task_ids: ['t-1'], doubt: [] } : follow;
    const id = await on.stage.start(chain('one', [step({ name: 'one' })]));

    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls).toHaveLength(1);
    expect((await on.stage.steps(id))[0]?.result).toMatchObject({ success: [{ task_id: 't-1', reconciled: true }] });
  });

  it.each([
    ['an input that it took', [{ task_id: 't-1' }], 'Nobody can say'],
    ['one that no cloud can be looked at for', [], 'unknown field'],
  ])('needs a person where a version refuses what another one may have done: %s', async (_what, list, reason) => {
    const body = JSON.stringify({ code: 'INVALID_INPUT', outcome: 'not-sent', detail: 'unknown field' });
    on.stage.answer = (_call, index) =>
      index === 0 ? unknown('call') : readHttpAnswer({ status: 400, headers: {}, body });
    const input = { instance_id: 'roma-1', action_id: 'start', list };
    const id = await on.stage.start(chain('one', [step({ name: 'one', input, on_failure: 'continue' })]));

    const run = await on.stage.passes(id, 120_000);

    expect(run).toMatchObject({ state: 'needs_attention', reason: expect.stringContaining(reason) });
    expect(on.stage.calls.map(({ key }) => key)).toEqual([`${id}-0-0-1`, `${id}-0-0-1`]);
  });

  it('needs a person where neither knows, and never calls again', async () => {
    on.stage.answer = () => unknown('function');
    const id = await on.stage.start(chain('one', [step({ name: 'one' }), step({ name: 'two' })]));

    const run = await on.stage.passes(id);

    expect(run).toMatchObject({ state: 'needs_attention', reason: expect.stringContaining('Nobody can say') });
    expect(on.stage.calls).toHaveLength(1);
    expect((await on.stage.pass(86_400_000)).claimed).toBe(0);
  });

  it('follows the work to its end before the next step', async () => {
    let looks = 0;
    on.stage.poll = (follow) =>
      follow.kind === 'roma' && ++looks > 2 ? { ...follow, reached: follow.task_ids } : follow;
    const id = await on.stage.start(chain('two', [step({ name: 'one', until_finished: true }), step({ name: 'two' })]));

    await on.stage.pass();
    expect(on.stage.calls).toHaveLength(1);
    expect((await on.stage.passes(id)).state).toBe('finished');
    expect([looks, on.stage.calls.length]).toEqual([3, 2]);
    expect((await on.stage.steps(id))[0]?.result).toMatchObject({
      success_count: 1,
      finished: { successful: 1, failed: [] },
    });
  });

  it('fails a step whose work is not over in time', async () => {
    const id = await on.stage.start(chain('one', [step({ name: 'one', until_finished: true, timeout_s: 300 })]));

    expect(await on.stage.passes(id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('STEP_TIMEOUT'),
    });
  });

  it('retries the failed Agent tasks by their ids, as often as the chain says', async () => {
    const created = (ids: readonly string[]): CallAnswer => ({
      kind: 'answered',
      status: 201,
      body: {
        invocations: ids.map((id) => ({ instance_id: id.slice(0, 5), invocation_id: id, ret_status: 'successful' })),
      },
    });
    on.stage.answer = ({ input }, index) =>
      index === 0
        ? created(['ecs-1.0', 'ecs-2.0'])
        : {
            kind: 'answered',
            status: 201,
            body: {
              invocations: (input.invocation_ids as string[]).map((id) => ({
                instance_id: id.slice(0, 5),
                invocation_id: id.replace(/\d$/, (n) => String(Number(n) + 1)),
                requested_invocation_id: id,
                ret_status: 'successful',
              })),
            },
          };
    const status = (id: string) => (id.startsWith('ecs-1') || id === 'ecs-2.2' ? 'SUCCEEDED' : 'FAILED');
    on.stage.poll = (follow: Follow) =>
      follow.kind === 'ces'
        ? { ...follow, tasks: follow.tasks.map((task) => ({ ...task, status: status(task.invocation_id) })) }
        : follow;
    const upgrade = step({
      name: 'upgrade',
      function: 'create-invocations',
      input: { invocation_type: 'UPDATE', instance_ids: ['ecs-1', 'ecs-2'] },
      until_finished: true,
      retry_failed: 2,
    });
    const id = await on.stage.start(chain('nightly', [upgrade]));

    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls.slice(1).map(({ input }) => input.invocation_ids)).toEqual([['ecs-2.0'], ['ecs-2.1']]);
    expect((await on.stage.steps(id))[0]?.result).toMatchObject({ finished: { successful: 2, failed: [] } });
  });

  it('does nothing twice with many engines at once', async () => {
    on.stage.answer = async () => allStarted;
    const ids: string[] = [];
    for (let i = 0; i < 10; i++)
      ids.push(await on.stage.start(chain('two', [step({ name: 'one' }), step({ name: 'two' })])));

    await Promise.all([1, 2, 3, 4].map(() => on.stage.pass()));
    await on.stage.pass();

    for (const id of ids) expect((await on.stage.run(id)).state).toBe('finished');
    expect(on.stage.calls).toHaveLength(20);
    expect(new Set(on.stage.calls.map(({ key }) => key)).size).toBe(20);
  });
});
