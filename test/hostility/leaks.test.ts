import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { builtFunction } from '../bundles/built-function.js';
import { json, type LoopbackCloud, type Script, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { apig } from '../shared/handler/triggers/http-events.js';
import { mouths } from './echoing-cloud.js';
import { echoes, everythingOf, type SecretName, secrets, secretsIn } from './marked-secrets.js';

let cloud: LoopbackCloud;
const consoleLines: unknown[] = [];
beforeAll(async () => {
  cloud = await startLoopbackCloud();
});
afterAll(() => cloud.close());
beforeEach(() => {
  consoleLines.length = 0;
  for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...given) => void consoleLines.push(...given));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const host = { remote_ip: '192.0.2.1', user_name: 'root', port: '22', password: secrets.hostPassword };
const inputs = {
  'create-invocations': {
    invocation_type: 'REMOTE_INSTALL',
    remote_install_meta: [host, { ...host, password: secrets.hostKey, remote_use_pem: true }],
    instance_ids: ['ecs-1', 'ecs-2'],
  },
  'start-stop-roma-tasks': { instance_id: 'roma', action_id: 'start', list: [{ task_id: 'a' }, { task_id: 'b' }] },
  'create-ief-job': {
    job_name: 'job',
    job_type: 'node_upgrade',
    job_content: { target_type: 'node', targets: [{ target_id: 'n' }] },
  },
  'list-invocations': {},
} as const;
type Calling = keyof typeof inputs;
/** What a function never had it cannot recognise in a reply: nothing of its own gets out with it. */
const neverGiven = (name: string): SecretName[] =>
  name === 'create-invocations' ? ['iamToken'] : ['iamToken', 'hostPassword', 'hostKey'];
const names = Object.keys(inputs) as Calling[];

const triggers = {
  http: (name: Calling, input: object) =>
    name === 'list-invocations'
      ? apig({ method: 'GET' })
      : apig({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) }),
  direct: (_name: Calling, input: object) => input,
  timer: (_name: Calling, input: object) => ({ trigger_type: 'TIMER', user_event: JSON.stringify(input) }),
};

/** The settings of a function that has every secret there is. */
const settings: Record<string, string> = {
  HUAWEICLOUD_REGION: 'cn-north-4',
  HUAWEICLOUD_SDK_AK: secrets.settingsAk,
  HUAWEICLOUD_SDK_SK: secrets.settingsSk,
  HUAWEICLOUD_IAM_USERNAME: 'user',
  HUAWEICLOUD_IAM_PASSWORD: secrets.iamPassword,
  HUAWEICLOUD_IAM_DOMAIN: 'domain',
  IOTDA_PUSH_TOKEN: `${secrets.pushToken}, ${secrets.secondPushToken}`,
  LOG_LEVEL: 'DEBUG',
};

interface Surroundings {
  readonly variables?: Record<string, string>;
  readonly agency?: boolean;
}

/** Invokes a function and returns all that came out of it anywhere, as one text. */
async function everythingFrom(
  name: string,
  event: unknown,
  { variables = {}, agency = true }: Surroundings = {},
): Promise<string> {
  const endpoints = Object.fromEntries(
    ['CES', 'IEF', 'ROMA', 'IAM'].map((service) => [`${service}_ENDPOINT`, cloud.url]),
  );
  const all: Record<string, string> = { ...settings, ...endpoints, ...variables };
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const ends = Date.now() + 400;
  const lent = agency ? secrets : { ak: '', sk: '', securityToken: '', agencyToken: '' };
  const context = {
    getRequestID: () => 'leak-test',
    getRemainingTimeInMilliSeconds: () => ends - Date.now(),
    getUserData: (key: string) => all[key],
    getProjectID: () => 'project',
    getSecurityAccessKey: () => lent.ak,
    getSecuritySecretKey: () => lent.sk,
    getSecurityToken: () => lent.securityToken,
    getToken: () => lent.agencyToken,
    getLogger: () => ({ debug: write, info: write, warn: write, error: write }),
  };
  const outcome = await builtFunction(name)
    .handler(event, context)
    .catch((error: unknown) => error);
  expect(lines.length).toBeGreaterThan(0);
  return [everythingOf(outcome), ...lines, ...consoleLines.map(everythingOf)].join('\n');
}

describe.each(names)('%s, whatever the cloud repeats,', (name) => {
  test.each(Object.entries(mouths))('lets no secret out after %s', async (_case, mouth) => {
    for (const event of Object.values(triggers)) {
      for (const [kind, _echo] of Object.entries(echoes({ headers: {}, body: {} }))) {
        cloud.script = (request, response) => mouth(echoes(request)[kind] ?? '')(request, response);
        const seen = await everythingFrom(name, event(name, inputs[name]));
        expect({ kind, leaked: secretsIn(seen, neverGiven(name)) }).toEqual({ kind, leaked: [] });
      }
    }
  });
});

const iamToken: Script = (_request, response) =>
  void response
    .writeHead(201, { 'x-subject-token': secrets.iamToken })
    .end('{"token":{"expires_at":"2099-01-01T00:00:00Z"}}');

describe('with tokens', () => {
  const token = { AUTH_MODE: 'token' };

  test.each([true, false])('no token gets out where the cloud repeats it (of the agency: %s)', async (agency) => {
    for (const name of names) {
      for (const kind of ['the request', 'in base64', 'in a URL']) {
        cloud.script = (request, response) =>
          request.url.includes('/auth/tokens')
            ? iamToken(request, response)
            : json(401, { error_msg: echoes(request)[kind], error_code: 'APIGW.0307' })(request, response);
        const seen = await everythingFrom(name, triggers.direct(name, inputs[name]), { variables: token, agency });
        const given = neverGiven(name).filter((each) => each !== 'iamToken' || agency);
        const never: SecretName[] = agency ? given : [...given, 'ak', 'sk', 'securityToken', 'agencyToken'];
        expect({ name, kind, leaked: secretsIn(seen, never) }).toEqual({ name, kind, leaked: [] });
      }
    }
  });

  test.each(Object.entries(mouths))('no password gets out after %s of IAM', async (_case, mouth) => {
    for (const event of [triggers.http, triggers.direct]) {
      cloud.script = (request, response) => mouth(echoes(request)['the request'] ?? '')(request, response);
      const variables = { ...token, HUAWEICLOUD_IAM_DOMAIN: `domain of ${_case}` };
      const seen = await everythingFrom('list-invocations', event('list-invocations', {}), {
        variables,
        agency: false,
      });
      expect(secretsIn(seen)).toEqual([]);
    }
  });
});

describe('without a call', () => {
  test.each<[string, Surroundings]>([
    ['no secret key', { agency: false, variables: { HUAWEICLOUD_SDK_SK: '' } }],
    [
      'a line break in the secret key',
      { agency: false, variables: { HUAWEICLOUD_SDK_SK: `${secrets.settingsSk}\n${secrets.sk}` } },
    ],
    ['the secret key as AUTH_MODE', { variables: { AUTH_MODE: secrets.settingsSk } }],
    [
      'the secret key as region',
      { variables: { HUAWEICLOUD_REGION: secrets.settingsSk, CES_ENDPOINT: '', IEF_ENDPOINT: '', ROMA_ENDPOINT: '' } },
    ],
    [
      'secrets in the endpoint',
      {
        variables: {
          CES_ENDPOINT: `http://${secrets.settingsAk}:${encodeURIComponent(secrets.settingsSk)}@example.com/`,
        },
      },
    ],
    ['no password of IAM', { agency: false, variables: { AUTH_MODE: 'token', HUAWEICLOUD_IAM_PASSWORD: '' } }],
  ])('no secret gets out where there is %s', async (_case, surroundings) => {
    cloud.script = json(400, {});
    for (const event of Object.values(triggers)) {
      const seen = await everythingFrom(
        'create-invocations',
        event('create-invocations', inputs['create-invocations']),
        surroundings,
      );
      expect(secretsIn(seen)).toEqual([]);
    }
  });

  test('no password gets out where the input is refused', async () => {
    const broken = {
      ...inputs['create-invocations'],
      remote_install_meta: [
        { ...host, port: {}, password: [secrets.hostPassword] },
        { ...host, passwort: 1 },
      ],
    };
    for (const event of Object.values(triggers)) {
      expect(secretsIn(await everythingFrom('create-invocations', event('create-invocations', broken)))).toEqual([]);
    }
  });

  test('no password gets out of JSON that cannot be parsed', async () => {
    const body = `${JSON.stringify(inputs['create-invocations'])},`;
    const event = apig({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const timer = { trigger_type: 'TIMER', user_event: body };
    for (const each of [event, timer]) expect(secretsIn(await everythingFrom('create-invocations', each))).toEqual([]);
  });

  test('nothing gets out of a defect that carries secrets', async () => {
    const cause = Object.assign(new Error(secrets.sk), { request: { headers: secrets } });
    vi.spyOn(createRequire(import.meta.url)('node:crypto'), 'createHmac').mockImplementation(() => {
      throw Object.assign(new TypeError(`key ${secrets.sk} ${secrets.hostPassword}`, { cause }), { options: secrets });
    });
    for (const event of Object.values(triggers)) {
      const seen = await everythingFrom(
        'create-invocations',
        event('create-invocations', inputs['create-invocations']),
      );
      expect(seen).toContain('INTERNAL');
      expect(secretsIn(seen)).toEqual([]);
    }
  });
});

describe('receive-batchtask', () => {
  const all = Object.values(secrets).join(' ');
  test.each<[string, Record<string, string>, unknown]>([
    ['no signature', {}, {}],
    ['the token itself as signature', { timestamp: '1', nonce: secrets.pushToken, signature: secrets.pushToken }, {}],
    [
      'both tokens in the headers',
      { timestamp: secrets.pushToken, nonce: 'n', signature: secrets.secondPushToken },
      all,
    ],
  ])('lets no token out of a push with %s', async (_case, headers, body) => {
    const event = apig({
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const seen = await everythingFrom('receive-batchtask', event);
    expect(seen).toContain('PUSH_SIGNATURE_INVALID');
    expect(secretsIn(seen)).toEqual([]);
  });

  test('lets no token out of a payload that holds it', async () => {
    const push = {
      resource: 'batchtask',
      event: 'update',
      notify_data: { body: { task_id: secrets.pushToken, status: 'Fail', status_desc: secrets.secondPushToken } },
    };
    expect(secretsIn(await everythingFrom('receive-batchtask', push))).toEqual([]);
  });
});
