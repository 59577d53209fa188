import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../local/cloud/start-cloud.js';
import { movePush, pushTargetOf } from '../../local/push-target.js';
import { readServiceFile, type Service } from '../../serverless/service-file.js';
import { startTestCloud } from './cloud/cloud-under-test.js';
import { type Receiver, startReceiver } from './cloud/push-receiver.js';

const service = readServiceFile('serverless.yml', {});
const task = { app_id: 'app-local-0001', task_name: 't', task_type: 'softwareUpgrade', targets: ['dev-0001'] };

let receiver: Receiver;
let cloud: Cloud;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await cloud.close();
  await receiver.close();
});

/** The service with its receiver at another path. */
function movedTo(path: string): Service {
  const moved = (fn: Service['functions'][number]) => ({
    ...fn,
    routes: fn.routes.map((route) => ({ ...route, path })),
  });
  return { ...service, functions: service.functions.map((fn) => (fn.name === 'receive-batchtask' ? moved(fn) : fn)) };
}

test('pushes follow the route of their receiver to another path', async () => {
  const platform = { url: new URL(receiver.url).origin };
  const push = pushTargetOf(service, platform, undefined);
  cloud = await startTestCloud(push ? { push } : {});

  movePush({ cloud, platform, pushToken: undefined }, movedTo('/elsewhere'));
  cloud.createBatchTask(task);
  cloud.advance(60_000);
  await cloud.settled();

  expect([push?.url, receiver.received.map(({ path }) => path)]).toEqual([
    `${platform.url}/notifications/batchtask`,
    ['/elsewhere', '/elsewhere', '/elsewhere'],
  ]);
});
