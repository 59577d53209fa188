import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CloudRejectedError, CloudTimeoutError, MissingSettingError } from '../../../shared/client/errors.js';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import type { Operation } from '../../../shared/operations/operation.js';
import type { Database } from '../../../shared/store/database.js';
import { type TestDatabase, testStores } from '../store/test-databases.js';
import { post } from './call-function.js';
import { echo, fakeRuntime, readResponse, sampleSettings } from './fake-platform.js';

/** How one run of the operation ends; the last two stand for an instance that is killed before or after the effect. */
type Way = 'done' | 'unknown' | 'rejected' | 'not-sent' | 'defect' | 'killed-before' | 'killed-after';

const failures = {
  unknown: new CloudTimeoutError('no answer in time.', 'unknown', { service: 'ief' }),
  rejected: new CloudRejectedError('refused.', { service: 'ief', status: 404 }),
  'not-sent': new MissingSettingError('X', 'set it'),
  defect: new TypeError('a defect'),
};

describe.each(await testStores())('an Idempotency-Key on $name', (store) => {
  let stage: TestDatabase;
  let effects = 0;
  beforeAll(async () => {
    stage = await store.create();
  }, 120_000);
  afterAll(() => stage.drop());
  beforeEach(async () => {
    await stage.database.query('DELETE FROM idempotency_keys');
    effects = 0;
  });

  /** A function whose operation ends in the given way. `reached` resolves where its instance would be killed. */
  function instance(way: Way, database: Database = stage.database) {
    let kill = () => {};
    const reached = new Promise<'killed'>((resolve) => {
      kill = () => resolve('killed');
    });
    const run: Operation<{ value: unknown }, unknown>['run'] = async ({ value }, { cloud }) => {
      // From here on a failure that nobody foresaw may have had its effect.
      void cloud.projectId;
      if (way === 'done' || way === 'unknown' || way === 'defect' || way === 'killed-after') effects += 1;
      if (way.startsWith('killed')) {
        kill();
        return await new Promise<never>(() => {});
      }
      if (way !== 'done') throw failures[way as keyof typeof failures];
      return { status: 201, body: { value, effect: effects }, items: { ok: 1, failed: 0 } };
    };
    const seen = fakeRuntime({ ...sampleSettings, DATABASE_URL: 'postgres://user:secret@127.0.0.1/db' });
    let ids = 0;
    const runtime = {
      ...seen.runtime,
      newId: () => `${Math.random()}-${++ids}`,
      makeDatabase: () => database,
    };
    const { handler } = functionHandler(echo(run), post, runtime);
    const context = { getRequestID: () => 'r-1', getFunctionName: () => 'echo' };
    return { seen, reached, invoke: (event: unknown) => handler(event, context) };
  }

  const event = (key: string | undefined, body: unknown) => ({
    httpMethod: 'POST',
    path: '/echo',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
  });
  const call = async (way: Way, body: unknown = { value: 1 }, key: string | undefined = '"key-1"') => {
    const { invoke, reached } = instance(way);
    const answered = await Promise.race([invoke(event(key, body)), reached]);
    return answered === 'killed' ? undefined : readResponse(answered);
  };
  const expire = () =>
    stage.database.query(`UPDATE idempotency_keys SET in_progress_until = now() - interval '1 second'`);

  test('gives the first answer again, and says so', async () => {
    const first = await call('done');
    const again = await call('done');

    expect(again).toMatchObject({ status: 201, body: first?.body, headers: { 'idempotent-replayed': 'true' } });
    expect(first?.headers).not.toHaveProperty('idempotent-replayed');
    expect(effects).toBe(1);
  });

  test.each<[string, unknown, string | undefined]>([
    ['the same request with its fields in another order', '{"extra":[1,{"b":2,"a":1}],"value":1}', '"key-1"'],
    ['the same key without quotes', { value: 1, extra: [1, { a: 1, b: 2 }] }, 'key-1'],
  ])('is the same for %s', async (_case, body, key) => {
    await call('done', { value: 1, extra: [1, { a: 1, b: 2 }] });

    expect(await call('done', body, key)).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    expect(effects).toBe(1);
  });

  test.each<[string, Way]>([
    ['a call whose input is refused', 'done'],
    ['a call that the cloud refused', 'rejected'],
    ['a call that was not sent', 'not-sent'],
  ])('is still free after %s', async (_case, way) => {
    await call(way, way === 'done' ? { wrong: 1 } : { value: 1 });

    expect(await call('done')).toMatchObject({ status: 201 });
    expect(effects).toBe(1);
  });

  test.each(['""', '"unclosed', 'two keys', `"${'x'.repeat(256)}"`, '"ä"', ''])(
    'that is none (%s) is refused',
    async (key) => {
      expect(await call('done', { value: 1 }, key)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_INPUT', errors: [{ path: 'Idempotency-Key' }] },
      });
      expect(effects).toBe(0);
    },
  );

  test('belongs to one function', async () => {
    const { invoke } = instance('done');
    const other = functionHandler(echo(), post, {
      ...fakeRuntime({ ...sampleSettings, DATABASE_URL: 'postgres://' }).runtime,
      makeDatabase: () => stage.database,
    });

    await invoke(event('k', { value: 1 }));
    const answered = await other.handler(event('k', { value: 2 }), { getFunctionName: () => 'other' });

    expect(readResponse(answered)).toMatchObject({ status: 200 });
  });

  test('is not asked for, and not looked up, where a call has none', async () => {
    const { invoke } = instance('done', {
      query: () => Promise.reject(new Error('the database was asked')),
      transaction: () => Promise.reject(new Error('the database was asked')),
      close: async () => {},
    });

    expect(readResponse(await invoke(event(undefined, { value: 1 })))).toMatchObject({ status: 201 });
    expect(readResponse(await invoke({ ...event(undefined, { value: 1 }) }))).toMatchObject({ status: 201 });
  });

  test('is not heeded without a database, and a caller that insists on it is refused', async () => {
    const seen = fakeRuntime();
    const { handler } = functionHandler(echo(), post, seen.runtime);
    const asked = event('k', { value: 1 });
    const insisting = { ...asked, headers: { ...asked.headers, 'fleetbatch-key-required': 'true' } };

    expect(readResponse(await handler(asked, {}))).toMatchObject({ status: 200 });
    expect(readResponse(await handler(insisting, {}))).toMatchObject({
      status: 500,
      body: { code: 'MISSING_SETTING', outcome: 'not-sent' },
    });
    expect(seen.lines).toContainEqual(expect.objectContaining({ level: 'WARN' }));
  });

  test('keeps neither the request nor a secret of it', async () => {
    await call('unknown', { value: 1, password: 'hush-hush-1234' });

    const rows = await stage.database.query('SELECT k::text AS text FROM idempotency_keys k');
    expect(JSON.stringify(rows)).not.toContain('hush');
  });

  test('of a timer is made of its name and time: the same occurrence has its effect once', async () => {
    const tick = (time: string) => ({
      version: 'v1.0',
      time,
      trigger_type: 'TIMER',
      trigger_name: 'nightly',
      user_event: '{"value":1}',
    });

    const first = await instance('done').invoke(tick('2026-11-21T02:30:00+08:00'));
    const again = await instance('done').invoke(tick('2026-11-21T02:30:00+08:00'));
    await instance('done').invoke(tick('2026-11-22T02:30:00+08:00'));

    expect(again).toEqual(first);
    expect(effects).toBe(2);
  });

  test('of a timer whose first run has an unknown outcome rejects, and runs nothing', async () => {
    const tick = { trigger_type: 'TIMER', trigger_name: 'n', time: '2026-11-21T02:30:00Z', user_event: '{"value":1}' };
    await expect(instance('unknown').invoke(tick)).rejects.toMatchObject({ name: 'CloudTimeoutError' });

    await expect(instance('done').invoke(tick)).rejects.toMatchObject({
      name: 'IdempotencyUnknownError',
      outcome: 'unknown',
    });
    expect(effects).toBe(1);
  });

  /** What is known of the key, by the model: the same as what the function must answer to the same request. */
  type Known = 'free' | 'in-progress' | 'crashed' | 'answered' | 'unknown';
  const steps = [
    'done',
    'unknown',
    'rejected',
    'defect',
    'killed-before',
    'killed-after',
    'other-request',
    'time-passes',
  ] as const;
  const after: Record<Exclude<Way, 'not-sent'>, Known> = {
    done: 'answered',
    unknown: 'unknown',
    defect: 'unknown',
    rejected: 'free',
    'killed-before': 'in-progress',
    'killed-after': 'in-progress',
  };
  const expected: Record<Exclude<Known, 'free'>, object> = {
    'in-progress': { status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_PROGRESS', outcome: 'not-sent' } },
    crashed: { status: 504, body: { code: 'IDEMPOTENCY_OUTCOME_UNKNOWN', outcome: 'unknown' } },
    answered: { status: 201, headers: { 'idempotent-replayed': 'true' } },
    unknown: { body: { outcome: 'unknown' }, headers: { 'idempotent-replayed': 'true' } },
  };
  const longer = (sequences: readonly (typeof steps)[number][][]) =>
    sequences.flatMap((sequence) => steps.map((step) => [...sequence, step]));
  // PGlite takes its time, and the machine is the same.
  const length = store.name === 'PGlite' ? 2 : 3;
  const sequences = Array.from({ length }).reduce<(typeof steps)[number][][]>(longer, [[]]);
  const forget = () => stage.database.query('DELETE FROM idempotency_keys');

  test('behaves by its state machine in every sequence of so many events', async () => {
    for (const sequence of sequences) {
      await forget();
      effects = 0;
      let known: Known = 'free';
      for (const step of sequence) {
        const where = `${sequence.join(' → ')}, at ${step}`;
        if (step === 'time-passes') {
          await expire();
          if (known === 'in-progress') known = 'crashed';
          continue;
        }
        if (step === 'other-request') {
          if (known === 'free') continue;
          const answer = await call('done', { value: 2 });
          expect(answer, where).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
          continue;
        }
        const answer = await call(step);
        if (known === 'free') known = after[step];
        else expect(answer, where).toMatchObject(expected[known]);
      }
      expect(effects, sequence.join(' → ')).toBeLessThanOrEqual(1);
    }
  }, 120_000);

  test('is safe where the instance dies before or after any of its statements', async () => {
    for (const died of [1, 2, 3].flatMap((at) => [`before ${at}`, `after ${at}`])) {
      await forget();
      effects = 0;
      const dying = dyingAt(died, stage.database);
      const { invoke } = instance('done', dying.database);
      const first = await Promise.race([invoke(event('k', { value: 1 })), dying.dead]);
      const atOnce = readResponse(await instance('done').invoke(event('k', { value: 1 })));
      await expire();
      const later = readResponse(await instance('done').invoke(event('k', { value: 1 })));

      expect(effects, died).toBeLessThanOrEqual(1);
      expect([201, 409], died).toContain(atOnce.status);
      if (later.status !== 201) expect(later.body, died).toMatchObject({ outcome: 'unknown' });
      if (first !== 'dead') expect(later, died).toMatchObject({ status: 201 });
    }
  }, 60_000);
});

/** A database whose process ends at a statement, before it was sent or after it was done: nothing is ever heard of it. */
function dyingAt(place: string, database: Database): { database: Database; dead: Promise<'dead'> } {
  const [when, at] = place.split(' ');
  let statements = 0;
  let die = () => {};
  const dead = new Promise<'dead'>((resolve) => {
    die = () => resolve('dead');
  });
  const silence = () => {
    die();
    return new Promise<never>(() => {});
  };
  const query: Database['query'] = async (text, values) => {
    statements += 1;
    if (statements !== Number(at)) return await database.query(text, values);
    if (when === 'before') return await silence();
    await database.query(text, values);
    return await silence();
  };
  return { dead, database: { ...database, query } };
}
