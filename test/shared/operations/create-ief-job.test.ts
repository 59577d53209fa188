import { expect, test } from 'vitest';
import { CloudReplyError, InvalidInputError, InvalidSettingError } from '../../../shared/client/errors.js';
import { createIefJob } from '../../../shared/operations/create-ief-job.js';
import { stage } from './fake-cloud.js';

const reply = { job_name: 'aaa', job_id: '66273c66-f72e-4607-8769-3663d255fb83', created_at: 1667218308 };
const targets = [{ target_id: '72eb5df1-295b-41f6-baed-d1a56728b0e0' }];
const deployment = { deployment: { replicas: 1 }, name_prex: 'aaa', note: 'ünï "quoted" \\ \n \u2028' };
const deploy = (more: object = {}, content: object = {}) =>
  createIefJob.parse({
    job_name: 'aaa',
    job_type: 'deployment_deploy',
    job_content: { target_type: 'node', targets, task_data: deployment, ...content },
    ...more,
  });

test('a created job is 201 with its id, name and time in seconds', async () => {
  const { context } = stage(() => reply);

  expect(await createIefJob.run(deploy(), context)).toEqual({ status: 201, body: reply, items: { ok: 1, failed: 0 } });
});

test('task_data given as text is sent unchanged', async () => {
  const { context, calls } = stage(() => reply);
  const text = `  ${JSON.stringify(deployment, null, 3)}\n`;

  await createIefJob.run(deploy({}, { task_data: text }), context);

  expect(calls[0]?.body).toMatchObject({ job_content: { task_data: text } });
});

test('task_data given as an object is serialised once', async () => {
  const { context, calls } = stage(() => reply);

  await createIefJob.run(deploy(), context);

  expect(calls[0]?.body).toMatchObject({ job_content: { task_data: JSON.stringify(deployment) } });
});

test('the body holds the fields of the cloud, as given, and none of ours', async () => {
  const { context, calls } = stage(() => reply);
  const job_content = {
    target_type: 'node',
    targets: [
      { ...targets[0], extension_info: [{ key: 'node_name', value: 'x' }] },
      { target_id: 'b', extension_info: null },
    ],
  };

  await createIefJob.run(
    createIefJob.parse({
      job_name: 'a',
      job_type: 'node_upgrade',
      job_content,
      tags: [],
      description: '',
      ief_instance_id: 'p',
    }),
    context,
  );

  expect(calls[0]?.body).toEqual({
    job_name: 'a',
    job_type: 'node_upgrade',
    job_content: { target_type: 'node', targets: [job_content.targets[0], { target_id: 'b' }] },
    tags: [],
    description: '',
  });
});

test.each([
  { name: 'the input', input: { ief_instance_id: 'mine' }, settings: { IEF_INSTANCE_ID: 'set' }, header: 'mine' },
  { name: 'the setting', input: {}, settings: { IEF_INSTANCE_ID: 'set' }, header: 'set' },
  { name: 'nobody', input: {}, settings: {}, header: undefined },
  { name: "'' in the input", input: { ief_instance_id: '' }, settings: { IEF_INSTANCE_ID: 'set' }, header: undefined },
])('the instance header comes from $name', async ({ input, settings, header }) => {
  const { context, calls } = stage(() => reply, { settings });

  await createIefJob.run(deploy(input), context);

  expect(calls[0]?.headers?.['ief-instance-id']).toBe(header);
});

test('a setting that cannot be a header is refused by its name, without its value', async () => {
  const { context, calls } = stage(() => reply, { settings: { IEF_INSTANCE_ID: 'a\r\nx-evil: 1' } });

  const run = createIefJob.run(deploy(), context);

  await expect(run).rejects.toThrow(InvalidSettingError);
  await expect(run).rejects.not.toThrow(/evil/);
  expect(calls).toEqual([]);
});

test.each([{}, { job_id: null, job_name: 'aaa' }, { job_id: '' }])(
  'the reply %j may have created a job, and the error says how to find it',
  async (body) => {
    const { context } = stage(() => body);

    const failure = await createIefJob.run(deploy(), context).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(CloudReplyError);
    expect(failure).toMatchObject({ outcome: 'unknown', message: expect.stringContaining('look for job_name aaa') });
  },
);

test.each([
  { given: 1667218308, answered: 1667218308, warnings: 0 },
  { given: '1667218308', answered: 1667218308, warnings: 0 },
  { given: 1667218308123, answered: 1667218308, warnings: 1 },
  { given: 0, answered: null, warnings: 0 },
  { given: null, answered: null, warnings: 0 },
  { given: undefined, answered: null, warnings: 0 },
  { given: 'yesterday', answered: null, warnings: 0 },
])('created_at $given is answered as $answered', async ({ given, answered, warnings }) => {
  const { context, logs } = stage(() => ({ ...reply, created_at: given }));

  const { body } = await createIefJob.run(deploy(), context);

  expect(body.created_at).toBe(answered);
  expect(logs).toHaveLength(warnings);
});

test('the name that the cloud echoes counts, else ours', async () => {
  const names = [{ job_name: 'theirs' }, {}].map(async (echo) => {
    const { context } = stage(() => ({ job_id: '1', ...echo }));
    return (await createIefJob.run(deploy(), context)).body.job_name;
  });

  expect(await Promise.all(names)).toEqual(['theirs', 'aaa']);
});

test('a target type that hardly fits the job type is sent, with a warning', async () => {
  const { context, calls, logs } = stage(() => reply);

  await createIefJob.run(deploy({ job_type: 'deployment_upgrade' }), context);

  expect(calls).toHaveLength(1);
  expect(logs[0]?.level).toBe('WARN');
});

test('a deployment job without task_data is refused', () => {
  expect(() => deploy({}, { task_data: undefined })).toThrow(InvalidInputError);
});
