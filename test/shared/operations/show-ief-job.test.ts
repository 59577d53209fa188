import { describe, expect, test } from 'vitest';
import { showIefJob } from '../../../shared/operations/show-ief-job.js';
import { showIefJobAnswer } from '../../../shared/schemas/answers.js';
import { iefState, isFinished } from '../../../shared/schemas/ief-job-state.js';
import { stage } from './fake-cloud.js';

const jobId = '66273c66-4a5c-4f5e-9f8a-1f0f6f0b8a11';
const task = (target_id: string, status: string, reason = '') => ({
  task_id: `task-${target_id}`,
  task_name: `job-${target_id}`,
  status,
  reason,
  created_at: 1_667_218_308,
  target_id,
  extension_info: [{ key: 'deployment_id', value: 'd-1' }],
});
const job = {
  job_id: jobId,
  job_name: 'deploy-sample',
  job_type: 'deployment_deploy',
  description: '',
  status: 'Successful',
  created_at: 1_667_218_308,
  status_last_updated_at: 1_667_218_400,
  target_type: 'node',
  targets: [{ target_id: 'n-1', extension_info: null }],
  tasks: [task('n-1', 'Successful'), task('n-2', 'Successful')],
  task_total_count: 2,
  task_failed_count: 2,
  task_success_count: 0,
  task_data: '{"deployment":{"template":{"containers":[{"envs":[{"name":"PASSWORD","value":"hidden"}]}]}}}',
  tags: [{ key: 'a', value: 'b' }],
};

async function show(reply: unknown, input: Record<string, unknown> = {}, settings: Record<string, string> = {}) {
  const { context, calls } = stage(() => reply, { settings });
  const { body } = await showIefJob.run(showIefJob.parse({ job_id: jobId, ...input }), context);
  return { body, calls };
}

test('one GET asks for the job, for the instance of the setting unless the input names another', async () => {
  const { calls } = await show(job, {}, { IEF_INSTANCE_ID: 'inst-1' });
  const { calls: without } = await show(job, { ief_instance_id: '' }, { IEF_INSTANCE_ID: 'inst-1' });

  expect(calls).toMatchObject([
    { service: 'ief', method: 'GET', headers: { 'ief-instance-id': 'inst-1' }, repeatable: true },
  ]);
  expect(calls[0]?.path.slice(2)).toEqual(['productmgr', 'jobs', jobId]);
  expect(without[0]?.headers).toBeUndefined();
});

test('the counters of the cloud, which are swapped, are not believed: the tasks are counted (T3, C41)', async () => {
  const { body } = await show(job);

  expect(body.summary).toEqual({ total: 2, successful: 2, failed: 0, other: 0 });
  expect(JSON.stringify(body)).not.toContain('_count');
});

test('the answer has the fields of the cloud, and never task_data', async () => {
  const { body } = await show(job);

  expect(showIefJobAnswer.safeParse(body).success).toBe(true);
  expect(body).toMatchObject({
    ...{ job_id: jobId, job_name: 'deploy-sample', job_type: 'deployment_deploy', status: 'Successful' },
    ...{ state: 'successful', finished: true, created_at: 1_667_218_308, target_type: 'node' },
    targets: [{ target_id: 'n-1', extension_info: [] }],
    tasks: [{ target_id: 'n-1', extension_info: [{ key: 'deployment_id', value: 'd-1' }] }, { target_id: 'n-2' }],
  });
  expect(JSON.stringify(body)).not.toContain('hidden');
});

test('a reason of several lines arrives as it is (C50)', async () => {
  const reason = 'Back-off restarting failed container\n\tat main (app.js:1:1)\nexit code 137';
  const { body } = await show({ ...job, status: 'Failed', tasks: [task('n-1', 'Failed', reason)] });

  expect([body.tasks[0]?.reason, body.state, body.finished]).toEqual([reason, 'failed', true]);
});

test.each([
  ['a text', '1667218308', 1_667_218_308],
  ['milliseconds', 1_667_218_308_123, 1_667_218_308],
  ['0', 0, null],
  ['missing', undefined, null],
  ['beyond 2^53', 2 ** 60, null],
])('a created_at that is %s gives no wrong date (C34)', async (_case, created_at, expected) => {
  const { body } = await show({ ...job, created_at });
  expect(body.created_at).toBe(expected);
});

test.each([
  ['no lists at all', { tasks: null, targets: undefined, tags: 'x' }],
  ['lists of nonsense', { tasks: [null, 5, 'x'], targets: [[]], tags: {} }],
])('a reply with %s is a job without tasks', async (_case, lists) => {
  const { body } = await show({ ...job, ...lists });
  expect(body).toMatchObject({ summary: { total: 0 }, tasks: [], targets: [], tags: [] });
});

test.each([[{}], [{ job: { job_id: jobId } }], [{ job_id: '', status: null, tasks: [] }]])(
  'the reply %j, which is no job, is not answered as one',
  async (reply) => {
    await expect(show(reply)).rejects.toMatchObject({
      name: 'CloudReplyError',
      status: 502,
      upstream: { service: 'ief', status: 200, request_id: 'request-1' },
    });
  },
);

test('a job without its id is answered with the id that was asked for', async () => {
  const { body } = await show({ ...job, job_id: undefined });
  expect(body).toMatchObject({ job_id: jobId, state: 'successful' });
});

test.each(['../groups', 'a/b', '..', '.', '', 'a b', 'a\\b', 'x'.repeat(129)])(
  'the id %j is refused (C28)',
  (job_id) => {
    expect(() => showIefJob.parse({ job_id })).toThrow(expect.objectContaining({ status: 400 }));
  },
);

describe('the state', () => {
  test.each([
    ['Running', 'running', false],
    ['Waiting', 'waiting', false],
    ['Stopping', 'stopping', false],
    ['Stopped', 'stopped', true],
    ['Successful', 'successful', true],
    ['Partially_successful', 'partially_successful', true],
    ['Partially_Successful', 'partially_successful', true],
    ['PartiallySuccessful', 'partially_successful', true],
    ['Timed_out', 'timed_out', true],
    ['FAILED', 'failed', true],
    ['Brand_new', 'unknown', false],
    ['', 'unknown', false],
    [null, 'unknown', false],
  ])('of %j is %s (C44)', (status, state, finished) => {
    expect([iefState(status), isFinished(iefState(status))]).toEqual([state, finished]);
  });
});
