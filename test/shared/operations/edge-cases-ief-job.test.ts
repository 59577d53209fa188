import { afterEach, expect, test } from 'vitest';
import { createIefJob } from '../../../shared/operations/create-ief-job.js';
import { openWire, type WireReply, type WireStage } from './wire-stage.js';

let stage: WireStage | undefined;
afterEach(() => stage?.close());

const input = (more: object = {}) =>
  createIefJob.parse({
    job_name: 'aaa',
    job_type: 'node_upgrade',
    job_content: { target_type: 'node', targets: [{ target_id: 'n1' }] },
    ...more,
  });

async function create(...replies: WireReply[]) {
  stage = await openWire(...replies);
  return (await createIefJob.run(input(), stage.context)).body;
}
const created = (more: object): WireReply => ({ status: 201, json: { job_id: 'j1', job_name: 'aaa', ...more } });

test('C31 the time of the page’s example is a moment of 2022, in seconds', async () => {
  const { created_at } = await create(created({ created_at: 1667218308 }));
  expect(new Date((created_at ?? 0) * 1_000).toISOString()).toBe('2022-10-31T12:11:48.000Z');
});

test.each([
  { given: '1667218308', read: 1667218308, warnings: 0 },
  { given: 1667218308123, read: 1667218308, warnings: 1 },
  { given: 1667218308.9, read: 1667218308, warnings: 1 },
  { given: 1667218308123456, read: null, warnings: 1 },
  { given: 1.8e19, read: null, warnings: 1 },
  { given: -1, read: null, warnings: 1 },
  { given: 0, read: null, warnings: 0 },
  { given: undefined, read: null, warnings: 0 },
])('C34 created_at $given is read as $read, with $warnings warnings', async ({ given, read, warnings }) => {
  expect((await create(created({ created_at: given }))).created_at).toBe(read);
  expect(stage?.warnings).toHaveLength(warnings);
});

test('C34 a created_at beyond what JSON can hold gives no wrong date', async () => {
  const text = '{"job_id":"j1","job_name":"aaa","created_at":18446744073709551615}';
  expect((await create({ status: 201, text })).created_at).toBeNull();
});

test('C35 the name that the server gives counts', async () => {
  expect((await create(created({ job_name: 'theirs' }))).job_name).toBe('theirs');
});

test.each<[string, WireReply]>([
  ['C32 no job_id', { status: 201, json: { job_name: 'aaa' } }],
  ['C32 an empty object', { status: 201, json: {} }],
  ['C32 an empty body', { status: 201, text: '' }],
  ['C32 a list', { status: 201, json: [] }],
  ['C37 an error under 201', { status: 201, json: { error: { code: 'IEF.1', message: 'no' } } }],
  [
    'C38 500 IEF.100158',
    { status: 500, json: { error_code: 'IEF.100158', error_msg: 'Fail to extract gpu infomation' } },
  ],
  ['C49 a gateway timeout', { status: 504, text: '' }],
])('%s leaves a job that may exist, and says how to look for it', async (_name, reply) => {
  const failure = await create(reply).catch((error: unknown) => error);

  expect(failure).toMatchObject({ outcome: 'unknown' });
  expect(String(failure)).toContain(
    'Check with GET /v2/0123456789abcdef0123456789abcdef/productmgr/jobs?sort=created_at:desc&limit=100 of IEF: look for job_name aaa.',
  );
  expect(stage?.received).toHaveLength(1);
});

test('C32 a reply without a job_id is told with its status and its request id', async () => {
  const failure = await create({ status: 201, json: {} }).catch((error: unknown) => error);

  expect(failure).toMatchObject({ upstream: { service: 'ief', status: 201, request_id: 'req-0001' } });
  expect(String(failure)).toContain('answered 201 without a job_id, and the job may exist (request id req-0001).');
});

test.each<[string, WireReply, object]>([
  [
    'C37 nested',
    { status: 400, json: { error: { code: 'IEF.100001', message: 'PROJECT_ID not found' } } },
    { error_code: 'IEF.100001', error_msg: 'PROJECT_ID not found' },
  ],
  [
    'C37 code and message',
    { status: 400, json: { code: 'IEF.100100', message: 'no' } },
    { error_code: 'IEF.100100', error_msg: 'no' },
  ],
  ['C37 plain text', { status: 400, text: 'bad request' }, { error_msg: 'bad request' }],
])('%s error is read', async (_name, reply, upstream) => {
  await expect(create(reply)).rejects.toMatchObject({ name: 'CloudRejectedError', upstream });
});

test('C49 the header of the instance is part of how to look', async () => {
  stage = await openWire({ status: 500, json: {} });
  const run = createIefJob.run(input({ ief_instance_id: 'ief-7' }), stage.context);
  await expect(run).rejects.toThrow(/limit=100 and header ief-instance-id: ief-7 of IEF/);
});
