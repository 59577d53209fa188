import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import { Logger4jInstance } from '@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js';
import * as fgs from '@huaweicloud/huaweicloud-sdk-functiongraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start-cloud.js';
import { type Platform, startPlatform } from '../../../local/functiongraph/start-platform.js';
import { urnOf, zipOf } from './functiongraph-under-test.js';

/**
 * The official SDK as its package is, against the local platform: what it can do here, whoever wrote their deployment with it
 * can do here. The steps build on each other.
 */
let cloud: Cloud;
let platform: Platform;
let client: fgs.FunctionGraphClient;
beforeAll(async () => {
  // It prints whole requests with their signatures.
  Logger4jInstance.level = 'off';
  platform = await startPlatform({
    port: 0,
    service: { functions: [], zone: 'Asia/Shanghai' },
    distDir: 'dist',
    projectId: '0123456789abcdef0123456789abcdef',
    userData: (fn) => ({ ...fn.environment, ...fn.encryptedEnvironment }),
    asyncConfig: (name) => cloud.asyncConfigOf(name),
    urnOf: (name) => cloud.functionUrn(name),
  });
  cloud = await startCloud({ port: 0, platform });
  const credentials = new BasicCredentials()
    .withAk(cloud.account.ak)
    .withSk(cloud.account.sk)
    .withProjectId(cloud.account.project);
  client = fgs.FunctionGraphClient.newBuilder().withCredential(credentials).withEndpoint(cloud.url).build();
});
afterAll(async () => {
  await platform.close();
  await cloud.close();
});

const urn = `${urnOf('greeter')}:latest`;

function codeOf(greeting: string): fgs.FuncCode {
  const text = `exports.handler = async (event, context) => {
    if (event.fail) throw new TypeError('as you wish');
    console.log('greeting', event.name);
    return { said: '${greeting} ' + event.name + context.getUserData('MARK') };
  };`;
  return new fgs.FuncCode().withFile(zipOf({ 'index.js': text }));
}

async function greet(name: string): Promise<fgs.InvokeFunctionResponse> {
  const request = new fgs.InvokeFunctionRequest(urn)
    .withXCFFRequestVersion('v1')
    .withXCffLogType('tail')
    .withBody({ name } as never);
  return client.invokeFunction(request);
}

async function rejection(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'resolved',
    (error: unknown) => error,
  );
}

describe('the official SDK', { shuffle: false }, () => {
  it('creates a function', async () => {
    const body = new fgs.CreateFunctionRequestBody('greeter', 'default', 'Node.js20.15', 5, 'index.handler', 128)
      .withCodeType('zip')
      .withCodeFilename('greeter.zip')
      .withFuncCode(codeOf('Hello'))
      .withUserData('{"MARK":"!"}')
      .withEncryptedUserData('{"KEY":"sesame"}');
    const created = await client.createFunction(new fgs.CreateFunctionRequest().withBody(body));
    expect(created).toMatchObject({ httpStatusCode: 200, func_urn: urn, runtime: 'Node.js20.15', timeout: 5 });
  });

  it('lists it', async () => {
    const listed = await client.listFunctions(new fgs.ListFunctionsRequest());
    expect([listed.count, listed.functions?.map((fn) => fn.funcName ?? Reflect.get(fn, 'func_name'))]).toEqual([
      1,
      ['greeter'],
    ]);
  });

  it('shows its configuration and its code', async () => {
    const config = await client.showFunctionConfig(new fgs.ShowFunctionConfigRequest(urn));
    const code = await client.showFunctionCode(new fgs.ShowFunctionCodeRequest(urn));
    expect(config).toMatchObject({ user_data: '{"MARK":"!"}', encrypted_user_data: '{"KEY":"***"}' });
    expect(code).toMatchObject({ func_code: { file: codeOf('Hello').file } });
  });

  it('invokes it and reads result and log', async () => {
    const answer = await greet('Ada');
    expect(answer).toMatchObject({
      result: '{"said":"Hello Ada!"}',
      status: 200,
      log: expect.stringContaining('greeting Ada'),
    });
  });

  it('invokes it asynchronously and reads the end of it back', async () => {
    const request = new fgs.AsyncInvokeFunctionRequest(urn).withBody({ fail: true } as never);
    const accepted = await client.asyncInvokeFunction(request);
    await platform.asyncSettled();
    const listed = await client.listAsyncInvocations(new fgs.ListAsyncInvocationsRequest(urn));
    expect(accepted.httpStatusCode).toBe(202);
    expect(listed.invocations).toMatchObject([
      {
        request_id: Reflect.get(accepted, 'request_id'),
        status: 'FAIL',
        error_code: 4002,
        error_message: expect.stringContaining('as you wish'),
      },
    ]);
  });

  it('updates its code, which the next invocation runs', async () => {
    const body = new fgs.UpdateFunctionCodeRequestBody('zip', codeOf('Goodbye')).withCodeFilename('greeter.zip');
    await client.updateFunctionCode(new fgs.UpdateFunctionCodeRequest(urn).withBody(body));
    expect((await greet('Ada')).result).toBe('{"said":"Goodbye Ada!"}');
  });

  it('updates its settings, which the next invocation has', async () => {
    const body = new fgs.UpdateFunctionConfigRequestBody(
      'greeter',
      'Node.js20.15',
      9,
      'index.handler',
      256,
    ).withUserData('{"MARK":"?"}');
    const updated = await client.updateFunctionConfig(new fgs.UpdateFunctionConfigRequest(urn).withBody(body));
    expect(updated).toMatchObject({ timeout: 9, memory_size: 256 });
    expect((await greet('Ada')).result).toBe('{"said":"Goodbye Ada?"}');
  });

  it('sets, shows and takes away its asynchronous settings', async () => {
    const body = new fgs.UpdateFunctionAsyncInvokeConfigRequestBody().withMaxAsyncRetryAttempts(1);
    await client.updateFunctionAsyncInvokeConfig(new fgs.UpdateFunctionAsyncInvokeConfigRequest(urn).withBody(body));
    const shown = await client.showFunctionAsyncInvokeConfig(new fgs.ShowFunctionAsyncInvokeConfigRequest(urn));
    const gone = await client.deleteFunctionAsyncInvokeConfig(new fgs.DeleteFunctionAsyncInvokeConfigRequest(urn));
    expect([shown, gone]).toMatchObject([{ max_async_retry_attempts: 1 }, { httpStatusCode: 204 }]);
  });

  it('creates, lists, disables and deletes triggers', async () => {
    const timer = new fgs.TriggerEventDataRequestBody()
      .withName('hourly')
      .withScheduleType('Rate')
      .withSchedule('1h')
      .withUserEvent('{"name":"Ada"}');
    const route = new fgs.TriggerEventDataRequestBody()
      .withName('greet')
      .withGroupId('g')
      .withPath('/greet')
      .withReqMethod('GET')
      .withAuth('NONE');
    const add = (type: string, data: fgs.TriggerEventDataRequestBody) =>
      client.createFunctionTrigger(
        new fgs.CreateFunctionTriggerRequest(urn).withBody(new fgs.CreateFunctionTriggerRequestBody(type, data)),
      );
    const created = [await add('TIMER', timer), await add('APIG', route)];
    const id = String(Reflect.get(created[0] ?? {}, 'trigger_id'));
    const disabling = new fgs.UpdateTriggerRequest(urn, 'TIMER', id).withBody(
      new fgs.UpdateTriggerRequestBody().withTriggerStatus('DISABLED'),
    );
    await client.updateTrigger(disabling);
    const listed = await client.listFunctionTriggers(new fgs.ListFunctionTriggersRequest(urn));
    const through = await fetch(`${platform.url}/greet`);
    await client.deleteFunctionTrigger(new fgs.DeleteFunctionTriggerRequest(urn, 'TIMER', id));
    await client.batchDeleteFunctionTriggers(new fgs.BatchDeleteFunctionTriggersRequest(urn));
    const after = await fetch(`${platform.url}/greet`);
    expect(created.map(({ httpStatusCode }) => httpStatusCode)).toEqual([201, 201]);
    expect(JSON.stringify(listed)).toContain('"trigger_status":"DISABLED"');
    // The code answers no gateway response, so a route that leads to it is 500.
    expect([through.status, after.status, platform.timers()]).toEqual([500, 404, []]);
  });

  it('is told by the first invocation that the handler is not in the code', async () => {
    const config = new fgs.UpdateFunctionConfigRequestBody('greeter', 'Node.js20.15', 9, 'index.greet', 256);
    await client.updateFunctionConfig(new fgs.UpdateFunctionConfigRequest(urn).withBody(config));
    const answer = await greet('Ada');
    expect([answer.status, JSON.parse(answer.result ?? '').errorMessage]).toEqual([
      500,
      expect.stringContaining('greet'),
    ]);
  });

  it('is told what is wrong', async () => {
    const body = new fgs.CreateFunctionRequestBody('greeter', 'default', 'Node.js20.x', 5, 'index.handler', 128)
      .withCodeType('zip')
      .withFuncCode(codeOf('Hello'));
    const refused = await rejection(client.createFunction(new fgs.CreateFunctionRequest().withBody(body)));
    expect(refused).toMatchObject({
      httpStatusCode: 400,
      errorCode: 'FSS.1005',
      errorMsg: expect.stringContaining('Node.js20.15'),
    });
  });

  it('deletes the function', async () => {
    const deleted = await client.deleteFunction(new fgs.DeleteFunctionRequest(urnOf('greeter')));
    const invoked = await rejection(greet('Ada'));
    expect([deleted, invoked]).toMatchObject([{ httpStatusCode: 204 }, { httpStatusCode: 404, errorCode: 'FSS.1051' }]);
  });
});
