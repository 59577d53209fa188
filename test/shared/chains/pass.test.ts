import { describe, expect, it } from 'vitest';
import type { CallAnswer } from '../../../shared/chains/call-answer.js';
import { showRun } from '../../../shared/chains/runs.js';
import { cancelRun, retryRun } from '../../../shared/chains/steer-runs.js';
import type { Database, Queryable } from '../../../shared/store/database.js';
import { DatabaseUnavailableError } from '../../../shared/store/database-errors.js';
import { testStores } from '../store/test-databases.js';
import { allStarted, chain, EngineStage, engineTests, step } from './engine-stage.js';

const one = chain('one', [step({ name: 'one' })]);
const unknown: CallAnswer = { kind: 'unknown', by: 'call', code: 'LOST', message: 'no answer' };
/** Longer than any lease of these passes. */
const leaseIsOver = 200_000;

describe.each(await testStores())('a pass on $name', (store) => {
  const on = engineTests(store);
  const stepOf = async (id: string) => (await on.stage.steps(id))[0];

  it('begins no call for which its time is too short, and leaves the step free for the next pass', async () => {
    let left = 120_000;
    on.stage.answer = () => {
      left = 10_000;
      return allStarted;
    };
    // Two more than are called at once.
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) ids.push(await on.stage.start(one));

    await on.stage.pass(0, () => left);

    const steps = (await Promise.all(ids.map(stepOf))).filter((row) => row?.state === 'ready');
    expect(steps).toMatchObject(Array(2).fill({ lease_owner: null, attempt: 0 }));
    await on.stage.pass();
    expect(new Set(on.stage.calls.map(({ key }) => key)).size).toBe(10);
  });

  it('that cannot write an answer down loses the step to the next one, which asks with the same key', async () => {
    const database = failingAtWill(on.test.database);
    on.stage = new EngineStage(database);
    on.stage.answer = (_call, index) => {
      database.isDown = index === 0;
      return allStarted;
    };
    const id = await on.stage.start(one);

    const counts = await on.stage.pass();
    database.isDown = false;
    await on.stage.pass(leaseIsOver);

    expect(counts).toMatchObject({ calls: 1, lost: 1 });
    expect(await stepOf(id)).toMatchObject({ state: 'in_doubt', doubt: 'function', error: { code: 'ENGINE_LOST' } });
    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls.map(({ key }) => key)).toEqual([`${id}-0-0-1`, `${id}-0-0-1`]);
  });

  it('leaves a step alone whose function only another version knows', async () => {
    const warnings: unknown[] = [];
    on.stage.log = (_level, message, fields) => void warnings.push([message, fields?.function]);
    const id = await on.stage.start(
      chain('newer', [step({ name: 'one', function: 'pause-fleet' as 'create-ief-job' })]),
    );

    const counts = await on.stage.pass();

    expect(counts).toMatchObject({ claimed: 1, calls: 0, lost: 0 });
    expect(await stepOf(id)).toMatchObject({ state: 'planned', lease_owner: null });
    expect(warnings).toEqual([[expect.stringContaining('that this version does not know'), 'pause-fleet']]);
  });

  it('looks for no step among all there are: each statement has an index', async () => {
    const { database } = on.test;
    const statements: { readonly text: string; readonly values?: readonly unknown[] | undefined }[] = [];
    const noted = (db: Queryable): Queryable => ({
      query: async <Row>(text: string, values?: readonly unknown[]) => {
        statements.push({ text, values });
        return await db.query<Row>(text, values);
      },
    });
    on.stage = new EngineStage({
      ...database,
      ...noted(database),
      transaction: (work) => database.transaction((tx) => work(noted(tx))),
    });
    const id = await on.stage.start(
      chain('list', [step({ name: 'one', for_each: ['a', 'b'] }), step({ name: 'two' })]),
    );
    await on.stage.passes(id);

    const whole = await database.transaction(async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      const found: string[] = [];
      for (const { text, values } of statements) {
        const plan = JSON.stringify(await tx.query(`EXPLAIN ${text}`, values));
        if (plan.includes('Seq Scan')) found.push(text);
      }
      return found;
    });

    expect(statements.length).toBeGreaterThan(20);
    expect(whole).toEqual([]);
  });

  it('reads for the end of an entry where the others stand, and not their results of megabytes', async () => {
    const large: CallAnswer = { kind: 'answered', status: 200, body: { text: 'x'.repeat(100_000) } };
    let characters = 0;
    const counted = (tx: Queryable): Queryable => ({
      query: async <Row>(text: string, values?: readonly unknown[]) => {
        const rows = await tx.query<Row>(text, values);
        characters += JSON.stringify(rows).length;
        return rows;
      },
    });
    on.stage = Object.assign(
      new EngineStage({
        ...on.test.database,
        transaction: (work) => on.test.database.transaction((tx) => work(counted(tx))),
      }),
      { answer: () => large },
    );
    const each = step({ name: 'each', function: 'list-invocations', input: {}, for_each: ['a', 'b', 'c', 'd'] });
    const id = await on.stage.start(chain('each', [each]));

    await on.stage.pass();

    expect((await on.stage.run(id)).state).toBe('finished');
    expect(characters).toBeLessThan(100_000);
  });

  it('that finds the lost call of a run that was cancelled meanwhile asks for nothing', async () => {
    const database = failingAtWill(on.test.database);
    on.stage = new EngineStage(database);
    on.stage.answer = () => {
      database.isDown = true;
      return allStarted;
    };
    const id = await on.stage.start(one);
    await on.stage.pass();
    database.isDown = false;
    await cancelRun(database, id);

    await on.stage.pass(leaseIsOver);

    expect(await stepOf(id)).toMatchObject({ state: 'cancelled', next_at: null });
    expect(on.stage.calls).toHaveLength(1);
  });

  it.each([
    ['work that can be looked for', {}, 'finished'],
    // Hosts have no id to look for.
    ['work that nobody can look for', { remote_install_meta: [{ remote_ip: '10.0.0.1' }] }, 'needs_attention'],
  ] as const)(
    'that comes after the function forgot the key does not ask it any more: %s',
    async (_name, input, state) => {
      on.stage.answer = () => unknown;
      on.stage.lookFor = (_step, follow) => (follow.kind === 'ces' ? { ...follow, doubt: [] } : follow);
      const install = {
        invocation_type: 'INSTALL',
        ...('remote_install_meta' in input ? {} : { instance_ids: ['a'] }),
      };
      const id = await on.stage.start(
        chain('one', [step({ name: 'one', function: 'create-invocations', input: { ...install, ...input } })]),
      );
      await on.stage.pass();
      expect(await stepOf(id)).toMatchObject({ state: 'in_doubt', doubt: 'function' });

      await on.stage.pass(13 * 3600_000);

      expect((await on.stage.passes(id)).state).toBe(state);
      expect(on.stage.calls).toHaveLength(1);
    },
  );

  it('of a run that a person retries after the function forgot the key calls nothing, and says so', async () => {
    on.stage.answer = () => ({ ...unknown, by: 'function' });
    const input = { invocation_type: 'INSTALL', remote_install_meta: [{ remote_ip: '10.0.0.1' }] };
    const id = await on.stage.start(chain('one', [step({ name: 'one', function: 'create-invocations', input })]));
    expect((await on.stage.passes(id)).state).toBe('needs_attention');

    // The retry goes by the clock of the database; the pass that follows it is much later.
    await retryRun(on.test.database, id, { chains: [] });
    on.stage.ahead = 8 * 86_400_000;

    expect(await on.stage.passes(id)).toMatchObject({
      ...{ state: 'needs_attention' },
      reason: expect.stringContaining('not asked any more'),
    });
    expect(on.stage.calls).toHaveLength(1);
  });

  it('leaves a step alone that another engine took over during its call', async () => {
    on.stage.answer = async () => {
      await on.test.database.query("UPDATE chain_steps SET lease_owner = 'another'");
      return allStarted;
    };
    const id = await on.stage.start(one);

    const counts = await on.stage.pass();

    expect(counts).toMatchObject({ calls: 1, settled: 1, lost: 0 });
    expect(await stepOf(id)).toMatchObject({ state: 'calling', lease_owner: 'another' });
  });

  it('forgets the answer of a run that was removed during its call', async () => {
    on.stage.answer = async () => {
      await on.test.database.query('DELETE FROM chain_runs');
      return allStarted;
    };
    await on.stage.start(one);

    expect(await on.stage.pass()).toMatchObject({ calls: 1, settled: 1, lost: 0 });
  });

  it('ends a step cancelled whose run was cancelled during a call that gave no answer', async () => {
    on.stage.answer = async () => {
      await cancelRun(on.test.database, id);
      return unknown;
    };
    const id = await on.stage.start(one);

    await on.stage.pass();

    expect(await stepOf(id)).toMatchObject({ state: 'cancelled', next_at: null });
  });

  it('calls nothing for a run that is cancelled just before the call is written down', async () => {
    const { database } = on.test;
    on.stage = new EngineStage({
      ...database,
      query: async (text, values, name) => {
        if (text.includes('INSERT INTO chain_attempts')) await cancelRun(database, id);
        return database.query(text, values, name);
      },
    });
    const id = await on.stage.start(one);

    await on.stage.pass();

    expect(on.stage.calls).toEqual([]);
    expect((await on.stage.run(id)).state).toBe('cancelled');
  });

  it('calls a function that changes nothing without a key', async () => {
    on.stage.answer = () => ({ kind: 'answered', status: 200, body: { invocations: [], count: 0 } });
    const id = await on.stage.start(chain('look', [step({ name: 'look', function: 'list-invocations', input: {} })]));

    expect((await on.stage.passes(id)).state).toBe('finished');
    expect(on.stage.calls.map(({ key }) => key)).toEqual([undefined]);
  });

  it('asks again with the same key where the first call is still under way, and notes no end of it till then', async () => {
    const inProgress: CallAnswer = { kind: 'in-progress', code: 'IDEMPOTENCY_KEY_IN_PROGRESS', message: 'wait' };
    on.stage.answer = (_call, index) => (index === 0 ? inProgress : allStarted);
    const id = await on.stage.start(one);

    await on.stage.pass();
    const before = await showRun(on.test.database, id);
    await on.stage.passes(id);

    expect(before?.steps_so_far[0]?.attempts).toMatchObject([{ outcome: 'unknown', code: inProgress.code }]);
    expect(on.stage.calls.map(({ key }) => key)).toEqual([`${id}-0-0-1`, `${id}-0-0-1`]);
    expect((await on.stage.run(id)).state).toBe('finished');
  });

  it('says that a chain after a failure is not there any more', async () => {
    on.stage.answer = () => ({ kind: 'rejected', by: 'function', code: 'NO', message: 'not so', status: 400 });
    const id = await on.stage.start(chain('one', [step({ name: 'one', on_failure: { chain: 'gone' } })]));

    expect(await on.stage.passes(id)).toMatchObject({
      state: 'failed',
      reason: 'one: not so (NO) The chain gone was not started: this version has none of this name.',
    });
    expect((await showRun(on.test.database, id))?.children).toEqual([]);
  });
});

/** A database whose transactions fail for as long as it is down. */
function failingAtWill(database: Database): Database & { isDown: boolean } {
  const failing = {
    ...database,
    isDown: false,
    transaction: async <T>(work: Parameters<typeof database.transaction<T>>[0]): Promise<T> => {
      if (failing.isDown) throw new DatabaseUnavailableError('a transaction', 'it is down');
      return database.transaction(work);
    },
  };
  return failing;
}
