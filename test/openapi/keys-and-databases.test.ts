import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { documented } from '../../openapi/documented-functions.js';
import { readServiceFile, type ServiceFunction } from '../../serverless/service-file.js';
import { builtFunction, contextOf } from '../bundles/built-function.js';
import { goodCloud, type LoopbackCloud, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { type TestDatabase, testStores } from '../shared/store/test-databases.js';
import { disagreements, operationAt } from './check-against.js';
import { sampleOf } from './samples.js';

const [store] = (await testStores()).slice(-1);
const nobodyIsThere = 'postgres://nobody@127.0.0.1:1/nothing?sslmode=disable';
const functions = readServiceFile('serverless.yml').functions.filter(({ routes }) => routes.length > 0);
const keyed = functions.filter((fn) => documented(fn).heedsKeys);
function functionNamed(name: string): ServiceFunction {
  const fn = functions.find((one) => one.name === name);
  if (!fn) throw new Error(`serverless.yml has no ${name}`);
  return fn;
}
/** Their sample is about a run that has to be there. */
const ofOneRun = ['retry-chain-run', 'cancel-chain-run'];

let cloud: LoopbackCloud;
let database: TestDatabase;
beforeAll(async () => {
  if (!store) throw new Error('there is no store');
  database = await store.create();
  cloud = await startLoopbackCloud();
}, 120_000);
afterAll(async () => {
  await cloud.close();
  await database.drop();
});
beforeEach(async () => {
  await database.empty();
  cloud.script = (request, response) => {
    if (!request.url.includes('/invocations-async')) return goodCloud(request, response);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"request_id":"r-1"}');
  };
});

interface Call {
  readonly key?: string;
  readonly body?: unknown;
  readonly path?: string;
  readonly url?: string;
  readonly remainingMs?: number;
}

/** Calls the bundle with its sample; beside the answer, what the document does not allow of it. */
async function call(fn: ServiceFunction, { key, body, path, url = database.url, remainingMs = 5_000 }: Call = {}) {
  const sample = sampleOf(fn.name);
  const event = {
    ...sample,
    ...(body === undefined ? {} : { body: JSON.stringify(body), isBase64Encoded: false }),
    ...(path === undefined ? {} : { path, pathParameters: {} }),
    headers: { ...sample.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
  };
  const variables = { DATABASE_URL: url, FUNCTIONGRAPH_ENDPOINT: cloud.url };
  const context = { ...contextOf(cloud.url, variables), getRemainingTimeInMilliSeconds: () => remainingMs };
  const answer = readResponse(await builtFunction(fn.name).handler(event, context));
  const [route] = fn.routes;
  return { ...answer, untold: disagreements([route?.method ?? '', route?.path ?? ''], answer) };
}

const asDocumented = (status: number, code: string) => ({ status, body: { code }, untold: [] });

test.each(functions)('$name documents the header Idempotency-Key exactly where it heeds one', async (fn) => {
  const [route] = fn.routes;
  const { parameters = [] } = operationAt(route?.path ?? '', route?.method ?? '');
  const said = parameters.some((one) => one.in === 'header' && one.name === 'Idempotency-Key');

  const { body } = await call(fn, { key: 'no key at all' });

  const errors = (body as { errors?: readonly { path: string }[] }).errors ?? [];
  expect(errors.some(({ path }) => path === 'Idempotency-Key')).toBe(said);
});

describe.each(keyed)('a key that $name has seen is answered as the document says', (fn) => {
  /** The call that comes first and takes the key. */
  const first = async () => {
    if (!ofOneRun.includes(fn.name)) return call(fn, { key: 'k' });
    const { body } = await call(functionNamed('run-chain'), { body: {} });
    const { id } = body as { id: string };
    await database.database.query("UPDATE chain_runs SET state = 'needs_attention' WHERE id = $1", [id]);
    return call(fn, { key: 'k', path: path(id) });
  };
  const path = (id: string) => fn.routes[0]?.path.replace('{id}', id) ?? '';
  const again = async () => {
    const [run] = await database.database.query<{ id: string }>('SELECT id FROM chain_runs');
    return call(fn, { key: 'k', ...(ofOneRun.includes(fn.name) ? { path: path(run?.id ?? '') } : {}) });
  };
  const becomes = (until: string) =>
    database.database.query(
      `UPDATE idempotency_keys SET state = 'in_progress', status = NULL, body = NULL, in_progress_until = now() ${until}`,
    );

  test('answered: the same again', async () => {
    const { status, body, untold } = await first();

    expect({ status: status < 300, untold }).toEqual({ status: true, untold: [] });
    expect(await again()).toMatchObject({ status, body, untold: [], headers: { 'idempotent-replayed': 'true' } });
  });

  test('under way: 409 with Retry-After', async () => {
    await first();
    await becomes("+ interval '1 minute'");

    expect(await again()).toMatchObject({
      ...asDocumented(409, 'IDEMPOTENCY_KEY_IN_PROGRESS'),
      headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) },
    });
  });

  test('ended without an answer: 504', async () => {
    await first();
    await becomes("- interval '1 minute'");

    expect(await again()).toMatchObject(asDocumented(504, 'IDEMPOTENCY_OUTCOME_UNKNOWN'));
  });

  test('with another request: 422', async () => {
    await first();
    await database.database.query("UPDATE idempotency_keys SET fingerprint = 'of another request'");

    expect(await again()).toMatchObject(asDocumented(422, 'IDEMPOTENCY_KEY_REUSED'));
  });

  test('and where the database is not there: 503', async () => {
    expect(await call(fn, { key: 'k', url: nobodyIsThere })).toMatchObject(asDocumented(503, 'DATABASE_UNAVAILABLE'));
  });
});

test.each(functions.filter(({ name }) => name.includes('chain')))(
  '$name without its database answers as the document says',
  async (fn) => {
    expect(await call(fn, { url: nobodyIsThere, body: {} })).toMatchObject(asDocumented(503, 'DATABASE_UNAVAILABLE'));
  },
);

test('a push that cannot be kept is answered as the document says', async () => {
  cloud.script = (_request, response) => void response.writeHead(500).end();

  expect(await call(functionNamed('receive-batchtask'), { url: nobodyIsThere })).toMatchObject(
    asDocumented(503, 'PUSH_NOT_KEPT'),
  );
});

test.each(
  functions.filter(({ name }) => ['create-invocations', 'create-ief-job', 'start-stop-roma-tasks'].includes(name)),
)('$name whose cloud is silent answers as the document says, the second time, too', async (fn) => {
  cloud.script = () => undefined;

  const first = await call(fn, { key: 'k', remainingMs: 2_000 });

  expect(first).toMatchObject({ untold: [] });
  expect(await call(fn, { key: 'k' })).toMatchObject({ status: first.status, untold: [] });
});
