import { describe, expect, it } from 'vitest';
import type { Chain } from '../../../shared/chains/chain.js';
import { runChainWith } from '../../../shared/chains/run-chain.js';
import {
  cancelChainRun,
  listChainRuns,
  retryChainRunWith,
  showChainRun,
} from '../../../shared/chains/run-operations.js';
import type { OperationContext } from '../../../shared/operations/operation.js';
import type { Database } from '../../../shared/store/database.js';
import { cloudThatSays } from '../client/services-cloud.js';
import { testStores } from '../store/test-databases.js';
import { chain, engineTests, step } from './engine-stage.js';

const nightly = chain('nightly', [step({ name: 'one' })]);

/** What an operation gets, the calls that it made, and the lines that it wrote. */
function room(database: Database | undefined) {
  const cloud = cloudThatSays({ request_id: 'queued-1' });
  const lines: string[] = [];
  const context: OperationContext = {
    cloud,
    database,
    region: 'cn-north-4',
    setting: () => undefined,
    log: (level) => void lines.push(level),
  };
  return { cloud, lines, context };
}

const run = (chains: readonly Chain[], input: unknown, context: OperationContext) => {
  const operation = runChainWith(chains);
  return operation.run(operation.parse(input), context);
};

describe('a chain that is run dry', () => {
  it('shows what each step would be called with, and what cannot be told yet, with secrets masked', async () => {
    const { context, cloud } = room(undefined);
    const each = step({
      name: 'each',
      for_each: '{% event.ids %}',
      input: { list: [{ task_id: '{% item %}' }], password: 'hunter2' },
    });
    const after = step({ name: 'after', input: { id: '{% steps.each.result.success[0].task_id %}' } });

    const { body, ...said } = await run(
      [chain('nightly', [each, after])],
      { name: 'nightly', event: { ids: ['a', 'b'] }, dry_run: true },
      context,
    );

    expect(said).toMatchObject({ status: 200, items: { ok: 1, failed: 1 } });
    expect(body).toMatchObject({
      chain: 'nightly',
      dry_run: true,
      steps: [
        {
          name: 'each',
          inputs: [
            { list: [{ task_id: 'a' }], password: '***' },
            { list: [{ task_id: 'b' }], password: '***' },
          ],
          unresolved: null,
          written: { for_each: '{% event.ids %}', input: { password: '***' } },
        },
        { name: 'after', inputs: null, unresolved: expect.any(String) },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(cloud.calls).toEqual([]);
  });

  it.each([
    ["'job-' & steps.one.result.job_id"],
    ['$count(steps.one.result.failed)'],
    ['$exists(steps.one.result.failed[0]) ? "some" : "none"'],
    ['$$'],
  ])('shows no value that only looks like one before an earlier step is over: %s', async (source) => {
    const steps = [step({ name: 'one' }), step({ name: 'two', input: { value: `{% ${source} %}` } })];

    const { body } = await run([chain('nightly', steps)], { name: 'nightly', dry_run: true }, room(undefined).context);

    const unresolved = `{% ${source} %} needs the result of an earlier step, which is not there yet.`;
    expect(body).toMatchObject({ steps: [{ unresolved: null }, { name: 'two', inputs: null, unresolved }] });
  });

  it('has the time of the clock that it is given', async () => {
    const timing = { now: () => Date.parse('2026-11-25T10:00:00Z'), sleep: async () => undefined };
    const timed = chain('nightly', [step({ name: 'one', input: { at: '{% run.created_at %}' } })]);

    const { body } = await run([timed], { name: 'nightly', dry_run: true }, { ...room(undefined).context, timing });

    expect(body).toMatchObject({ steps: [{ inputs: [{ at: '2026-11-25T10:00:00.000Z' }] }] });
  });
});

describe('the operations on runs', () => {
  it.each([
    ['a near one', [nightly], 'nightli', 'Did you mean nightly?'],
    ['none that is near', [nightly], 'something-else', 'There are nightly.'],
    ['none at all', [], 'nightly', 'built without any'],
  ])('know no such chain, and say so where there is %s', async (_name, chains, name, remedy) => {
    const wrong = run(chains, { name }, room(undefined).context);

    await expect(wrong).rejects.toMatchObject({ code: 'CHAIN_NOT_FOUND', status: 404 });
    await expect(wrong).rejects.toThrow(remedy);
  });

  it.each([
    ['RunChain', (context: OperationContext) => run([nightly], { name: 'nightly' }, context)],
    ['ListChainRuns', (context: OperationContext) => listChainRuns.run({}, context)],
    ['ShowChainRun', (context: OperationContext) => showChainRun.run({ id: 'r' }, context)],
    ['RetryChainRun', (context: OperationContext) => retryChainRunWith([]).run({ id: 'r' }, context)],
    ['CancelChainRun', (context: OperationContext) => cancelChainRun.run({ id: 'r' }, context)],
  ])('need a database: %s', async (_name, call) => {
    await expect(call(room(undefined).context)).rejects.toMatchObject({ setting: 'DATABASE_URL' });
  });
});

describe.each(await testStores())('the operations on runs on $name', (store) => {
  const on = engineTests(store);

  it.each([
    ['event', { event: { ids: ['a'] } }, { ids: ['a'] }],
    ['input', { input: { ids: ['a'] } }, { ids: ['a'] }],
    ['nothing', {}, {}],
  ])('start a chain with %s, and wake the engine', async (_name, given, event) => {
    const { context, cloud, lines } = room(on.test.database);

    const { status, body } = await run([nightly], { name: 'nightly', ...given }, context);

    expect({ status, body }).toMatchObject({ status: 201, body: { chain: 'nightly', state: 'running', held: false } });
    const { body: list } = await listChainRuns.run({}, context);
    expect(list.total).toBe(1);
    expect((await showChainRun.run({ id: list.runs[0]?.id ?? '' }, context)).body).toMatchObject({ event });
    expect(cloud.calls).toMatchObject([{ operation: 'AsyncInvokeFunction', body: { reason: 'hand' } }]);
    expect(lines).toEqual(['INFO']);
  });

  it('start a chain though the engine cannot be woken', async () => {
    const { context, lines } = room(on.test.database);

    const { status } = await run([nightly], { name: 'nightly' }, { ...context, region: undefined });

    expect(status).toBe(201);
    expect(lines).toEqual(['WARN']);
  });

  it('answer 404 for a run that is not there, and change nothing', async () => {
    const { context, cloud } = room(on.test.database);
    const id = 'no-such-run';

    for (const call of [showChainRun.run, retryChainRunWith([]).run, cancelChainRun.run]) {
      await expect(call({ id }, context)).rejects.toMatchObject({ code: 'CHAIN_RUN_NOT_FOUND', status: 404 });
    }
    expect(cloud.calls).toEqual([]);
  });

  it('cancel a run once, and retry none that is cancelled', async () => {
    const { context, cloud } = room(on.test.database);
    const id = await on.stage.start(nightly);

    expect(await cancelChainRun.run({ id }, context)).toMatchObject({ status: 200, body: { state: 'cancelled' } });

    for (const call of [cancelChainRun.run, retryChainRunWith([nightly]).run]) {
      await expect(call({ id }, context)).rejects.toMatchObject({ code: 'CHAIN_RUN_STATE', status: 409 });
    }
    expect(cloud.calls).toEqual([]);
  });

  it.each([
    ['looked at again', {}, 'running'],
    ['done, by the word of a person', { unknown: 'done' as const }, 'finished'],
  ])('let a run in doubt go on as %s, and wake the engine', async (_name, word, state) => {
    const { context, cloud } = room(on.test.database);
    on.stage.answer = () => ({ kind: 'unknown', by: 'function', code: 'LOST', message: 'no answer' });
    const id = await on.stage.start(nightly);
    await on.stage.passes(id);

    const { body } = await retryChainRunWith([nightly]).run({ id, ...word }, context);

    expect(body.state).toBe(state);
    expect(cloud.calls).toMatchObject([{ body: { reason: 'hand' } }]);
  });
});
