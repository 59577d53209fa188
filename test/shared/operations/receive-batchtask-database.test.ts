import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { InvalidSettingError } from '../../../shared/client/errors.js';
import { receiveBatchtaskWith } from '../../../shared/operations/receive-batchtask.js';
import { RecentPushes } from '../../../shared/operations/recent-pushes.js';
import type { Database } from '../../../shared/store/database.js';
import { DatabaseOutcomeUnknownError, DatabaseUnavailableError } from '../../../shared/store/database-errors.js';
import { stage } from './fake-cloud.js';

const push = {
  resource: 'batchtask',
  event: 'update',
  event_time_ms: 1_700_000_000_000,
  notify_data: { body: { app_id: 'app', task_id: 'task-1', task_type: 'softwareUpgrade', status: 'Success' } },
};
const gone = new DatabaseUnavailableError('a transaction', 'connect ECONNREFUSED');
const lost = new DatabaseOutcomeUnknownError('a commit', 'no answer');
const recorded = [{ recorded: 1, taken: true, repeated: false }];

/** A database whose statements give these rows or failures, one after the other. */
function scripted(...answers: (unknown[] | Error)[]): Database {
  const query = async () => {
    const answer = answers.shift() ?? [];
    if (answer instanceof Error) throw answer;
    return answer as never;
  };
  return { query, transaction: (work) => work({ query }), close: async () => {} };
}

function receiver(database: Database, cloud: (call: CloudCall) => unknown = () => ({ request_id: 'async-1' })) {
  const started: string[] = [];
  const chains = { concerns: () => true, startRuns: async () => void started.push('run') };
  const operation = receiveBatchtaskWith(new RecentPushes(10), chains);
  const { context, calls, logs } = stage(cloud, { timing: { now: () => 5, sleep: async () => {} } });
  const functionUrn = 'urn:fss:cn-north-4:project:function:default:receive-batchtask:latest';
  return {
    calls,
    logs,
    started,
    receive: (raw: unknown) => operation.run(raw, Object.assign(context, { database, functionUrn })),
  };
}

test('a push that the database took is answered, with what it starts', async () => {
  const { receive, started, calls } = receiver(scripted(recorded));

  expect(await receive(push)).toMatchObject({ status: 200, body: { accepted: true } });
  expect([started, calls]).toEqual([['run'], []]);
});

test.each([
  ['a duplicate', [{ recorded: 0, taken: null, repeated: null }], { accepted: true, duplicate: true }],
  ['stale news', [{ recorded: 1, taken: false, repeated: false }], { accepted: true }],
  ['the same change told twice', [{ recorded: 1, taken: true, repeated: true }], { accepted: true }],
])('%s starts nothing', async (_case, rows, body) => {
  const { receive, started } = receiver(scripted(rows));

  expect(await receive(push)).toMatchObject({ status: 200, body });
  expect(started).toEqual([]);
});

test('a commit without an answer is repeated once, for the history takes the same news once', async () => {
  const { receive, calls } = receiver(scripted(lost, recorded));

  expect(await receive(push)).toMatchObject({ body: { accepted: true } });
  expect(calls).toEqual([]);
});

test('while the database is not there, the push goes to an asynchronous invocation of the function, and is answered 200', async () => {
  const { receive, calls } = receiver(scripted(gone));

  const { status, body } = await receive(push);

  expect(status).toBe(200);
  expect(body).toEqual({
    accepted: true,
    reason: expect.stringContaining('an asynchronous invocation keeps the push'),
  });
  expect(calls).toMatchObject([
    { operation: 'AsyncInvokeFunction', body: { deferred_push: { attempt: 1, received_at_ms: 5, push } } },
  ]);
});

test('that invocation keeps the push', async () => {
  const first = receiver(scripted(gone));
  await first.receive(push);
  const { receive, started } = receiver(scripted(recorded));

  expect(await receive(first.calls[0]?.body)).toMatchObject({ body: { accepted: true } });
  expect(started).toEqual(['run']);
});

test('that invocation fails where the database is still not there, and invokes nothing again', async () => {
  const { receive, calls, logs } = receiver(scripted(gone));

  await expect(receive({ deferred_push: { attempt: 1, received_at_ms: 5, push } })).rejects.toMatchObject({
    name: 'PushNotKeptError',
  });
  expect(calls).toEqual([]);
  expect(logs.filter(({ level }) => level === 'ERROR')).toMatchObject([{ fields: { event: JSON.stringify(push) } }]);
});

test.each([
  { length: 20_000, count: 3 },
  { length: 1_048_000, count: 150 },
])(
  'where neither is possible, the sender is told so and the whole event stands in the log, in $count pieces',
  async ({ length, count }) => {
    const { receive, logs } = receiver(scripted(gone), () => {
      throw new Error('no cloud either');
    });
    const long = { ...push, note: 'x'.repeat(length) };

    await expect(receive(long)).rejects.toMatchObject({ name: 'PushNotKeptError', status: 503 });

    const pieces = logs.filter(({ message }) => message === 'push not kept').map(({ fields }) => fields?.event);
    expect(pieces).toHaveLength(count);
    expect(JSON.parse(pieces.join(''))).toEqual(long);
  },
);

test('where DATABASE_URL is what is wrong, the sender is not told that the database is away', async () => {
  const malformed = new InvalidSettingError('DATABASE_URL', 'it must begin with postgres://');
  const { receive } = receiver(scripted(malformed), () => {
    throw new Error('no cloud either');
  });

  const message =
    'The push was not kept: the setting DATABASE_URL cannot be used. The log of the function has the event.';
  await expect(receive(push)).rejects.toMatchObject({ name: 'PushNotKeptError', message });
});

test('an event that is longer than any push has its first pieces in the log, with the count of all', async () => {
  const { receive, logs } = receiver(scripted(gone), () => {
    throw new Error('no cloud either');
  });

  await expect(receive({ ...push, note: 'x'.repeat(2_100_000) })).rejects.toMatchObject({ name: 'PushNotKeptError' });

  const pieces = logs.filter(({ message }) => message === 'push not kept').map(({ fields }) => fields?.piece);
  expect(pieces.at(-1)).toBe('160 of 301');
});

test('a push with an id that the history has no place for is ignored, and says why', async () => {
  const { receive, calls } = receiver(scripted());
  const odd = { ...push, notify_data: { body: { task_id: 'x'.repeat(300), status: 'Success' } } };

  expect(await receive(odd)).toMatchObject({
    status: 200,
    body: { accepted: false, reason: 'task_id has more than 256 characters' },
  });
  expect(calls).toEqual([]);
});

test('where not even the settings can be read, the push is not answered as if it were kept', async () => {
  const context = {
    get database(): Database {
      throw new Error('settings cannot be read');
    },
  };
  const operation = receiveBatchtaskWith(new RecentPushes(10));
  const broken = Object.defineProperties({ ...stage(() => ({})).context }, Object.getOwnPropertyDescriptors(context));

  await expect(operation.run(push, broken)).rejects.toMatchObject({ name: 'PushNotKeptError' });
});
