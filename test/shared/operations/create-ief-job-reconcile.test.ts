import { expect, test } from 'vitest';
import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { CloudConnectionError, CloudFailedError, CloudRejectedError } from '../../../shared/client/errors.js';
import { createIefJob } from '../../../shared/operations/create-ief-job.js';
import { stage } from './fake-cloud.js';

const noon = Date.UTC(2026, 10, 21, 12) / 1_000;
const lost = () => new CloudFailedError('broken.', { service: 'ief', status: 500 });
const job = (more: object = {}) => ({
  job_id: 'j1',
  job_name: 'aaa',
  job_type: 'node_upgrade',
  created_at: noon + 1,
  status: 'Waiting',
  ...more,
});

/** Creates job aaa a quarter of a second after noon; the POST fails, the list is as given. */
async function create(list: unknown, failure: Error = lost(), more: object = {}) {
  let now = noon * 1_000 + 250;
  const sentAt: number[] = [];
  const answer = (call: CloudCall) => {
    if (call.method === 'GET') return typeof list === 'function' ? list() : list;
    sentAt.push(now);
    throw failure;
  };
  const sleep = async (ms: number) => {
    now += ms;
  };
  const set = stage(answer, { timing: { now: () => now, sleep } });
  const job_content = { target_type: 'node', targets: [{ target_id: 'n1' }] };
  const raw = { job_name: 'aaa', job_type: 'node_upgrade', job_content, on_unknown: 'reconcile', ...more };
  const run = createIefJob.run(createIefJob.parse(raw), set.context);
  return { run, ...set, sentAt };
}

test('the job that a lost call created is found by name among the newest, in its instance', async () => {
  const { run, calls } = await create({ job_count: 1, jobs: [job()] }, lost(), { ief_instance_id: 'ief-7' });

  expect(await run).toEqual({
    status: 201,
    body: { job_id: 'j1', job_name: 'aaa', created_at: noon + 1, reconciled: true },
    items: { ok: 1, failed: 0 },
  });
  expect(calls.map((call) => call.method)).toEqual(['POST', 'GET']);
  expect(calls[0]).toMatchObject({ leaveMs: 5_000, body: expect.not.objectContaining({ on_unknown: 'reconcile' }) });
  expect(calls[1]).toMatchObject({
    query: [
      ['sort', 'created_at:desc'],
      ['limit', '100'],
    ],
    headers: { 'ief-instance-id': 'ief-7' },
    repeatable: true,
  });
});

test('a job that the list shows late is found by a later look', async () => {
  let looks = 0;
  const { run, calls } = await create(() => ({ jobs: ++looks < 4 ? [] : [job()] }));

  expect((await run).body).toMatchObject({ job_id: 'j1', reconciled: true });
  expect(calls.map((call) => call.method)).toEqual(['POST', 'GET', 'GET', 'GET', 'GET']);
});

test('a job that somebody made while we looked is not taken for ours', async () => {
  const { run, calls } = await create({ jobs: [job({ created_at: noon + 8 })] });

  await expect(run).rejects.toThrow(/there is a job of this name from after the call/);
  expect(calls.map((call) => call.method)).toEqual(['POST', 'GET']);
});

test('the call starts with a full second, so that no older job can have its time', async () => {
  const { run, sentAt } = await create({ jobs: [job()] });
  await run;
  expect(sentAt).toEqual([noon * 1_000 + 1_001]);
});

test.each([
  { name: 'milliseconds', more: { created_at: (noon + 1) * 1_000 } },
  { name: 'a text', more: { created_at: String(noon + 1) } },
])('created_at as $name is read', async ({ more }) => {
  expect((await (await create({ jobs: [job(more)] })).run).body.created_at).toBe(noon + 1);
});

test.each<[string, unknown, RegExp]>([
  ['a job of the second before', { jobs: [job({ created_at: noon })] }, /not a job of this name newer/],
  ['a job without a time', { jobs: [job({ created_at: null })] }, /not a job of this name newer/],
  ['a job of another name', { jobs: [job({ job_name: 'aab' })] }, /not a job of this name newer/],
  ['a job of another type', { jobs: [job({ job_type: 'deployment_deploy' })] }, /not a job of this name newer/],
  ['a job without an id', { jobs: [job({ job_id: '' })] }, /not a job of this name newer/],
  ['two new jobs', { jobs: [job(), job({ job_id: 'j2' })] }, /more than one is newer/],
  ['a job from long after the call', { jobs: [job({ created_at: noon + 600 })] }, /clocks differ too much/],
  ['C43 a count without jobs', { job_count: 2, jobs: null }, /not a job of this name newer/],
  ['C43 nothing', {}, /not a job of this name newer/],
  ['no object', 'text', /Looking for it failed \(CLOUD_REPLY_UNREADABLE\)/],
])('%s is not taken for ours: the failure is thrown with how to check', async (_name, list, says) => {
  const failure = lost();
  const { run, calls } = await create(list, failure);

  await expect(run).rejects.toBe(failure);
  expect(failure.message).toMatch(
    /^broken\. Check with GET \/v2\/project\/productmgr\/jobs\?sort=created_at:desc&limit=100 of IEF: look for job_name aaa\. Look/,
  );
  expect(failure.message).toMatch(says);
  expect(calls.filter((call) => call.method === 'POST')).toHaveLength(1);
});

test.each([
  new CloudRejectedError('no', { service: 'ief', status: 400 }),
  new CloudConnectionError('off', 'not-sent', { service: 'ief' }),
  new TypeError('a defect'),
])('a call that did nothing, or a defect of ours, is not looked for: $name', async (failure) => {
  const { run, calls } = await create({ jobs: [job()] }, failure);

  await expect(run).rejects.toBe(failure);
  expect(calls).toHaveLength(1);
});

test('the wait for the next full second ends before the invocation does', async () => {
  let now = noon * 1_000 + 250;
  const deadline = now + 400;
  const sleep = async (ms: number) => {
    now += ms;
  };
  const { context } = stage(() => ({}), { timing: { now: () => now, sleep } });
  const raw = {
    job_name: 'aaa',
    job_type: 'node_upgrade',
    job_content: { target_type: 'node', targets: [{ target_id: 'n' }] },
  };
  const cloud = { ...context.cloud, send: async () => Promise.reject(lost()) };

  await createIefJob
    .run(createIefJob.parse({ ...raw, on_unknown: 'reconcile' }), {
      ...context,
      cloud,
      remainingMs: () => deadline - now,
    })
    .catch(() => undefined);

  expect(now).toBe(deadline);
});
