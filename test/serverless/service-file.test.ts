import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readServiceFile, type Service, ServiceFileError } from '../../serverless/service-file.js';

const folder = mkdtempSync(join(tmpdir(), 'service-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = `service: small
provider:
  name: huawei
  region: cn-north-4
functions:
  hello:
    handler: index.handler
    code:
      codeUri: ./dist/hello
    timeout: 30
    memorySize: 256
    environment:
      variables:
        PLACE: \${env:PLACE, 'here'}
    events:
      - triggerTypeCode: APIG
        eventData: { name: hello_api, groupId: g, auth: IAM, path: /hello, reqMethod: GET }
      - triggerTypeCode: TIMER
        eventData: { name: hourly, scheduleType: Rate, schedule: 1h }
`;

function read(text: string, env: Record<string, string> = {}): Service {
  const path = join(folder, 'serverless.yml');
  writeFileSync(path, text);
  return readServiceFile(path, env);
}

/** The problems of the small file after one replacement. */
function problemsAfter(from: string | RegExp, to: string): readonly string[] {
  const text = small.replace(from, to);
  if (text === small) throw new Error('the replacement changed nothing');
  return problemsOf(text);
}

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (error instanceof ServiceFileError) return error.problems;
    throw error;
  }
}

describe("the project's own serverless.yml", () => {
  const service = readServiceFile('serverless.yml', {});

  it('has the five functions and routes of the contract', () => {
    const routes = service.functions.map((fn) => [
      fn.name,
      fn.routes.map((route) => `${route.method} ${route.path}`).join(),
    ]);
    expect(routes).toEqual([
      ['create-invocations', 'POST /agent-invocations'],
      ['list-invocations', 'GET /agent-invocations'],
      ['create-ief-job', 'POST /ief-jobs'],
      ['start-stop-roma-tasks', 'POST /roma-tasks/batch-operation'],
      ['receive-batchtask', 'POST /notifications/batchtask'],
    ]);
  });

  it('leaves only the push route without IAM', () => {
    const open = service.functions.filter((fn) => fn.routes.some((route) => route.auth !== 'IAM')).map((fn) => fn.name);
    expect(open).toEqual(['receive-batchtask']);
  });

  it('lets no timer change anything until somebody enables it', () => {
    const active = service.functions.filter((fn) => fn.timers.some((timer) => timer.active)).map((fn) => fn.name);
    expect(active).toEqual(['list-invocations']);
  });

  it('gives every timer an input that is a JSON object', () => {
    const inputs = service.functions.flatMap((fn) => fn.timers).map((timer) => typeof JSON.parse(timer.userEvent));
    expect(inputs).toEqual(inputs.map(() => 'object'));
  });

  it('makes no gateway wait longer or shorter than its function may run', () => {
    const differing = service.functions.filter((fn) =>
      fn.routes.some((route) => route.timeoutMs !== fn.timeout * 1000),
    );
    expect(differing).toEqual([]);
  });

  it('keeps the push token among the encrypted variables', () => {
    const found = readServiceFile('serverless.yml', { IOTDA_PUSH_TOKEN: 'abc' }).functions.at(-1);
    expect([found?.encryptedEnvironment, found?.environment.IOTDA_PUSH_TOKEN]).toEqual([
      { IOTDA_PUSH_TOKEN: 'abc' },
      undefined,
    ]);
  });
});

describe('a readable file', () => {
  it('fills in the defaults of the provider and the plugin', () => {
    const [hello] = read(
      small
        .replace('region: cn-north-4', 'region: cn-north-4\n  memorySize: 512\n  timeout: 7')
        .replace(/ {4}(timeout|memorySize).*\n/g, ''),
    ).functions;
    expect(hello).toMatchObject({
      memorySize: 512,
      timeout: 7,
      runtime: 'Node.js20.15',
      app: 'default',
      encryptedEnvironment: {},
    });
  });

  it('takes the gateway defaults of the trigger page', () => {
    expect(read(small).functions[0]?.routes[0]).toMatchObject({ matchMode: 'SWA', timeoutMs: 5000, active: true });
  });

  it('prefers the environment to a default', () => {
    expect(read(small, { PLACE: 'there' }).functions[0]?.environment).toEqual({ PLACE: 'there' });
  });

  it('uses the default where the environment has nothing', () => {
    expect(read(small).functions[0]?.environment).toEqual({ PLACE: 'here' });
  });

  it('turns numbers among the variables into texts', () => {
    expect(read(small.replace(/PLACE: .*/, 'PLACE: 5')).functions[0]?.environment).toEqual({ PLACE: '5' });
  });

  it('takes the execution agency before the configuration agency', () => {
    const agencies = (lines: string) =>
      read(small.replace('    timeout: 30', `    timeout: 30\n${lines}`)).functions[0]?.agency;
    expect([
      agencies('    appXrole: a\n    xrole: b'),
      agencies('    xrole: b'),
      agencies('    agencyName: c'),
    ]).toEqual(['a', 'b', 'c']);
  });
});

describe('a mistake is reported with its line and a remedy', () => {
  it.each([
    [
      'an unknown key',
      'memorySize: 256',
      'memroySize: 256',
      'serverless.yml:11: functions.hello.memroySize is not a known key. Did you mean memorySize?',
    ],
    [
      'an unknown key far from any other',
      'timeout: 30',
      'colour: red',
      'serverless.yml:10: functions.hello.colour is not a known key. Remove it; known are ',
    ],
    [
      'an unknown key of the provider',
      'region: cn-north-4',
      'region: cn-north-4\n  regoin: x',
      'serverless.yml:5: provider.regoin is not a known key. Did you mean region?',
    ],
    [
      'an unknown key of a timer',
      'schedule: 1h',
      'schedule: 1h, userEvnt: x',
      'userEvnt is not a known key. Did you mean userEvent?',
    ],
    [
      'a missing handler',
      '    handler: index.handler\n',
      '',
      'serverless.yml:6: functions.hello.handler is missing. Write FILE.EXPORT with one dot, as in index.handler.',
    ],
    [
      'a handler of one part',
      'index.handler',
      'index',
      'serverless.yml:7: functions.hello.handler is "index". Write FILE.EXPORT',
    ],
    ['a handler of three parts', 'index.handler', 'index.js.handler', 'functions.hello.handler is "index.js.handler"'],
    [
      'an initializer of one part',
      'index.handler',
      'index.handler\n    initializerTimeout: 5\n    initializerHandler: start',
      'serverless.yml:9: functions.hello.initializerHandler is "start"',
    ],
    [
      'an initializer in another file',
      'index.handler',
      'index.handler\n    initializerTimeout: 5\n    initializerHandler: start.run',
      'is in another file than the handler. Write index.EXPORT.',
    ],
    [
      'an initializer without a limit',
      'index.handler',
      'index.handler\n    initializerHandler: index.start',
      'has no time limit. Write initializerTimeout: 10 beside it.',
    ],
    [
      'a timeout of no seconds',
      'timeout: 30',
      'timeout: 0',
      'serverless.yml:10: functions.hello.timeout is 0. Write a whole number of seconds from 3 to 259200.',
    ],
    ['a timeout beyond three days', 'timeout: 30', 'timeout: 259201', 'functions.hello.timeout is 259201.'],
    [
      'a memory size that is not offered',
      'memorySize: 256',
      'memorySize: 300',
      "serverless.yml:11: functions.hello.memorySize is 300. Write one of FunctionGraph's sizes: 128, 256, ",
    ],
    [
      'another runtime',
      'timeout: 30',
      'timeout: 30\n    runtime: Node.js20.x',
      'functions.hello.runtime is "Node.js20.x". Write Node.js20.15',
    ],
    [
      'a bad rate',
      'schedule: 1h',
      'schedule: 90m',
      'serverless.yml:19: functions.hello.events.1.eventData.schedule: "90m" is not a rate.',
    ],
    [
      'a bad cron expression',
      'scheduleType: Rate, schedule: 1h',
      'scheduleType: Cron, schedule: 61 0 0 * * *',
      '"61" cannot stand in the field second.',
    ],
    [
      'an unknown trigger',
      'triggerTypeCode: TIMER',
      'triggerTypeCode: TIMR',
      'serverless.yml:18: functions.hello.events.1.triggerTypeCode is "TIMR". Write a trigger with',
    ],
    [
      'a gateway that would wait too long',
      'reqMethod: GET',
      'reqMethod: GET, timeout: 60001',
      'eventData.timeout is 60001. Write a whole number of milliseconds from 1 to 60000.',
    ],
    [
      'a variable without a default',
      `\${env:PLACE, 'here'}`,
      `\${env:PLACE}`,
      'serverless.yml:14: functions.hello.environment.variables.PLACE needs the environment variable PLACE. Set it',
    ],
    [
      'a variable of another kind',
      `\${env:PLACE, 'here'}`,
      `\${ssm:/place}`,
      'has a variable that cannot be read. Write it as ${env:NAME',
    ],
    [
      'an empty value',
      'region: cn-north-4',
      'region: ""',
      'serverless.yml:4: provider.region is empty. Write a region id',
    ],
    ['a file without functions', /functions:.*/s, '', 'functions is missing.'],
    ['YAML that is not YAML', 'functions:', 'functions: [', 'Mend the YAML.'],
    [
      'a key that stands twice',
      'timeout: 30',
      'timeout: 30\n    timeout: 31',
      'serverless.yml:11: Map keys must be unique. Mend the YAML.',
    ],
  ])('%s', (_case, from, to, expected) => {
    expect(problemsAfter(from, to).join('\n')).toContain(expected);
  });

  it('a route that two functions have', () => {
    const other = small.slice(small.indexOf('  hello:')).replace('  hello:', '  other:').replace('hourly', 'daily');
    expect(problemsOf(small + other)).toEqual([
      'serverless.yml:31: the route GET /hello is already that of hello. Give it another path or method.',
    ]);
  });

  it('a timer name that two functions have', () => {
    const other = small
      .slice(small.indexOf('  hello:'))
      .replace('  hello:', '  other:')
      .replace('path: /hello', 'path: /other');
    expect(problemsOf(small + other)).toEqual([
      'serverless.yml:33: the timer hourly is already that of hello. Give it another name.',
    ]);
  });

  it('more variables than the platform takes', () => {
    const many = Array.from({ length: 21 }, (_, i) => `        V${i}: x`).join('\n');
    expect(problemsAfter(/ {8}PLACE.*/, many)[0]).toContain(
      'functions.hello.environment has 21 variables. Keep at most 20.',
    );
  });

  it('more characters in the variables than the platform takes', () => {
    expect(problemsAfter(/PLACE.*/, `PLACE: ${'x'.repeat(4096)}`)[0]).toContain(
      'Keep all variables together below 4096.',
    );
  });

  it('every mistake at once, in the order of the lines', () => {
    const text = small.replace('timeout: 30', 'timeout: 0').replace('huawei', 'aws').replace('auth: IAM', 'auth: ALL');
    expect(problemsOf(text).map((problem) => problem.split(':')[1])).toEqual(['3', '10', '17']);
  });

  it('never repeats an encrypted value', () => {
    const text = small.replace('    timeout: 30', '    timeout: 30\n    encryptedUserData:\n      KEY: [sesame]');
    expect(problemsOf(text).join()).toMatch(
      /^serverless.yml:12: functions.hello.encryptedUserData.KEY has the wrong form. Write a text.$/,
    );
  });

  it('a file that is not there', () => {
    expect(() => readServiceFile(join(folder, 'absent.yml'))).toThrow(
      /absent\.yml: cannot be read \(ENOENT\)\. Run from/,
    );
  });
});
