import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import type { Database } from '../../../shared/store/database.js';
import { type TestDatabase, testStores } from '../store/test-databases.js';
import { post } from './call-function.js';
import { echo, fakeRuntime, readResponse, sampleSettings } from './fake-platform.js';
import { event, KeyedFunction, type Way } from './keyed-function.js';

describe.each(await testStores())('an Idempotency-Key on $name', (store) => {
  let stage: TestDatabase;
  let keyed: KeyedFunction;
  beforeAll(async () => {
    stage = await store.create();
    keyed = new KeyedFunction(stage.database);
  }, 120_000);
  afterAll(() => stage.drop());
  beforeEach(() => keyed.forget());

  test('gives the first answer again, and says so', async () => {
    const first = await keyed.call('done');
    const again = await keyed.call('done');

    expect(again).toMatchObject({ status: 201, body: first?.body, headers: { 'idempotent-replayed': 'true' } });
    expect(first?.headers).not.toHaveProperty('idempotent-replayed');
    expect(keyed.effects).toBe(1);
  });

  test.each<[string, unknown, string | undefined]>([
    ['the same request with its fields in another order', '{"extra":[1,{"b":2,"a":1}],"value":1}', '"key-1"'],
    ['the same key without quotes', { value: 1, extra: [1, { a: 1, b: 2 }] }, 'key-1'],
  ])('is the same for %s', async (_case, body, key) => {
    await keyed.call('done', { value: 1, extra: [1, { a: 1, b: 2 }] });

    expect(await keyed.call('done', body, key)).toMatchObject({
      status: 201,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(keyed.effects).toBe(1);
  });

  test.each<[string, Way]>([
    ['a call whose input is refused', 'done'],
    ['a call that the cloud refused', 'rejected'],
    ['a call that was not sent', 'not-sent'],
  ])('is still free after %s', async (_case, way) => {
    await keyed.call(way, way === 'done' ? { wrong: 1 } : { value: 1 });

    expect(await keyed.call('done')).toMatchObject({ status: 201 });
    expect(keyed.effects).toBe(1);
  });

  test.each(['""', '"unclosed', 'two keys', `"${'x'.repeat(256)}"`, '"ä"', ''])(
    'that is none (%s) is refused',
    async (key) => {
      expect(await keyed.call('done', { value: 1 }, key)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_INPUT', errors: [{ path: 'Idempotency-Key' }] },
      });
      expect(keyed.effects).toBe(0);
    },
  );

  test('belongs to one function', async () => {
    const { invoke } = keyed.instance('done');
    const other = functionHandler(echo(), post, {
      ...fakeRuntime({ ...sampleSettings, DATABASE_URL: 'postgres://' }).runtime,
      makeDatabase: () => stage.database,
    });

    await invoke(event('k', { value: 1 }));
    const answered = await other.handler(event('k', { value: 2 }), { getFunctionName: () => 'other' });

    expect(readResponse(answered)).toMatchObject({ status: 200 });
  });

  test('is not asked for, and not looked up, where a call has none', async () => {
    const { invoke } = keyed.instance('done', {
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

  test('has its answer kept also where the database fails once meanwhile', async () => {
    let statements = 0;
    const failingOnce: Database = {
      ...stage.database,
      query: (...statement) => {
        statements += 1;
        return statements === 2 ? Promise.reject(new Error('broken')) : stage.database.query(...statement);
      },
    };

    await keyed.instance('done', failingOnce).invoke(event('k', { value: 1 }));

    const again = readResponse(await keyed.instance('done').invoke(event('k', { value: 1 })));
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
  });

  test('is under way for some seconds longer than its invocation may take', async () => {
    await keyed.call('killed-before');

    const [row] = await stage.database.query<{ seconds: number }>(
      'SELECT extract(epoch FROM in_progress_until - now())::float8 AS seconds FROM idempotency_keys',
    );
    // 30 s are assumed where the platform tells no end.
    expect(row?.seconds).toBeGreaterThan(32);
  });

  test('keeps neither the request nor a secret of it', async () => {
    await keyed.call('unknown', { value: 1, password: 'hush-hush-1234' });

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

    const first = await keyed.instance('done').invoke(tick('2026-11-21T02:30:00+08:00'));
    const again = await keyed.instance('done').invoke(tick('2026-11-21T02:30:00+08:00'));
    await keyed.instance('done').invoke(tick('2026-11-22T02:30:00+08:00'));

    expect(again).toEqual(first);
    expect(keyed.effects).toBe(2);
  });

  test('of a timer whose first run has an unknown outcome rejects, and runs nothing', async () => {
    const tick = { trigger_type: 'TIMER', trigger_name: 'n', time: '2026-11-21T02:30:00Z', user_event: '{"value":1}' };
    await expect(keyed.instance('unknown').invoke(tick)).rejects.toMatchObject({ name: 'CloudTimeoutError' });

    await expect(keyed.instance('done').invoke(tick)).rejects.toMatchObject({
      name: 'IdempotencyUnknownError',
      outcome: 'unknown',
    });
    expect(keyed.effects).toBe(1);
  });
});
