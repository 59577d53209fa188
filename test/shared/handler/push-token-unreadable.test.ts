import { expect, test } from 'vitest';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import type { HttpRules } from '../../../shared/handler/http-rules.js';
import { authenticatePush } from '../../../shared/handler/push-signature.js';
import { receiveBatchtaskWith } from '../../../shared/operations/receive-batchtask.js';
import { RecentPushes } from '../../../shared/operations/recent-pushes.js';
import { json } from './call-function.js';
import { fakeRuntime, readResponse } from './fake-platform.js';
import { apig } from './triggers/http-events.js';

const rules: HttpRules = { method: 'POST', input: 'body', authenticate: authenticatePush, lenientBody: true };
const push = {
  resource: 'batchtask',
  event: 'update',
  notify_data: { body: { task_id: 'task-1', status: 'Success' } },
};

async function deliver(getUserData: (name: string) => unknown) {
  const { runtime, lines } = fakeRuntime({});
  const { handler } = functionHandler(receiveBatchtaskWith(new RecentPushes(10)), rules, runtime);
  const event = apig({ method: 'POST', headers: json, body: JSON.stringify(push) });
  return { ...readResponse(await handler(event, { getUserData })), lines };
}

test('a push is not taken where the platform fails to say whether there is a token', async () => {
  const { status, body, lines } = await deliver((name) => {
    if (name === 'IOTDA_PUSH_TOKEN') throw new Error('decryption failed for s3cr3tToken');
    return undefined;
  });

  expect(status).toBe(500);
  expect(body).toMatchObject({
    code: 'INVALID_SETTING',
    outcome: 'not-sent',
    detail: expect.stringContaining('IOTDA_PUSH_TOKEN'),
  });
  expect(JSON.stringify([body, lines])).not.toContain('s3cr3tToken');
});

test('a push is not taken where the platform gives a token that is no text', async () => {
  const { status, body } = await deliver((name) =>
    name === 'IOTDA_PUSH_TOKEN' ? Promise.resolve('s3cr3tToken') : undefined,
  );

  expect([status, body]).toMatchObject([500, { code: 'INVALID_SETTING' }]);
});

test('it is taken, with a warning, where the platform says that there is none', async () => {
  const { status, body, lines } = await deliver(() => undefined);

  expect([status, body]).toEqual([200, { accepted: true }]);
  expect(lines[0]).toMatchObject({ level: 'WARN', message: expect.stringContaining('IOTDA_PUSH_TOKEN is not set') });
});
