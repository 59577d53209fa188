import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start-cloud.js';
import { plainError } from '../../../local/plain-errors.js';
import { project, send, startTestCloud } from './cloud-under-test.js';
import { startReceiver } from './push-receiver.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleetbatch-cloud-'));
});
afterEach(() => rm(directory, { recursive: true }));

const listing = `/v3/${project}/agent-invocations`;
const install = {
  target: `${listing}/batch-create`,
  body: { instance_ids: ['ecs-web-0001'], invocation_type: 'INSTALL' },
};

test('an unknown path is not published', async () => {
  const cloud = await startTestCloud();
  const replies = [await send(cloud, { target: '/v9/nothing' }), await send(cloud, { target: `${listing}/` })];
  await cloud.close();
  expect(replies.map((reply) => [reply.status, reply.json.error_code])).toEqual(Array(2).fill([404, 'APIGW.0101']));
});

test('a body over 12 MB is refused', async () => {
  const cloud = await startTestCloud();
  const reply = await send(cloud, { ...install, body: 'x'.repeat(12 * 1024 * 1024 + 1) });
  await cloud.close();
  expect(reply).toMatchObject({ status: 413, json: { error_code: 'APIGW.0201' } });
});

test('a taken port is told by the code of the error', async () => {
  const cloud = await startTestCloud();
  await expect(startCloud({ port: cloud.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await cloud.close();
});

test('closing does not wait for connections that are kept open', async () => {
  const cloud = await startTestCloud();
  const socket = connect(cloud.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
  const began = performance.now();
  await cloud.close();
  await closed;
  expect(performance.now() - began).toBeLessThan(1000);
});

test('what was done is there after a restart', async () => {
  const first = await startTestCloud({ persistDir: directory });
  await send(first, install);
  await send(first, { target: '/_local/clock', unsigned: true, body: { advance_ms: 5000 } });
  await first.close();
  const second = await startTestCloud({ persistDir: directory });
  const { json } = await send(second, { target: listing });
  await second.close();
  expect([json.count, json.invocations[0].invocation_status]).toEqual([1, 'SUCCEEDED']);
});

test('every kind of resource, token and credential is there after a restart', async () => {
  const first = await startTestCloud({ persistDir: directory });
  const headers = { 'x-auth-token': first.issueToken('fleet') };
  const credentials = first.issueTemporaryCredentials('fleet');
  first.registerPush({ url: 'http://127.0.0.1:9/push', token: 'localpushtoken' });
  first.createBatchTask({
    app_id: 'app-local-0001',
    task_name: 't',
    task_type: 'createCommands',
    targets: ['dev-0001'],
    document: { a: [1] },
  });
  const job_content = { targets: [{ target_id: 'n', extension_info: [{ key: 'node_name', value: 'v' }] }] };
  const job = { job_name: 'a', job_type: 'node_upgrade', job_content, tags: [{ key: 'k', value: 'v' }] };
  await send(first, { target: `/v2/${project}/productmgr/jobs`, body: job });
  await send(first, { target: `/v2/${project}/fdi/instances/i/tasks` });
  const look = async (cloud: Cloud): Promise<object> => {
    const { pushes: _, ...state } = (await send(cloud, { target: '/_local/state', unsigned: true })).json;
    return state;
  };
  const before = await look(first);
  await first.close();
  const second = await startTestCloud({ persistDir: directory });
  const after = await look(second);
  const replies = [
    await send(second, { target: listing, unsigned: true, headers }),
    await send(second, { target: listing, ...credentials }),
  ];
  await second.close();
  expect(after).toEqual(before);
  expect(replies.map((reply) => reply.status)).toEqual([200, 200]);
});

test('pushes that became due while the cloud was down go to the address of the new start, with its token', async () => {
  const receiver = await startReceiver();
  const first = await startTestCloud({ persistDir: directory, push: { url: 'http://127.0.0.1:9/of-the-first-start' } });
  const task = { app_id: 'app-local-0001', task_name: 't', task_type: 'softwareUpgrade', targets: ['dev-0001'] };
  first.createBatchTask(task);
  await first.close();
  const later = () => Date.now() + 60_000;

  const push = { url: receiver.url, token: 'localpushtoken' };
  const second = await startTestCloud({ persistDir: directory, clock: later, push });
  await second.settled();
  await second.close();
  await receiver.close();

  const statuses = receiver.bodies().map(({ notify_data }) => notify_data.body.status);
  const signed = receiver.received.map(({ headers }) => typeof headers.signature);
  expect([statuses, signed]).toEqual([
    ['Waitting', 'Processing', 'Success'],
    ['string', 'string', 'string'],
  ]);
});

test('the state is on disk before the answer of the call that changed it', async () => {
  const cloud = await startTestCloud({ persistDir: directory });
  const reply = await send(cloud, install);
  const saved = JSON.parse(await readFile(join(directory, 'cloud.json'), 'utf8'));
  await cloud.close();
  expect(saved.invocations[0].invocation_id).toBe(reply.json.invocations[0].invocation_id);
});

test('many changes at once are all on disk, and no unfinished file stays', async () => {
  const cloud = await startTestCloud({ persistDir: directory });
  await Promise.all(Array.from({ length: 20 }, () => send(cloud, install)));
  const saved = JSON.parse(await readFile(join(directory, 'cloud.json'), 'utf8'));
  await cloud.close();
  expect([saved.invocations.length, await readdir(directory)]).toEqual([20, ['cloud.json']]);
});

test('a state that cannot be saved, as on a full disk, is told with a remedy, and leaves no unfinished file', async () => {
  const cloud = await startTestCloud({ persistDir: directory });
  await mkdir(join(directory, 'cloud.json', 'in-the-way'), { recursive: true });

  const reply = await send(cloud, install);
  const error: unknown = await cloud.close().catch((reason: unknown) => reason);

  expect([reply.status, reply.json.error_msg]).toEqual([500, expect.stringContaining('Make room')]);
  expect(plainError(error)).toMatch(/^The state of the emulated cloud could not be saved to .*Make room/);
  expect(await readdir(directory)).toEqual(['cloud.json']);
});

test.each(['{"half":', '{}', '{"format":"fleetbatch-cloud/1","clock_offset_ms":"x"}'])(
  'a saved state that cannot be read is told with a remedy and left alone: %s',
  async (text) => {
    const file = join(directory, 'cloud.json');
    await writeFile(file, text);
    const error: unknown = await startTestCloud({ persistDir: directory }).catch((reason: unknown) => reason);
    expect(plainError(error)).toMatch(/^The saved state .*cloud\.json, cannot be read .* move the file away/);
    expect(await readFile(file, 'utf8')).toBe(text);
  },
);

test('a directory in which another cloud keeps its state is told with a remedy, until that one has closed', async () => {
  const first = await startTestCloud({ persistDir: directory });

  const error: unknown = await startTestCloud({ persistDir: `${directory}/` }).catch((reason: unknown) => reason);
  await first.close();

  expect(plainError(error)).toMatch(/^The state of the emulated cloud in .* is in use by process \d+.* --persist DIR$/);
  await (await startTestCloud({ persistDir: directory })).close();
});

test('a directory that is a file is told with a remedy', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  const error: unknown = await startTestCloud({ persistDir: file }).catch((reason: unknown) => reason);
  expect(plainError(error)).toMatch(/file cannot keep the state .*EEXIST.*npm start -- --persist DIR$/);
});

test('a state that cannot be saved is answered with 500', async () => {
  const cloud = await startTestCloud({ persistDir: join(directory, 'gone') });
  await rm(join(directory, 'gone'), { recursive: true });
  const reply = await send(cloud, install);
  await cloud.close().catch(() => undefined);
  expect(reply).toMatchObject({ status: 500, json: { error_code: 'APIGW.0601' } });
});

test('another account may be given', async () => {
  const cloud = await startTestCloud({ account: { ak: 'OTHERKEY', sk: 'other' } });
  const replies = [
    await send(cloud, { target: listing }),
    await send(cloud, { target: listing, ak: 'OTHERKEY', sk: 'other' }),
  ];
  await cloud.close();
  expect(replies.map((reply) => reply.status)).toEqual([401, 200]);
});

test('batch tasks move on by themselves on the real clock', async () => {
  const cloud = await startTestCloud();
  const task = cloud.createBatchTask({
    app_id: 'app-local-0001',
    task_name: 't',
    task_type: 'softwareUpgrade',
    targets: ['dev-0001'],
  });
  const started = task.announced;
  while (task.announced === started) await new Promise((resolve) => setImmediate(resolve));
  await cloud.close();
  expect(task.announced).toBe(1);
});
