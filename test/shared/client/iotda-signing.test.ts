import { afterEach, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start-cloud.js';
import { createCloudClient } from '../../../shared/client/create-cloud-client.js';
import { derivedScopeFor } from '../../../shared/client/iotda-signing.js';
import { destroyPools } from '../../../shared/client/pools.js';
import { rejection } from './loopback.js';

const instance = new URL('https://a16012345.st1.iotda-app.cn-north-4.myhuaweicloud.com');
const scope = { region: 'cn-north-4', service: 'iotdm' };

describe('derivedScopeFor', () => {
  it.each([
    ['a standard instance', instance.href],
    ['one with a port', `${instance.origin}:8943`],
    ['an enterprise instance', 'https://b99.st1.iotda-app.cn-north-4.myhuaweicloud.com/'],
  ])('takes the region from the host of %s', (_, endpoint) => {
    expect(derivedScopeFor('iotda', new URL(endpoint), { region: 'la-south-2' })).toEqual(scope);
  });

  it('takes the region of the settings where the host of an instance is one’s own', () => {
    expect(derivedScopeFor('iotda', new URL('https://iot.example.com:8943'), { region: 'cn-north-4' })).toEqual(scope);
  });

  it('names the setting where nobody knows the region', () => {
    const act = () => derivedScopeFor('iotda', new URL('https://iot.example.com'), {});

    expect(act).toThrow(expect.objectContaining({ name: 'MissingSettingError', setting: 'HUAWEICLOUD_REGION' }));
  });

  it.each([
    'https://iotda.cn-north-4.myhuaweicloud.com',
    'https://iotda.la-south-2.myhuaweicloud.com',
    'https://iotda.myhuaweicloud.com',
    'https://iotda.cn-north-4.huaweicloud.com:8443',
    'http://127.0.0.1:3001',
    'http://localhost:3001',
    'http://[::1]:3001',
  ])('leaves %s to the plain algorithm', (endpoint) => {
    expect(derivedScopeFor('iotda', new URL(endpoint), { region: 'cn-north-4' })).toBeUndefined();
  });

  it.each(['ces', 'ief', 'roma', 'iam', 'functiongraph'] as const)('is never for %s', (service) => {
    expect(derivedScopeFor(service, instance, { region: 'cn-north-4', derivedIotda: true })).toBeUndefined();
  });

  it('does what it is told, whatever the host', () => {
    const loopback = new URL('http://127.0.0.1:3001');

    expect(derivedScopeFor('iotda', loopback, { region: 'cn-north-4', derivedIotda: true })).toEqual(scope);
    expect(derivedScopeFor('iotda', instance, { region: 'cn-north-4', derivedIotda: false })).toBeUndefined();
  });
});

describe('a client of the emulated cloud', () => {
  let cloud: Cloud | undefined;

  afterEach(async () => {
    await destroyPools();
    await cloud?.close();
  });

  async function listRules(derivedIotda: boolean | undefined, service: 'iotda' | 'ces' = 'iotda') {
    cloud = await startCloud({ port: 0 });
    const { url, account } = cloud;
    const client = createCloudClient({
      auth: { mode: 'aksk', credentials: { ak: account.ak, sk: account.sk } },
      projectId: account.project,
      endpoint: () => new URL(url),
      remainingMs: () => 5000,
      region: 'cn-north-4',
      derivedIotda,
    });
    const iotda = ['v5', 'iot', account.project, 'routing-rule', 'rules'];
    const path = service === 'iotda' ? iotda : ['v3', account.project, 'agent-invocations'];
    return client.send({ service, operation: 'List', method: 'GET', path, repeatable: true });
  }

  it.each([
    ['derived where it is told so', true],
    ['plainly by itself, because the host is this machine', undefined],
  ])('is let in, signed %s', async (_, derivedIotda) => {
    expect(await listRules(derivedIotda)).toMatchObject({ status: 200, attempts: 1 });
  });

  it('signs other services plainly even so', async () => {
    expect(await listRules(true, 'ces')).toMatchObject({ status: 200, attempts: 1 });
  });

  it('is refused with a derived signature of another region', async () => {
    cloud = await startCloud({ port: 0, account: { region: 'la-south-2' } });
    const { url, account } = cloud;
    const client = createCloudClient({
      auth: { mode: 'aksk', credentials: { ak: account.ak, sk: account.sk } },
      projectId: account.project,
      endpoint: () => new URL(url),
      remainingMs: () => 5000,
      region: 'cn-north-4',
      derivedIotda: true,
    });
    const path = ['v5', 'iot', account.project, 'routing-rule', 'rules'];

    const error = await rejection(
      client.send({ service: 'iotda', operation: 'List', method: 'GET', path, repeatable: true }),
    );

    expect(error).toMatchObject({ name: 'CloudAuthError' });
  });
});
