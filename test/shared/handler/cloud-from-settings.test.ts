import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Auth } from '../../../shared/client/create-cloud-client.js';
import { forgetTokens } from '../../../shared/client/token.js';
import { cloudOptions } from '../../../shared/handler/cloud-from-settings.js';
import { readContext } from '../../../shared/handler/context.js';
import { settingsOf } from '../../../shared/handler/settings.js';
import { timeForCalls } from '../../../shared/handler/time-for-calls.js';
import { sampleSettings } from './fake-platform.js';

const agency = {
  getSecurityAccessKey: () => 'AGENCYAK',
  getSecuritySecretKey: () => 'agency-sk',
  getSecurityToken: () => 'agency-sts',
};

function optionsOf(env: Record<string, string | undefined>, rawContext: unknown = {}, now = () => 0) {
  const context = readContext(rawContext, { now, newId: () => 'id' });
  const keepSecret = vi.fn();
  const setting = settingsOf(context, env);
  const options = cloudOptions({ context, remainingMs: timeForCalls(context), setting, observe: () => {}, keepSecret });
  return { ...options, keepSecret };
}

function credentialsOf(auth: Auth) {
  return auth.mode === 'aksk' ? auth.credentials : undefined;
}

describe('the credentials', () => {
  test('are those of the agency first', () => {
    const { auth } = optionsOf(sampleSettings, agency);
    expect(credentialsOf(auth)).toEqual({ ak: 'AGENCYAK', sk: 'agency-sk', securityToken: 'agency-sts' });
  });

  test('are those of the settings else', () => {
    expect(credentialsOf(optionsOf(sampleSettings).auth)).toMatchObject({ ak: 'LOCALACCESSKEY000001' });
  });

  test('of the settings may be temporary', () => {
    const { auth } = optionsOf({ ...sampleSettings, HUAWEICLOUD_SDK_SECURITY_TOKEN: 'sts' });
    expect(credentialsOf(auth)).toMatchObject({ securityToken: 'sts' });
  });

  test('never mix the two', () => {
    const { auth } = optionsOf(
      { ...sampleSettings, HUAWEICLOUD_SDK_SECURITY_TOKEN: 'sts' },
      { ...agency, getSecurityToken: () => '' },
    );
    expect(credentialsOf(auth)).toMatchObject({ ak: 'LOCALACCESSKEY000001', securityToken: 'sts' });
  });
});

describe('an id of a project that cannot be one', () => {
  const unusable = expect.objectContaining({ name: 'InvalidSettingError', setting: 'HUAWEICLOUD_SDK_PROJECT_ID' });

  test.each(['../iam', 'a/b', 'my project', 'é', 'x'.repeat(65)])('%j is told as a setting', (id) => {
    expect(() => optionsOf({ ...sampleSettings, HUAWEICLOUD_SDK_PROJECT_ID: id })).toThrow(unusable);
  });

  test('is told so too where the context gives it', () => {
    const env = { ...sampleSettings, HUAWEICLOUD_SDK_PROJECT_ID: undefined };
    expect(() => optionsOf(env, { getProjectID: () => 'a/b' })).toThrow(unusable);
  });
});

describe('a missing setting', () => {
  test.each([
    [{}, 'HUAWEICLOUD_SDK_AK'],
    [{ ...sampleSettings, HUAWEICLOUD_SDK_AK: '' }, 'HUAWEICLOUD_SDK_AK'],
    [{ ...sampleSettings, HUAWEICLOUD_SDK_SK: undefined }, 'HUAWEICLOUD_SDK_SK'],
    [{ ...sampleSettings, HUAWEICLOUD_SDK_PROJECT_ID: undefined }, 'HUAWEICLOUD_SDK_PROJECT_ID'],
    [{ AUTH_MODE: 'token' }, 'HUAWEICLOUD_IAM_USERNAME'],
    [{ AUTH_MODE: 'token', HUAWEICLOUD_IAM_USERNAME: 'u' }, 'HUAWEICLOUD_IAM_PASSWORD'],
    [{ AUTH_MODE: 'token', HUAWEICLOUD_IAM_USERNAME: 'u', HUAWEICLOUD_IAM_PASSWORD: 'p' }, 'HUAWEICLOUD_IAM_DOMAIN'],
    [
      {
        AUTH_MODE: 'token',
        HUAWEICLOUD_IAM_USERNAME: 'u',
        HUAWEICLOUD_IAM_PASSWORD: 'p',
        HUAWEICLOUD_IAM_DOMAIN: 'd',
      },
      'HUAWEICLOUD_REGION',
    ],
  ])('of %j is named: %s', (env, setting) => {
    expect(() => optionsOf(env)).toThrow(expect.objectContaining({ name: 'MissingSettingError', setting }));
  });

  test('of an endpoint is only missed when the service is called', () => {
    const { endpoint } = optionsOf({ ...sampleSettings, HUAWEICLOUD_REGION: undefined });
    expect(() => endpoint('ces')).toThrow(expect.objectContaining({ setting: 'HUAWEICLOUD_REGION' }));
  });

  test('is not what an unknown AUTH_MODE is', () => {
    expect(() => optionsOf({ ...sampleSettings, AUTH_MODE: 'basic' })).toThrow(
      expect.objectContaining({ name: 'InvalidSettingError', setting: 'AUTH_MODE' }),
    );
  });
});

describe('project and endpoints', () => {
  test('the project comes from the settings first', () => {
    expect(optionsOf(sampleSettings, { getProjectID: () => 'other' }).projectId).toBe(
      sampleSettings.HUAWEICLOUD_SDK_PROJECT_ID,
    );
  });

  test('the project comes from the context else', () => {
    const env = { ...sampleSettings, HUAWEICLOUD_SDK_PROJECT_ID: undefined };
    expect(optionsOf(env, { getProjectID: () => 'of-context' }).projectId).toBe('of-context');
  });

  test('an endpoint is made of the region', () => {
    expect(optionsOf(sampleSettings).endpoint('ces').href).toBe('https://ces.cn-north-4.myhuaweicloud.com/');
  });

  test('an endpoint follows the region that was changed', () => {
    optionsOf(sampleSettings).endpoint('ces');
    const { endpoint } = optionsOf({ ...sampleSettings, HUAWEICLOUD_REGION: 'eu-west-101' });
    expect(endpoint('ces').host).toBe('ces.eu-west-101.myhuaweicloud.com');
  });

  test('an endpoint of the settings wins', () => {
    const env = { ...sampleSettings, ROMA_ENDPOINT: 'http://127.0.0.1:3001' };
    expect(optionsOf(env).endpoint('roma').origin).toBe('http://127.0.0.1:3001');
  });
});

describe('the time for calls', () => {
  test.each([
    [3_000, 2_700],
    [30_000, 29_500],
    [0, 0],
  ])('of %s ms that are left is %s ms', (left, expected) => {
    expect(optionsOf(sampleSettings, { getRemainingTimeInMilliSeconds: () => left }).remainingMs()).toBe(expected);
  });

  test('keeps its margin while it runs out', () => {
    let left = 3_000;
    const { remainingMs } = optionsOf(sampleSettings, { getRemainingTimeInMilliSeconds: () => left });
    left = 400;
    expect(remainingMs()).toBe(100);
  });
});

describe('AUTH_MODE=token', () => {
  test('takes the token of the agency', async () => {
    const { auth } = optionsOf({ ...sampleSettings, AUTH_MODE: 'token' }, { getToken: () => 'agency-token' });
    const tokens = auth.mode === 'token' ? [await auth.source.current(), await auth.source.renew('agency-token')] : [];
    expect(tokens).toEqual(['agency-token', 'agency-token']);
  });

  describe('without an agency', () => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(201, { 'x-subject-token': 'token-of-iam', 'content-type': 'application/json' }).end('{}');
    });
    beforeEach(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
    afterEach(() => {
      forgetTokens();
      return new Promise((resolve) => server.close(resolve));
    });

    test('asks IAM, and makes its token known as a secret', async () => {
      const { port } = server.address() as AddressInfo;
      const { auth, keepSecret } = optionsOf({
        ...sampleSettings,
        AUTH_MODE: 'token',
        HUAWEICLOUD_IAM_USERNAME: 'local',
        HUAWEICLOUD_IAM_PASSWORD: 'local-password',
        HUAWEICLOUD_IAM_DOMAIN: 'local',
        IAM_ENDPOINT: `http://127.0.0.1:${port}`,
      });
      const source = auth.mode === 'token' ? auth.source : undefined;
      expect([await source?.current(), await source?.renew('token-of-iam')]).toEqual(['token-of-iam', 'token-of-iam']);
      expect(keepSecret.mock.calls).toEqual([['token-of-iam'], ['token-of-iam']]);
      server.closeAllConnections();
    });
  });
});
