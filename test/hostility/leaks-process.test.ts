import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, type LoopbackCloud, type Script, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { apig } from '../shared/handler/triggers/http-events.js';
import { echoes, type SecretName, secrets, secretsIn } from './marked-secrets.js';

const program = fileURLToPath(new URL('./leak-child.cjs', import.meta.url));

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());

/** Everything that a process of its own writes to its standard output and error while it runs one invocation. */
function outputOf(name: string, event: unknown, more: Record<string, string>): Promise<string> {
  const { PATH = '' } = process.env;
  const env = {
    PATH,
    HUAWEICLOUD_REGION: 'cn-north-4',
    HUAWEICLOUD_SDK_PROJECT_ID: 'project',
    CES_ENDPOINT: cloud.url,
    IAM_ENDPOINT: cloud.url,
    HUAWEICLOUD_SDK_AK: secrets.ak,
    HUAWEICLOUD_SDK_SK: secrets.sk,
    HUAWEICLOUD_SDK_SECURITY_TOKEN: secrets.securityToken,
    HUAWEICLOUD_IAM_USERNAME: 'user',
    HUAWEICLOUD_IAM_PASSWORD: secrets.iamPassword,
    HUAWEICLOUD_IAM_DOMAIN: 'domain',
    IOTDA_PUSH_TOKEN: secrets.pushToken,
    LOG_LEVEL: 'DEBUG',
    ...more,
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, name, JSON.stringify(event)], { env });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', () => resolve(output));
  });
}

const host = { remote_ip: '192.0.2.1', user_name: 'root', port: '22', password: secrets.hostPassword };
const install = {
  invocation_type: 'REMOTE_INSTALL',
  remote_install_meta: [host, { ...host, password: secrets.hostKey }],
};
const overHttp = apig({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(install),
});
const neverGiven: readonly SecretName[] = ['settingsAk', 'settingsSk', 'agencyToken', 'secondPushToken'];

const refusing =
  (status: number): Script =>
  (request, response) => {
    const { plain, 'the request': request_id, 'in base64': error_code } = echoes(request);
    json(status, { error_code, error_msg: plain, request_id })(request, response);
  };
const tokenThen =
  (then: Script): Script =>
  (request, response) => {
    if (!request.url.includes('/auth/tokens')) return then(request, response);
    response.writeHead(201, { 'x-subject-token': secrets.iamToken }).end('{}');
  };

test.each<[string, string, unknown, Script, Record<string, string>]>([
  ['a refused direct call', 'create-invocations', install, refusing(400), {}],
  ['a refused HTTP call', 'create-invocations', overHttp, refusing(401), {}],
  ['a refused token', 'create-invocations', install, tokenThen(refusing(401)), { AUTH_MODE: 'token' }],
  ['a refused user', 'create-invocations', install, refusing(401), { AUTH_MODE: 'token' }],
  ['a missing setting', 'create-invocations', install, refusing(400), { HUAWEICLOUD_SDK_SK: '' }],
  ['a refused input', 'create-invocations', { ...install, nonsense: 1 }, refusing(400), {}],
  ['a push without signature', 'receive-batchtask', apig({ method: 'POST', body: '{}' }), refusing(400), {}],
])('a process shows no secret on its output after %s', async (_case, name, event, script, settings) => {
  cloud.script = script;

  const output = await outputOf(name, event, settings);

  // What was never given in this mode cannot be recognised when a cloud invents it.
  const iam: readonly SecretName[] = settings.AUTH_MODE === 'token' && _case === 'a refused token' ? [] : ['iamToken'];
  expect(output).toContain('"message":"invocation"');
  expect(secretsIn(output, [...neverGiven, ...iam])).toEqual([]);
});
