import { expect, test } from 'vitest';
import { createThrottle, throttledText } from '../../../local/cloud/throttle.js';
import { send, startTestCloud } from './cloud-under-test.js';

test('the two hundred and first call of a second is refused', () => {
  const throttle = createThrottle(() => 1000);
  for (let i = 0; i < 200; i += 1) expect(throttle.check('ces.listInvocations', 'id')).toBeUndefined();
  expect(throttle.check('ces.listInvocations', 'id')).toEqual({
    status: 429,
    body: {
      error_code: 'APIGW.0308',
      error_msg: 'The throttling threshold has been reached: policy api over ratelimit,limit:200,time:1 second',
      request_id: 'id',
    },
  });
});

test('a new window lets calls pass again, and each operation has its own', () => {
  let time = 0;
  const throttle = createThrottle(() => time, { limit: 1, seconds: 5 });
  const refused = [throttle.check('a', ''), throttle.check('a', ''), throttle.check('b', '')].map(
    (reply) => reply?.status,
  );
  time = 5000;
  expect([...refused, throttle.check('a', '')?.status]).toEqual([undefined, 429, undefined, undefined]);
});

test('a limit of one operation goes before the default, until all is cleared', () => {
  const throttle = createThrottle(() => 0);
  throttle.set('a', { limit: 0, seconds: 60 });
  const before = [throttle.check('a', '')?.status, throttle.check('b', '')?.status];
  throttle.clear();
  expect([...before, throttle.check('a', '')?.status]).toEqual([429, undefined, undefined]);
});

test('whole minutes are named as minutes', () => {
  expect(throttledText({ limit: 100, seconds: 60 })).toMatch(/limit:100,time:1 minute$/);
});

test('a throttle set from outside is used and shown', async () => {
  const cloud = await startTestCloud();
  const body = { operation: 'iam.listProjects', limit: 1, seconds: 5 };
  await send(cloud, { method: 'PUT', target: '/_local/throttle', unsigned: true, body });
  const statuses = [];
  for (let i = 0; i < 2; i += 1) statuses.push((await send(cloud, { target: '/v3/projects' })).status);
  const shown = await send(cloud, { target: '/_local/throttle', unsigned: true });
  await cloud.close();
  expect([statuses, shown.json.limits['iam.listProjects']]).toEqual([[200, 429], { limit: 1, seconds: 5 }]);
});
