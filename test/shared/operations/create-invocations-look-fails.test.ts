import { expect, test } from 'vitest';
import {
  CloudAuthError,
  CloudConnectionError,
  CloudRejectedError,
  CloudThrottledError,
  CloudTimeoutError,
} from '../../../shared/client/errors.js';
import { createInvocations } from '../../../shared/operations/create-invocations.js';
import { type Stage, stage } from './fake-cloud.js';
import { lost, queryOf, task, timing, upstream } from './lost-calls.js';

test.each([
  {
    name: 'fails',
    error: () => new CloudConnectionError('off', 'unknown', upstream),
    looks: 5,
    code: 'CLOUD_CONNECTION',
  },
  {
    name: 'is throttled',
    error: () => new CloudThrottledError('slow', upstream, 5),
    looks: 5,
    code: 'CLOUD_THROTTLED',
  },
  {
    name: 'has no time left',
    error: () => new CloudTimeoutError('no time', 'not-sent', upstream),
    looks: 5,
    code: 'CLOUD_TIMEOUT',
  },
  {
    name: 'has its credentials refused',
    error: () => new CloudAuthError('who', upstream),
    looks: 5,
    code: 'CLOUD_AUTH_REFUSED',
  },
  { name: 'is refused', error: () => new CloudRejectedError('what', upstream), looks: 40, code: 'CLOUD_REJECTED' },
  { name: 'has a defect', error: () => new TypeError('x'), looks: 5, code: 'UNEXPECTED_FAILURE' },
])('looking that $name leaves all unknown, says so, and stops in time', async ({ error, looks, code }) => {
  const ids = Array.from({ length: 40 }, (_, index) => `ecs-${index}`);
  let asked: Stage['calls'] = [];
  const run = (async () => {
    const set = stage(
      (call) => {
        throw call.method === 'POST' ? lost() : error();
      },
      { timing },
    );
    asked = set.calls;
    const input = createInvocations.parse({ instance_ids: ids, invocation_type: 'INSTALL', on_unknown: 'reconcile' });
    return createInvocations.run(input, set.context);
  })();

  await expect(run).rejects.toThrow(`and so for the other 39. Looking for it failed (${code}).`);
  expect(asked.filter((call) => call.method === 'GET').length).toBeLessThanOrEqual(looks);
});

test('at most five looks run at the same time', async () => {
  let running = 0;
  let most = 0;
  const { context } = stage(
    async (call) => {
      if (call.method === 'POST') throw lost();
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return { invocations: [task(String(queryOf(call).instance_id))] };
    },
    { timing },
  );
  const instance_ids = Array.from({ length: 30 }, (_, index) => `ecs-${index}`);

  const input = createInvocations.parse({ instance_ids, invocation_type: 'INSTALL', on_unknown: 'reconcile' });
  const { body } = await createInvocations.run(input, context);

  expect({ most, successful: body.summary.successful }).toEqual({ most: 5, successful: 30 });
});

test('after refused credentials nothing is looked for, lest the key be locked', async () => {
  const { context, calls } = stage(
    (_, index) => {
      throw index === 0 ? lost() : new CloudAuthError('who', upstream);
    },
    { timing },
  );
  const instance_ids = Array.from({ length: 101 }, (_, index) => `ecs-${index}`);

  const input = createInvocations.parse({ instance_ids, invocation_type: 'INSTALL', on_unknown: 'reconcile' });
  await expect(createInvocations.run(input, context)).rejects.toThrow(/^late\. Check with GET .* the other 99\.$/);
  expect(calls).toHaveLength(2);
});

test.each([new CloudRejectedError('no', upstream), new CloudConnectionError('off', 'not-sent', upstream)])(
  'a call that certainly did nothing is not looked for: $name',
  async (error) => {
    const { context, calls } = stage(
      () => {
        throw error;
      },
      { timing },
    );
    const input = createInvocations.parse({ instance_ids: ['a'], invocation_type: 'INSTALL', on_unknown: 'reconcile' });

    await expect(createInvocations.run(input, context)).rejects.toBe(error);
    expect(calls).toHaveLength(1);
  },
);

test('hosts without an id cannot be looked for, and the failure names their type', async () => {
  const { context, calls } = stage(
    () => {
      throw lost();
    },
    { timing },
  );
  const input = createInvocations.parse({
    invocation_type: 'SET_REMOTE_INSTALLER',
    remote_install_meta: [{ instance_name: 'h' }],
    on_unknown: 'reconcile',
  });

  await expect(createInvocations.run(input, context)).rejects.toThrow(
    'Check with GET /agent-invocations?invocation_type=SET_REMOTE_INSTALLER.',
  );
  expect(calls).toHaveLength(1);
});

test('ten thousand servers that were looked for in vain still fit into the 6 MB of an answer', async () => {
  const instance_ids = Array.from({ length: 10_000 }, (_, index) => `${index}`.padStart(36, 'a'));
  const { context, logs } = stage(
    (call, index) => {
      if (call.method === 'GET') return { invocations: [] };
      if (index > 0) throw new CloudTimeoutError('no answer. '.repeat(200), 'unknown', upstream);
      return { invocations: [{ instance_id: instance_ids[0], ret_status: 'successful' }] };
    },
    { timing },
  );

  const input = createInvocations.parse({ instance_ids, invocation_type: 'INSTALL', on_unknown: 'reconcile' });
  const { body } = await createInvocations.run(input, context);

  expect(body.summary.unanswered).toBe(9_999);
  expect(Buffer.byteLength(JSON.stringify({ body: JSON.stringify(body) }))).toBeLessThan(6 * 1024 * 1024);
  expect(logs.at(-1)).toMatchObject({ level: 'INFO', fields: { items: 9_999, found: 0 } });
});
