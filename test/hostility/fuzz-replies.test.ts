import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtFunction, contextOf } from '../bundles/built-function.js';
import { type LoopbackCloud, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { apig } from '../shared/handler/triggers/http-events.js';
import { testTimeoutMs, timeBoxed } from './fuzz-budget.js';
import { hostileValue } from './hostile-values.js';
import { expectNoPollution } from './judge.js';

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** The connection breaks after that many bytes of the body. */
  readonly breaksAfter: number | undefined;
}

const id = fc.constantFrom('a', 'a', 'b', 'b', 'A', '__proto__', 5, null, undefined);
const outcome = fc.constantFrom(
  'successful',
  'successful',
  'error',
  'SUCCESSFUL',
  'success',
  '',
  null,
  undefined,
  true,
  ['successful'],
);
const createRow = fc.record(
  { instance_id: id, invocation_id: id, ret_status: outcome, error_msg: hostileValue },
  { requiredKeys: [] },
);
const taskRow = fc.record(
  { task_id: id, error_code: fc.constantFrom('', 'FDI.1'), error_msg: hostileValue },
  { requiredKeys: [] },
);
const list = <T>(row: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.array(row, { minLength: 1, maxLength: 5 }),
    fc.array(fc.oneof(row, hostileValue), { maxLength: 5 }),
    hostileValue,
  );
const anyBody = fc.oneof(
  fc.record({ invocations: list(createRow), count: hostileValue }, { requiredKeys: [] }),
  list(createRow),
  fc.record({ success: list(taskRow), failure: list(taskRow), success_count: hostileValue }, { requiredKeys: [] }),
  fc.record({ job_id: fc.oneof(id, hostileValue), job_name: id, created_at: hostileValue }, { requiredKeys: [] }),
  fc.record({ error_code: hostileValue, error_msg: hostileValue, request_id: hostileValue }, { requiredKeys: [] }),
  hostileValue,
);
const bytes = fc.oneof(
  { weight: 6, arbitrary: anyBody.map((body) => Buffer.from(JSON.stringify(body) ?? '')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((body) => Buffer.from(body)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '<html>', '{"invocations":[', '\uFEFF{}', 'null').map((text) => Buffer.from(text)),
  },
);
const headerValue = fc.stringMatching(/^[!-~][ -~]{0,40}$/);
const reply: fc.Arbitrary<Reply> = fc.record({
  status: fc.oneof(fc.constant(200), fc.constantFrom(200, 201, 202, 207), fc.integer({ min: 200, max: 599 })),
  headers: fc.dictionary(
    fc.constantFrom(
      'content-type',
      'x-request-id',
      'retry-after',
      'content-encoding',
      'location',
      'date',
      'set-cookie',
      'x-odd',
    ),
    fc.oneof(headerValue, fc.constantFrom('gzip', 'identity', '0', '1', '-1', '99999999999', 'application/json')),
  ),
  body: bytes,
  breaksAfter: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(20) }),
});

const inputs = {
  'create-invocations': { invocation_type: 'INSTALL', instance_ids: ['a', 'b'] },
  'start-stop-roma-tasks': { action_id: 'start', list: [{ task_id: 'a' }, { task_id: 'b' }] },
  'create-ief-job': {
    job_name: 'job',
    job_type: 'node_upgrade',
    job_content: { target_type: 'node', targets: [{ target_id: 'n' }] },
  },
} as const;

/** Calls a function against a cloud that always gives this reply, with too little time to repeat for long. */
async function answerTo(name: string, { status, headers, body, breaksAfter }: Reply) {
  cloud.script = (_request, response) => {
    response.writeHead(status, headers);
    if (breaksAfter === undefined) return void response.end(body);
    response.write(body.subarray(0, breaksAfter));
    setImmediate(() => response.destroy());
  };
  cloud.arrived.length = 0;
  const input = name in inputs ? inputs[name as keyof typeof inputs] : undefined;
  const event = input
    ? apig({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) })
    : apig({ method: 'GET', query: { all: 'true' } });
  const ends = Date.now() + 250;
  const context = { ...contextOf(cloud.url), getRemainingTimeInMilliSeconds: () => ends - Date.now() };
  const answer = readResponse(await builtFunction(name).handler(event, context));
  expectNoPollution();
  expect(answer.status === 200 || answer.status === 201 || answer.status === 207 || answer.status >= 400).toBe(true);
  // What is answered blames the cloud, and never a defect of ours.
  expect(answer.body).not.toMatchObject({ code: 'INTERNAL' });
  return answer;
}

/** What the reply says, read without any code of ours; nothing where it is not whole. */
function said({ status, body, breaksAfter }: Reply): Record<string, unknown> {
  if (status < 200 || status > 299 || breaksAfter !== undefined) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
    return Array.isArray(parsed) ? { invocations: parsed } : Object(parsed);
  } catch {
    return {};
  }
}

const rowsOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((row) => typeof row === 'object' && row !== null) : [];

test('no server is called successful unless the reply says so of its id', { timeout: testTimeoutMs }, async () => {
  await fc.assert(
    fc.asyncProperty(reply, async (given) => {
      const { status, body } = await answerTo('create-invocations', given);
      const named = rowsOf(said(given).invocations)
        .filter((row) => row.ret_status === 'successful')
        .map((row) => String(row.instance_id));
      const rows = rowsOf((body as { invocations?: unknown }).invocations);
      const successful = rows.filter((row) => row.ret_status === 'successful').map((row) => row.instance_id);
      expect(named).toEqual(expect.arrayContaining(successful.filter((each) => each === 'a' || each === 'b')));
      // Each of both is accounted for, whatever the cloud says, or the whole is an error.
      if (status < 300) expect(rows.map((row) => row.instance_id)).toEqual(expect.arrayContaining(['a', 'b']));
      if (status === 201) expect(named).toEqual(expect.arrayContaining(['a', 'b']));
    }),
    timeBoxed,
  );
});

test('no task is called started unless the reply says so of its id', { timeout: testTimeoutMs }, async () => {
  await fc.assert(
    fc.asyncProperty(reply, async (given) => {
      const { status, body } = await answerTo('start-stop-roma-tasks', given);
      if (status >= 300) return;
      const named = rowsOf(said(given).success).map((row) => String(row.task_id));
      const { success, failure, unanswered } = body as Record<string, unknown>;
      const [done, others] = [rowsOf(success), [...rowsOf(failure), ...rowsOf(unanswered)]].map((rows) =>
        rows.map((row) => row.task_id),
      );
      expect(named).toEqual(expect.arrayContaining((done ?? []).filter((each) => each === 'a' || each === 'b')));
      expect([...(done ?? []), ...(others ?? [])]).toEqual(expect.arrayContaining(['a', 'b']));
      expect(status).toBe(others?.length === 0 ? 200 : 207);
    }),
    timeBoxed,
  );
});

test('no job is called created without an id, and a list is a list or an error', {
  timeout: testTimeoutMs,
}, async () => {
  await fc.assert(
    fc.asyncProperty(reply, async (given) => {
      const created = await answerTo('create-ief-job', given);
      if (created.status < 300) expect(String(said(given).job_id)).toBe((created.body as { job_id: unknown }).job_id);
      const listed = await answerTo('list-invocations', given);
      if (listed.status < 300) expect((listed.body as { invocations: unknown }).invocations).toBeInstanceOf(Array);
    }),
    timeBoxed,
  );
});
