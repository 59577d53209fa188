import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LoopbackCloud, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { disagreements } from '../openapi/check-against.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { apig } from '../shared/handler/triggers/http-events.js';
import { type TestDatabase, testStores } from '../shared/store/test-databases.js';
import { builtFunction, contextOf } from './built-function.js';

const noRun = '3f0f8a52-6c0e-4c4e-9b7d-0a1f6f0b8a11';
const routes = {
  'list-chain-runs': () => '/chain-runs',
  'show-chain-run': (id: string) => `/chain-runs/${id}`,
  'retry-chain-run': (id: string) => `/chain-runs/${id}/retry`,
  'cancel-chain-run': (id: string) => `/chain-runs/${id}/cancel`,
  'run-chain': (name: string) => `/api/chains/${name}/run`,
} as const satisfies Record<string, (of: string) => string>;
type Name = keyof typeof routes;

/** The fields of any of the answers that the tests look at. */
interface Answered {
  readonly id: string;
  readonly state: string;
  readonly detail: string;
  readonly event: unknown;
  readonly total: number;
  readonly runs: readonly { readonly id: string }[];
  readonly errors?: readonly { readonly path: string }[];
}

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());

function answer(name: Name, databaseUrl: string | undefined) {
  return async (of: string, { query = {}, body }: { query?: Record<string, string>; body?: unknown } = {}) => {
    const isGet = name === 'list-chain-runs' || name === 'show-chain-run';
    const event = apig({
      method: isGet ? 'GET' : 'POST',
      path: routes[name](of),
      query,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const variables = { FUNCTIONGRAPH_ENDPOINT: cloud.url, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) };
    const given = readResponse(await builtFunction(name).handler(event, contextOf(cloud.url, variables)));
    const path = routes[name](name === 'run-chain' ? '{name}' : '{id}').replace('/api', '');
    expect(disagreements([isGet ? 'GET' : 'POST', path], given)).toEqual([]);
    return { status: given.status, body: given.body as Answered };
  };
}

describe('without a database', () => {
  test.each(Object.keys(routes) as Name[])('%s names the setting that is missing', async (name) => {
    const { status, body } = await answer(name, undefined)(name === 'run-chain' ? 'resume-task' : noRun);
    expect([status, body]).toEqual([
      500,
      expect.objectContaining({ code: 'MISSING_SETTING', detail: expect.stringContaining('DATABASE_URL') }),
    ]);
  });

  test('a dry run needs none', async () => {
    const { status, body } = await answer('run-chain', undefined)('deploy-after-firmware', { body: { dry_run: true } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      chain: 'deploy-after-firmware',
      dry_run: true,
      steps: [
        { name: 'stop_task', function: 'start-stop-roma-tasks', inputs: [{ action_id: 'stop' }], unresolved: null },
        { name: 'deploy', inputs: [{ job_name: 'firmware-00000000', on_unknown: 'reconcile' }] },
        { name: 'start_task' },
      ],
    });
  });

  test('a chain that does not exist is a 404 with the name that was meant', async () => {
    const { status, body } = await answer('run-chain', undefined)('resume-tasks');
    expect([status, body]).toEqual([
      404,
      expect.objectContaining({
        code: 'CHAIN_NOT_FOUND',
        detail: expect.stringContaining('Did you mean resume-task?'),
      }),
    ]);
  });
});

describe.each(await testStores())('runs of chains through the built functions on $name', (store) => {
  let database: TestDatabase;
  const call = (name: Name) => answer(name, database.url);
  beforeAll(async () => {
    database = await store.create();
  }, 120_000);
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.empty();
    cloud.arrived.length = 0;
    cloud.script = (_request, response) =>
      void response.writeHead(202, { 'content-type': 'application/json' }).end('{"request_id":"r-1"}');
  });

  test('a chain that is started by hand is there at once, and advance-chains is called', async () => {
    const { status, body } = await call('run-chain')('resume-task');

    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ chain: 'resume-task', state: 'running', trigger: 'manual', step: 'start_task' }),
    ]);
    expect(
      cloud.arrived.map(({ url, body: sent }) => [decodeURIComponent(url).split(':').slice(-2).join(':'), sent]),
    ).toEqual([['advance-chains:latest/invocations-async', { reason: 'hand' }]]);
    const shown = await call('show-chain-run')(body.id);
    expect(shown.body).toMatchObject({ id: body.id, steps_so_far: [{ name: 'start_task', state: 'planned' }] });
  });

  test('a start is none the less one where advance-chains cannot be called', async () => {
    cloud.script = (_request, response) => void response.writeHead(500).end();
    expect((await call('run-chain')('resume-task')).status).toBe(201);
  });

  test('a dry run starts nothing', async () => {
    await call('run-chain')('resume-task', { body: { dry_run: true } });
    expect((await call('list-chain-runs')('')).body).toEqual({ runs: [], total: 0 });
    expect(cloud.arrived).toEqual([]);
  });

  test('the list is newest first, with filters, pages and a total', async () => {
    const started: string[] = [];
    for (const chain of ['resume-task', 'nightly-agent-upgrade', 'resume-task']) {
      started.push((await call('run-chain')(chain)).body.id);
    }
    await call('cancel-chain-run')(started[0] ?? '');
    const ids = async (query: Record<string, string>) => {
      const { body } = await call('list-chain-runs')('', { query });
      return [body.runs.map((run) => started.indexOf(run.id)), body.total];
    };

    expect(await ids({})).toEqual([[2, 1, 0], 3]);
    expect(await ids({ chain: 'resume-task' })).toEqual([[2, 0], 2]);
    expect(await ids({ state: 'cancelled' })).toEqual([[0], 1]);
    expect(await ids({ limit: '1', offset: '1' })).toEqual([[1], 3]);
    expect(await ids({ from: '2100-01-01' })).toEqual([[], 0]);
    expect(await ids({ to: '4102444800000', from: '2020-01-01T00:00:00+08:00' })).toEqual([[2, 1, 0], 3]);
  });

  test.each([
    ['state', 'over'],
    ['from', 'yesterday'],
    ['from', '2026-11-25T10:00:00'],
    ['to', '2026-13-01'],
    ['to', '-1'],
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'x'],
    ['offset', '-1'],
    ['chains', 'a'],
  ])('the filter %s=%s is refused with its name', async (name, value) => {
    const { status, body } = await call('list-chain-runs')('', { query: { [name]: value } });
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ path: name })]]);
  });

  test.each(['show-chain-run', 'retry-chain-run', 'cancel-chain-run'] as const)(
    '%s says that there is no such run',
    async (name) => {
      const { status, body } = await call(name)(noRun);
      expect([status, body]).toEqual([404, expect.objectContaining({ code: 'CHAIN_RUN_NOT_FOUND' })]);
    },
  );

  test('what the state does not allow is a 409 with the reason', async () => {
    const { body: run } = await call('run-chain')('resume-task');
    const early = await call('retry-chain-run')(run.id);
    const cancelled = await call('cancel-chain-run')(run.id);
    const again = await call('cancel-chain-run')(run.id);

    expect([early.status, early.body.detail]).toEqual([409, expect.stringContaining('The run is running')]);
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining('cancelled already')]);
  });

  test('a run that failed goes on when it is retried, and advance-chains is called', async () => {
    const { body: run } = await call('run-chain')('resume-task');
    await database.database.query("UPDATE chain_runs SET state = 'failed' WHERE id = $1", [run.id]);
    await database.database.query("UPDATE chain_steps SET state = 'failed', next_at = NULL WHERE run_id = $1", [
      run.id,
    ]);
    cloud.arrived.length = 0;

    const { status, body } = await call('retry-chain-run')(run.id, { body: { unknown: 'look-again' } });

    expect([status, body.state, cloud.arrived.length]).toEqual([200, 'running', 1]);
  });

  test('secrets of the event are masked', async () => {
    const { body: run } = await call('run-chain')('resume-task', { body: { event: { password: 'hidden', a: 1 } } });
    const { body } = await call('show-chain-run')(run.id);
    expect(body.event).toEqual({ password: '***', a: 1 });
  });

  test.each([
    [{ event: {}, input: {} }, 'input'],
    [{ event: [] }, 'event'],
    [{ event: { text: 'x'.repeat(70_000) } }, 'event'],
    [{ name: 'another' }, 'name'],
    [{ nonsense: 1 }, 'nonsense'],
    [{ dry_run: 'yes' }, 'dry_run'],
  ])('a start with %j is refused', async (body, path) => {
    const answered = await call('run-chain')('resume-task', { body });
    expect([answered.status, answered.body.errors?.[0]?.path]).toEqual([400, path]);
  });
});
