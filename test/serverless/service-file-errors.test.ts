import { describe, expect, it } from 'vitest';
import { readServiceFile } from '../../serverless/service-file.js';
import { problemsAfter, problemsOf, small } from './small-service.js';

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
    [
      'a text that begins with * and is in no quotes',
      'schedule: 1h',
      'schedule: *15',
      'serverless.yml:19: *15 stands for the anchor &15, and there is none before it. Put the value in quotes, or write the anchor.',
    ],
    [
      'an alias of what holds it',
      'timeout: 30',
      'tags: &all [*all]',
      'serverless.yml:1: aliases (*NAME) hold themselves, or multiply beyond all use. Write the values out.',
    ],
    [
      'aliases that multiply',
      'timeout: 30',
      `tags: [&a [x], &b [${'*a, '.repeat(50)}], [${'*b, '.repeat(50)}]]`,
      'serverless.yml:1: aliases (*NAME) hold themselves, or multiply beyond all use. Write the values out.',
    ],
    ['YAML that is not YAML', 'functions:', 'functions: [', 'Mend the YAML.'],
    [
      'a second document',
      /$/,
      '\n---\nservice: other\n',
      'serverless.yml:21: a second document begins here (---), and only one is read. Keep one.',
    ],
    [
      'a key that cannot be the name of a function',
      '  hello:',
      '  hello/world:',
      'serverless.yml:6: functions.hello/world is no name that a function can have. Write at most 60 letters, digits, - and _,',
    ],
    [
      'a description that FunctionGraph would refuse',
      'timeout: 30',
      `timeout: 30\n    description: ${'x'.repeat(513)}`,
      'Write at most 512 characters',
    ],
    [
      'a key that stands twice',
      'timeout: 30',
      'timeout: 30\n    timeout: 31',
      'serverless.yml:11: Map keys must be unique. Mend the YAML.',
    ],
  ])('%s', (_case, from, to, expected) => {
    expect(problemsAfter(from, to).join('\n')).toContain(expected);
  });

  it.each([
    '/jobs/job-{id}',
    '/jobs/{id',
    '/jobs/{}',
    '/jobs/{a-b}',
    '/jobs/{+all}',
    '/jobs/{id}/{id}',
    '/jobs?id=1',
    '/jobs#id',
  ])('the path %s', (path) => {
    expect(problemsAfter('path: /hello', `path: "${path}"`).join('\n')).toContain(
      'Write a path that begins with /, without ? and #, its parameters as whole segments, each once: /ief-jobs/{job_id}.',
    );
  });

  it('a route that two functions have', () => {
    const other = small.slice(small.indexOf('  hello:')).replace('  hello:', '  other:').replace('hourly', 'daily');
    expect(problemsOf(small + other)).toEqual([
      'serverless.yml:31: the route GET /hello is already that of hello. Give it another path or method.',
    ]);
  });

  it('a route that two functions have but for the name of its parameter', () => {
    const route = small.replace('path: /hello', 'path: "/hello/{id}"');
    const other = route
      .slice(small.indexOf('  hello:'))
      .replace('  hello:', '  other:')
      .replace('hourly', 'daily')
      .replace('{id}', '{name}');
    expect(problemsOf(route + other)).toEqual([
      'serverless.yml:31: the route GET /hello/{name} is already that of hello. Give it another path or method.',
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
    expect(() => readServiceFile('no/such/folder/absent.yml')).toThrow(
      /absent\.yml: cannot be read \(ENOENT\)\. Run from/,
    );
  });
});
