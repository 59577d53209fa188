import { describe, expect, it } from 'vitest';
import { readServiceFile } from '../../serverless/service-file.js';
import { problemsAfter, problemsOf, read, small } from './small-service.js';

const withAsync = (lines: readonly string[]) =>
  small.replace(
    '    timeout: 30',
    ['    timeout: 30', '    asyncInvokeConfig:', ...lines.map((line) => `      ${line}`)].join('\n'),
  );
const second = '  other:\n    handler: index.handler\n    code: { codeUri: ./dist/other }\n';
const toOther = '{ destination: FunctionGraph, function: other }';

describe('the asynchronous configuration of a function', () => {
  it('is read in seconds and attempts, with destinations by the name of the function', () => {
    const text = `${withAsync([
      'maxAsyncRetryAttempts: 0',
      'maxAsyncEventAgeInSeconds: 60',
      'destinationConfig:',
      `  onFailure: ${toOther}`,
      '  onSuccess: { destination: SMN, param: { topic_urn: urn } }',
    ])}${second.replace('index.handler', 'index.handler\n    name: other-name')}`;

    expect(read(text).functions[0]?.asyncInvoke).toEqual({
      retryAttempts: 0,
      eventAgeSeconds: 60,
      onFailure: { destination: 'FunctionGraph', functionName: 'other-name' },
      onSuccess: { destination: 'SMN', param: { topic_urn: 'urn' } },
    });
  });

  it('is absent where the file says nothing', () => {
    expect(read(small).functions[0]?.asyncInvoke).toBeUndefined();
  });

  it.each([
    ['maxAsyncRetryAttempts: 4', 'is 4. Write a whole number of retries from 0 to 3.'],
    ['maxAsyncEventAgeInSeconds: 0', 'is 0. Write a whole number of seconds from 1 to 86400.'],
    ['maxAsyncRetryAttemts: 1', 'maxAsyncRetryAttemts is not a known key. Did you mean maxAsyncRetryAttempts?'],
    ['destinationConfig: { onFailur: 1 }', 'onFailur is not a known key. Did you mean onFailure?'],
    ['destinationConfig: { onFailure: { destination: SQS } }', 'Write destination: FunctionGraph with function: NAME'],
    [
      'destinationConfig: { onFailure: { destination: SMN } }',
      'onFailure.param is missing. Write what the destination takes',
    ],
    [
      'destinationConfig: { onFailure: { destination: FunctionGraph, function: helo } }',
      'serverless.yml:12: functions.hello.asyncInvokeConfig.destinationConfig.onFailure.function is helo, which is no function of this file. Did you mean hello?',
    ],
    [
      'destinationConfig: { onSuccess: { destination: FunctionGraph, function: hello } }',
      'is the function itself, which would invoke itself without end. Write another function.',
    ],
  ])('%s is a mistake with a remedy', (line, expected) => {
    expect(problemsOf(withAsync([line])).join('\n')).toContain(expected);
  });

  it("of this project's writing functions never repeats an event", () => {
    const { functions } = readServiceFile('serverless.yml', {});
    const retries = functions.map((fn) => [fn.name, fn.asyncInvoke?.retryAttempts]);

    expect(Object.fromEntries(retries)).toMatchObject({
      'create-invocations': 0,
      'create-ief-job': 0,
      'start-stop-roma-tasks': 0,
    });
  });
});

describe('what only a deployment needs', () => {
  it('a route keeps its gateway, with the defaults of the trigger page', () => {
    expect(read(small).functions[0]?.routes[0]).toMatchObject({
      gateway: 'APIG',
      groupId: 'g',
      envId: 'DEFAULT_ENVIRONMENT_RELEASE_ID',
      envName: 'RELEASE',
      protocol: 'HTTPS',
    });
  });

  it('the stage is dev unless the file says another', () => {
    expect(read(small).stage).toBe('dev');
    expect(read(small.replace('name: huawei', 'name: huawei\n  stage: prod')).stage).toBe('prod');
  });

  it('keys that are passed over are known by name', () => {
    const text = small.replace('    timeout: 30', '    timeout: 30\n    funcVpc: { vpcId: v }');
    expect(read(text).functions[0]?.passedOver).toEqual(['funcVpc']);
  });

  it('a dedicated gateway needs its instance', () => {
    expect(problemsAfter('triggerTypeCode: APIG', 'triggerTypeCode: DEDICATEDGATEWAY').join()).toContain(
      'eventData.instanceId is missing. Write the id of the dedicated gateway',
    );
  });

  it('two functions of one name are one too many', () => {
    const text = small + second.replace('index.handler', 'index.handler\n    name: hello');
    expect(problemsOf(text)).toEqual([
      'serverless.yml:22: functions.other.name is hello, which is the name of hello already. Give it another name.',
    ]);
  });
});
