import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { documented } from '../../openapi/documented-functions.js';
import { readServiceFile, type ServiceFunction } from '../../serverless/service-file.js';
import { builtFunction, contextOf } from '../bundles/built-function.js';
import { goodCloud, json, type LoopbackCloud, type Script, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { disagreements } from './check-against.js';
import { type ApigEvent, sampleOf } from './samples.js';

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.script = goodCloud;
});

const functions = readServiceFile('serverless.yml').functions.filter(({ routes }) => routes.length > 0);

/** They need a database with a run in it: test/bundles/chain-runs.test.ts holds their successes against the document. */
const ofRuns = ['list-chain-runs', 'show-chain-run', 'retry-chain-run', 'cancel-chain-run'];

/** Calls the bundle, and holds its answer against what the document says about that status. */
async function callAndCheck(fn: ServiceFunction, event: object, variables: Record<string, string> = {}) {
  const lines: string[] = [];
  const logger = Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [level, (line: string) => lines.push(line)]),
  );
  const context = { ...contextOf(cloud.url, { LOG_LEVEL: 'INFO', ...variables }), getLogger: () => logger };

  const answer = readResponse(await builtFunction(fn.name).handler(event, context));

  const [route] = fn.routes;
  return {
    status: answer.status,
    untold: disagreements([route?.method ?? '', route?.path ?? ''], answer),
    operations: new Set(lines.map((line) => JSON.parse(line).operation as unknown)),
  };
}

const asDocumented = { untold: [] };

describe.each(functions)('what $name answers is what the document says', (fn) => {
  test.skipIf(ofRuns.includes(fn.name))('where all goes well', async () => {
    const answer = await callAndCheck(fn, sampleOf(fn.name));

    expect(answer).toMatchObject(asDocumented);
    expect(answer.status).toBeLessThan(300);
    expect(Object.keys(documented(fn).successes)).toContain(String(answer.status));
  });

  test('and its log lines name an operation of the manifest', async () => {
    const { operations } = await callAndCheck(fn, sampleOf(fn.name));

    expect(documented(fn).operations).toEqual(expect.arrayContaining([...operations]));
    expect(operations.size).toBe(1);
  });

  test.each<[string, Partial<ApigEvent>]>([
    ['a body that is no JSON', { body: Buffer.from('{').toString('base64') }],
    ['a body of another type', { headers: { 'content-type': 'text/plain' } }],
    ['an input that breaks every rule', { body: Buffer.from('[]').toString('base64') }],
  ])('to %s', async (_case, change) => {
    expect(await callAndCheck(fn, { ...sampleOf(fn.name), ...change })).toMatchObject(asDocumented);
  });

  test.each<[string, Script]>([
    ['400', json(400, { error_code: 'FDI.3021', error_msg: 'wrong', request_id: 'r' })],
    ['401', json(401, { error_code: 'APIG.0301', error_msg: 'wrong' })],
    ['404', json(404, { error_code: 'ces.0014' })],
    ['409', json(409, {})],
    ['500', json(500, {})],
    ['nothing that can be read', (_request, response) => void response.writeHead(200).end('<html>')],
    ['no items at all', json(200, {})],
    ['items that are null', json(200, { invocations: [null], success: null, failure: [{ error_code: 7 }], job_id: 9 })],
  ])('where the cloud says %s', async (_case, script) => {
    cloud.script = script;

    expect(await callAndCheck(fn, sampleOf(fn.name))).toMatchObject(asDocumented);
  });

  test('where a setting cannot be used', async () => {
    const variables = { CES_ENDPOINT: 'nonsense', IEF_ENDPOINT: 'nonsense', ROMA_ENDPOINT: 'nonsense' };

    expect(await callAndCheck(fn, sampleOf(fn.name), variables)).toMatchObject(asDocumented);
  });
});

test('a push without a signature is answered as the document says', async () => {
  const fn = functions.find(({ name }) => name === 'receive-batchtask');
  if (!fn) throw new Error('serverless.yml has no receive-batchtask');
  const { signature: _, ...headers } = sampleOf(fn.name).headers;

  expect(await callAndCheck(fn, { ...sampleOf(fn.name), headers })).toMatchObject({ status: 401, ...asDocumented });
});
