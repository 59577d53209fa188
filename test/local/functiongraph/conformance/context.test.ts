import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixturePlatform, json, startFixtures } from '../fixture-platform.js';

const tellAll = `
exports.handler = async (event, context) => {
  const answers = {};
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(context))) {
    if (name.startsWith('get') && !['getLogger', 'getUserData'].includes(name)) answers[name] = context[name]();
  }
  return {
    answers,
    userData: context.getUserData('PLACE'),
    encrypted: context.getUserData('TOKEN'),
    absent: typeof context.getUserData('toString'),
    env: process.env,
    lambda: ['getRegion', 'getURN', 'getRemainingTimeInMillis', 'awsRequestId'].filter((name) => name in context),
    logged: JSON.stringify(context),
  };
};
exports.initializer = (context, callback) => callback(null, context.getUserData('PLACE'));
`;

let platform: FixturePlatform;
let calls = 0;
beforeAll(async () => {
  process.env.A_SECRET_OF_THIS_MACHINE = 'sesame';
  platform = await startFixtures(
    {
      tell: {
        code: tellAll,
        initializer: 'index.initializer',
        initializerTimeout: 5,
        timeout: 30,
        memorySize: 256,
        environment: { PLACE: 'here' },
        encryptedEnvironment: { TOKEN: 'sesame' },
        agency: 'an-agency',
      },
      free: { code: tellAll, timeout: 30 },
    },
    {
      userData: (fn) => ({ ...fn.environment, ...fn.encryptedEnvironment }),
      credentialsFor: (fn) => {
        calls += 1;
        return fn.agency
          ? { ak: `AK${calls}`, sk: `SK${calls}`, securityToken: `ST${calls}`, token: `T${calls}` }
          : undefined;
      },
    },
  );
});
afterAll(async () => {
  delete process.env.A_SECRET_OF_THIS_MACHINE;
  await platform.close();
});

interface Told {
  answers: Record<string, unknown>;
  userData: string;
  encrypted: string;
  lambda: string[];
  logged: string;
  absent: string;
  env: Record<string, string>;
}
const tell = async (name = 'tell') => json(await platform.call(name)) as Told;

describe('the context', () => {
  it('has the documented methods with the documented types', async () => {
    const { answers } = await tell();
    expect(answers).toEqual({
      getRequestID: expect.stringMatching(/^[\da-f]{8}-[\da-f-]{27}$/),
      getTraceID: expect.any(String),
      getRemainingTimeInMilliSeconds: expect.any(Number),
      getRunningTimeInSeconds: 30_000,
      getFunctionName: 'tell',
      getVersion: 'latest',
      getPackage: 'default',
      getProjectID: '0123456789abcdef0123456789abcdef',
      getAlias: '',
      getMemorySize: '256',
      getCPUNumber: '0',
      getSecurityAccessKey: expect.stringMatching(/^AK\d+$/),
      getSecuritySecretKey: expect.stringMatching(/^SK\d+$/),
      getSecurityToken: expect.stringMatching(/^ST\d+$/),
      getAccessKey: '',
      getSecretKey: '',
      getToken: expect.stringMatching(/^T\d+$/),
      getWorkflowID: '',
      getWorkflowRunID: '',
      getWorkflowStateID: '',
    });
  });

  it('counts the remaining time down from the time limit', async () => {
    const remaining = (await tell()).answers.getRemainingTimeInMilliSeconds;
    expect(Number(remaining) > 29_000 && Number(remaining) <= 30_000).toBe(true);
  });

  it('brings credentials with each invocation, not with the instance', async () => {
    const [first, second] = [await tell(), await tell()];
    expect(first.answers.getSecurityAccessKey).not.toBe(second.answers.getSecurityAccessKey);
  });

  it('has empty credentials without an agency', async () => {
    const { answers } = await tell('free');
    expect([
      answers.getSecurityAccessKey,
      answers.getSecuritySecretKey,
      answers.getSecurityToken,
      answers.getToken,
    ]).toEqual(['', '', '', '']);
  });

  it('is where user variables come from, and nothing inherited is one', async () => {
    const { userData, encrypted, absent } = await tell();
    expect([userData, encrypted, absent]).toEqual(['here', 'sesame', 'undefined']);
  });

  it("has neither a region, nor a URN, nor Lambda's names", async () => {
    expect((await tell()).lambda).toEqual([]);
  });

  it('holds keys in its public fields, so that it must not be logged', async () => {
    const { logged, answers } = await tell();
    expect(JSON.parse(logged)).toMatchObject({
      requestID: answers.getRequestID,
      memory: '256',
      timeout: 30_000,
      userData: { PLACE: 'here', TOKEN: 'sesame' },
      securitySecretKey: answers.getSecuritySecretKey,
    });
  });
});

describe('the environment of the process', () => {
  it('has the presets of the platform', async () => {
    expect((await tell()).env).toMatchObject({
      RUNTIME_PROJECT_ID: '0123456789abcdef0123456789abcdef',
      RUNTIME_FUNC_NAME: 'tell',
      RUNTIME_FUNC_VERSION: 'latest',
      RUNTIME_PACKAGE: 'default',
      RUNTIME_HANDLER: 'index.handler',
      RUNTIME_TIMEOUT: '30',
      RUNTIME_USERDATA: '{"PLACE":"here"}', // not the encrypted ones
      RUNTIME_CPU: '0',
      RUNTIME_MEMORY: '256',
      RUNTIME_CODE_ROOT: expect.any(String),
      RUNTIME_ROOT: expect.any(String),
      RUNTIME_LOG_DIR: expect.any(String),
      RUNTIME_MAX_RESP_BODY_SIZE: '6291456',
      RUNTIME_INITIALIZER_HANDLER: 'index.initializer',
      RUNTIME_INITIALIZER_TIMEOUT: '5',
    });
  });

  it('has neither user variables nor anything else of this machine', async () => {
    const names = Object.keys((await tell()).env).filter((name) => !name.startsWith('RUNTIME_'));
    expect(names.filter((name) => !['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR'].includes(name))).toEqual([]);
  });
});
