import { describe, expect, it } from 'vitest';
import { openWorkplace } from '../../../shared/handler/workplace.js';
import type { Database } from '../../../shared/store/database.js';
import type { PgDatabaseOptions } from '../../../shared/store/pg-database.js';
import { fakeRuntime, sampleSettings } from './fake-platform.js';

const url = 'postgres://fleet:hunter%212@db.example.com/runs';
const project = sampleSettings.HUAWEICLOUD_SDK_PROJECT_ID;
const platform = {
  getPackage: () => 'fleet',
  getFunctionName: () => 'echo',
  getVersion: () => 'v2',
  getProjectID: () => 'of-context',
};
const open = (context: unknown, env: Record<string, string | undefined> = sampleSettings) =>
  openWorkplace('Echo', context, fakeRuntime(env).runtime);

describe('the workplace of one invocation', () => {
  it.each([
    ['of the platform', platform, 'echo'],
    ['of the operation, where the platform has none', {}, 'Echo'],
  ])('has the name %s', (_name, context, name) => {
    expect(open(context).functionName).toBe(name);
  });

  it.each([
    ['all of it', platform, sampleSettings, 'urn:fss:cn-north-4:of-context:function:fleet:echo:v2'],
    [
      'neither version nor project',
      { ...platform, getVersion: undefined, getProjectID: undefined },
      sampleSettings,
      `urn:fss:cn-north-4:${project}:function:fleet:echo`,
    ],
    ['no application', { ...platform, getPackage: undefined }, sampleSettings, undefined],
    ['no function', { ...platform, getFunctionName: undefined }, sampleSettings, undefined],
    ['no region', platform, {}, undefined],
    ['no project anywhere', { ...platform, getProjectID: undefined }, { HUAWEICLOUD_REGION: 'cn-north-4' }, undefined],
  ])('knows the URN of its function where the platform tells %s', (_name, context, env, urn) => {
    expect(open(context, env).operation.functionUrn).toBe(urn);
  });

  it('builds the client once, when it is asked for, and only then has an outcome in doubt', () => {
    const seen = fakeRuntime();
    const workplace = openWorkplace('Echo', {}, seen.runtime);
    expect(workplace.outcome()).toBe('not-sent');

    const { operation } = workplace;

    expect(operation.cloud).toBe(operation.cloud);
    expect(seen.clients).toHaveLength(1);
    expect(workplace.outcome()).toBe('unknown');
  });

  it('lists the first 20 attempts and counts all of them', async () => {
    const { operation, upstream } = open({});

    for (let i = 0; i < 25; i++) {
      await operation.cloud.send({ service: 'ces', operation: 'Look', method: 'GET', path: [], repeatable: true });
    }

    expect(upstream()).toMatchObject({ upstream: { length: 20 }, upstream_calls: 25 });
  });

  it('has no database where none is set, or the function was built without one', () => {
    expect(open({}).operation.database).toBeUndefined();
    expect(open({}, { DATABASE_URL: url }).operation.database).toBeUndefined();
  });

  it.each([
    [20_000, 19_500],
    [500, 300],
    [200, 50],
    [100, 0],
  ])('opens the database once, and of the last %i ms of 30 s it may take %i', (remaining, expected) => {
    const opened: PgDatabaseOptions[] = [];
    const database: Database = {
      query: async () => [],
      transaction: async () => Promise.reject(new Error('not used')),
      close: async () => undefined,
    };
    const { runtime } = fakeRuntime({ DATABASE_URL: url, DATABASE_CA: 'pem' });
    const makeDatabase = (options: PgDatabaseOptions) => {
      opened.push(options);
      return database;
    };
    let left = 30_000;
    const context = { getRemainingTimeInMilliSeconds: () => left };
    const { operation } = openWorkplace('Echo', context, { ...runtime, makeDatabase });
    left = remaining;

    expect(operation.database).toBe(operation.database);

    expect(opened).toMatchObject([{ url, ca: 'pem' }]);
    expect(opened.map(({ remainingMs }) => remainingMs())).toEqual([expected]);
  });

  it.each([
    ['the password of the database, as it is', { DATABASE_URL: url }, 'hunter!2'],
    ['the password of the database, as it is written', { DATABASE_URL: url }, 'hunter%212'],
    ['a password that is not encoded well', { DATABASE_URL: 'postgres://u:100%sure@db/runs' }, '100%sure'],
    ['the second of two push tokens', { IOTDA_PUSH_TOKEN: 'first-token, second-token' }, 'second-token'],
    ['the only push token', { IOTDA_PUSH_TOKEN: 'first-token' }, 'first-token'],
    ['a URL without a password, as a whole', { DATABASE_URL: 'postgres://u@db/runs' }, 'postgres://u@db/runs'],
  ])('blots out %s', (_name, env, secret) => {
    expect(open({}, env).redactor.text(`it is ${secret} here`)).toBe('it is *** here');
  });

  it('blots out what the agency lends', () => {
    const lent = {
      getSecurityAccessKey: () => 'lent-access-key',
      getSecuritySecretKey: () => 'lent-secret-key',
      getSecurityToken: () => 'lent-security-token',
      getToken: () => 'lent-iam-token',
    };

    const { redactor } = open(lent);

    expect(Object.values(lent).map((give) => redactor.text(give()))).toEqual(['***', '***', '***', '***']);
  });
});
