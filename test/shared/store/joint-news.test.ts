import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchtaskEvent } from '../../../shared/schemas/iotda-batchtask-push.js';
import type { Database } from '../../../shared/store/database.js';
import { DatabaseRefusedError } from '../../../shared/store/database-errors.js';
import { recordPush } from '../../../shared/store/joint-news.js';
import { pgDatabase } from '../../../shared/store/pg-database.js';
import { event as push, receivedAtMs } from './batchtask-news.js';
import { type TestDatabase, testStores } from './test-databases.js';

/** News of a task in its first moment, unless more is said. */
const event = ({ task_id, ...more }: Partial<BatchtaskEvent> & { readonly task_id: string }): BatchtaskEvent => ({
  ...push(task_id, 'Processing', 1),
  ...more,
});

/** The database as the pushes of one instance see it, with the statements that they take. */
function watched(inner: Database): { readonly database: Database; readonly statements: string[] } {
  const statements: string[] = [];
  const query: Database['query'] = (text, values, name) => {
    statements.push(name ?? text);
    return inner.query(text, values, name);
  };
  return { database: { ...inner, query, identity: {} }, statements };
}

describe.each(await testStores())('pushes at the same moment on $name', (store) => {
  let stage: TestDatabase;
  let tasks = 0;
  beforeAll(async () => {
    stage = await store.create();
  }, 120_000);
  afterAll(() => stage.drop());
  const newTask = () => `task-${++tasks}`;
  const statesOf = (ids: readonly string[]) =>
    stage.database.query<{ task_id: string; status: string }>(
      'SELECT task_id, status FROM batchtasks WHERE task_id = ANY($1) ORDER BY task_id COLLATE "C"',
      [ids],
    );

  test('take far fewer statements than there are of them', async () => {
    const { database, statements } = watched(stage.database);
    const pushes = Array.from({ length: 40 }, () => event({ task_id: newTask() }));

    const told = await Promise.all(pushes.map((each) => recordPush(database, each, receivedAtMs)));

    expect(told).toEqual(pushes.map(() => 'changed'));
    expect(statements.length).toBeLessThan(5);
  });

  test('are told in several statements where they are large', async () => {
    const { database, statements } = watched(stage.database);
    const raw = { text: 'x'.repeat(250_000) };
    const pushes = Array.from({ length: 20 }, () => event({ task_id: newTask(), raw }));

    await Promise.all(pushes.map((each) => recordPush(database, each, receivedAtMs)));

    expect(statements).toHaveLength(5);
  });

  test('a push that comes alone has a statement of its own', async () => {
    const { database, statements } = watched(stage.database);

    await recordPush(database, event({ task_id: newTask() }), receivedAtMs);

    expect(statements).toEqual(['record_batchtask']);
  });

  test('each get what it meant for its own task', async () => {
    const { database } = watched(stage.database);
    const [fresh, twice, late, again] = [newTask(), newTask(), newTask(), newTask()] as const;
    await recordPush(database, event({ task_id: twice, event_time_ms: 5 }), receivedAtMs);
    await recordPush(database, event({ task_id: late, status: 'Success', event_time_ms: 5 }), receivedAtMs);
    await recordPush(database, event({ task_id: again, event_time_ms: undefined }), receivedAtMs);

    const told = await Promise.all(
      [
        event({ task_id: again, event_time_ms: undefined, request_id: 'another' }),
        event({ task_id: late, event_time_ms: 4 }),
        event({ task_id: fresh }),
        event({ task_id: twice, event_time_ms: 5 }),
      ].map((each) => recordPush(database, each, receivedAtMs + 1)),
    );

    expect(told).toEqual(['repeated', 'stale', 'changed', 'duplicate']);
    expect(await statesOf([late])).toEqual([{ task_id: late, status: 'Success' }]);
  });

  test('the same push twice is in the history once, and the second is a duplicate', async () => {
    const { database } = watched(stage.database);
    const same = event({ task_id: newTask() });

    const told = await Promise.all([same, same, same].map((each) => recordPush(database, each, receivedAtMs)));

    expect([...told].sort()).toEqual(['changed', 'duplicate', 'duplicate']);
  });

  test('of one task bring it to the newest of them, with all of them in the history', async () => {
    const { database } = watched(stage.database);
    const [task_id, other] = [newTask(), newTask()];
    const pushes = ([1, 3, 2] as const).map((ms) => event({ task_id, status: `Word${ms}`, event_time_ms: ms }));

    await Promise.all([event({ task_id: other }), ...pushes].map((each) => recordPush(database, each, receivedAtMs)));

    expect(await statesOf([task_id])).toEqual([{ task_id, status: 'Word3' }]);
    const [row] = await stage.database.query<{ kept: number }>(
      'SELECT count(*)::int AS kept FROM batchtask_events WHERE task_id = $1',
      [task_id],
    );
    expect(row).toEqual({ kept: 3 });
  });

  test('keep their texts as they came, also such as PostgreSQL has no place for or takes for syntax', async () => {
    const { database } = watched(stage.database);
    const pushes = ['a"b\\c,{}', 'NULL', '', 'nul \u0000', 'line\nline'].map((text) =>
      event({ task_id: newTask(), status_desc: text, raw: { text } }),
    );

    await Promise.all(pushes.map((each) => recordPush(database, each, receivedAtMs)));

    const kept = await stage.database.query<{ status_desc: string; raw: unknown }>(
      'SELECT status_desc, raw FROM batchtask_events WHERE task_id = ANY($1) ORDER BY id',
      [pushes.map(({ task_id }) => task_id)],
    );
    const expected = pushes.map(({ status_desc, raw }) => ({
      status_desc: status_desc?.replace('\u0000', '\uFFFD'),
      raw,
    }));
    expect(kept).toEqual(expect.arrayContaining(expected));
  });

  test('go each alone where their statement fails, so that one has its failure and the others are kept', async () => {
    const bad = newTask();
    const { database, statements } = watched({
      ...stage.database,
      query: async (text, values, name) => {
        if (JSON.stringify(values).includes(`"${bad}"`)) throw new DatabaseRefusedError('a statement', 'why', '22000');
        return await stage.database.query(text, values, name);
      },
    });
    const pushes = [newTask(), bad, newTask()].map((task_id) => event({ task_id }));

    const told = await Promise.allSettled(pushes.map((each) => recordPush(database, each, receivedAtMs)));

    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(statements.filter((name) => name === 'record_batchtask')).toHaveLength(3);
  });

  test('are told apart by their database', async () => {
    const one = watched(stage.database);
    const other = watched(stage.database);

    await Promise.all([one, other].map(({ database }) => recordPush(database, event({ task_id: newTask() }), 1)));

    expect([one.statements, other.statements]).toEqual([['record_batchtask'], ['record_batchtask']]);
  });

  test('of which one waits for a task that somebody holds: the others do not wait for it', async ({ skip }) => {
    if (store.name === 'PGlite') skip('it has one connection');
    const [held, free] = [newTask(), newTask()];
    await recordPush(stage.database, event({ task_id: held, event_time_ms: 1 }), receivedAtMs);
    const order: string[] = [];

    await stage.database.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM batchtasks WHERE task_id = $1 FOR UPDATE', [held]);
      const pushes = [held, free].map((task_id) =>
        recordPush(stage.database, event({ task_id, event_time_ms: 2 }), receivedAtMs).then(() => order.push(task_id)),
      );
      await pushes[1];
      order.push('let go');
      void pushes[0];
    });

    await expect.poll(() => order).toEqual([free, 'let go', held]);
  });
});

test('views of one database are known to be of one, those of another are not', () => {
  const view = (url: string) => pgDatabase({ url, remainingMs: () => 1_000 }).identity;
  const url = 'postgres://user@127.0.0.1/one';

  const [first, second, other] = [view(url), view(url), view('postgres://user@127.0.0.1/two')];

  expect([second === first, other === first]).toEqual([true, false]);
});
