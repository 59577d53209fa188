import { describe, expect, it } from 'vitest';
import { batchtaskEvent, manualEvent, timerEvent } from '../../../shared/chains/chain-event.js';
import { listRuns } from '../../../shared/chains/runs.js';
import { LARGEST_EVENT, startRun, startRuns } from '../../../shared/chains/start-runs.js';
import { cancelRun, retryRun } from '../../../shared/chains/steer-runs.js';
import type { BatchtaskEvent } from '../../../shared/schemas/iotda-batchtask-push.js';
import { testStores } from '../store/test-databases.js';
import { chain, engineTests, refused, step } from './engine-stage.js';

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
});
