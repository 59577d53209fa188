import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtFunction, contextOf } from '../bundles/built-function.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { apig } from '../shared/handler/triggers/http-events.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.reset());

/** Calls a deployed bundle over HTTP with credentials of an agency. */
async function call(name: string, input: object) {
  const { ak, sk, securityToken } = stage.cloud.issueTemporaryCredentials('fleet');
  const context = {
    ...contextOf(stage.cloud.url),
    getSecurityAccessKey: () => ak,
    getSecuritySecretKey: () => sk,
    getSecurityToken: () => securityToken,
  };
  const headers = { 'content-type': 'application/json' };
  const event = apig({ method: 'POST', headers, body: JSON.stringify(input) });
  return readResponse(await builtFunction(name).handler(event, context));
}

const functions = [
  {
    name: 'create-invocations',
    post: 'ces.createInvocations',
    input: { instance_ids: ['ecs-web-0001'], invocation_type: 'INSTALL' },
    found: { status: 201, body: { invocations: [{ instance_id: 'ecs-web-0001', reconciled: true }] } },
  },
  {
    name: 'create-ief-job',
    post: 'ief.createJob',
    input: {
      job_name: 'upgrade',
      job_type: 'node_upgrade',
      job_content: { target_type: 'node', targets: [{ target_id: 'n1' }] },
    },
    found: { status: 201, body: { job_name: 'upgrade', reconciled: true } },
  },
  {
    name: 'start-stop-roma-tasks',
    post: 'roma.batchOperation',
    input: { action_id: 'start', list: [{ task_id: '0a1b2c3d4e5f60718293a4b5c6d7e8f0' }] },
    found: { status: 200, body: { success_count: 1, success: [{ reconciled: true }], unanswered: [] } },
  },
] as const;

describe.each(functions)('$name as deployed', ({ name, post, input, found }) => {
  test('over HTTP an unknown outcome is reported and nothing is looked for, unless it is asked for', async () => {
    await stage.fault({ operation: post, reset: 'after-effect' });

    const { status, body } = await call(name, input);

    expect({ status, body }).toMatchObject({ status: 502, body: { outcome: 'unknown' } });
    expect((body as { detail: string }).detail).toContain('Check with GET /');
    expect((await stage.asked()).map((one) => one.operation)).toEqual([post]);
  });

  test('with reconcile what was done is answered as done, after one POST', async () => {
    await stage.fault({ operation: post, reset: 'after-effect' });

    expect(await call(name, { ...input, on_unknown: 'reconcile' })).toMatchObject(found);
    expect((await stage.asked()).map((one) => one.method)).toEqual(['POST', 'GET']);
  });

  test('another word for on_unknown is refused before anything is sent', async () => {
    const { status, body } = await call(name, { ...input, on_unknown: 'retry' });

    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ path: 'on_unknown', message: 'must be report or reconcile' }] });
    expect(await stage.asked()).toEqual([]);
  });
});
