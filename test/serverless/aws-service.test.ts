import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { awsServiceText } from '../../serverless/aws/aws-service.js';
import { deriveAwsService } from '../../serverless/aws/derive.js';
import { awsSchedule } from '../../serverless/aws/schedule.js';
import type { DeployableFunction } from '../../serverless/deployable.js';
import { readServiceFile } from '../../serverless/service-file.js';
import { readTemplate } from '../../serverless/template.js';

interface AwsFunction {
  readonly timeout: number;
  readonly maximumRetryAttempts: number;
  readonly package: { readonly artifact: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly events?: readonly {
    readonly httpApi?: { readonly method: string; readonly path: string; readonly authorizer?: object };
    readonly schedule?: { readonly enabled: boolean; readonly input?: string };
  }[];
}

const text = readFileSync('serverless.aws.yml', 'utf8');
const page = readFileSync('docs/terraform-and-openapi.md', 'utf8');
const functions: Record<string, AwsFunction> = parse(text).functions;
const service = readServiceFile('serverless.yml');

const timer = (schedule: string, scheduleType: 'Cron' | 'Rate' = 'Cron') => ({
  name: 'sample',
  scheduleType,
  schedule,
  userEvent: '',
  active: true,
});

/** The text for a service of one function. */
function textFor(change: Partial<DeployableFunction>): string {
  const template = readTemplate('serverless.yml', ({ name }) => `<${name}>`);
  const [first] = template.service.functions;
  if (!first) throw new Error('serverless.yml has no function');
  return awsServiceText({ ...template, service: { ...template.service, functions: [{ ...first, ...change }] } });
}

/** The one function of a text. */
function only(one: string): AwsFunction {
  const [fn] = Object.values<AwsFunction>(parse(one).functions);
  if (!fn) throw new Error('there is no function in it');
  return fn;
}

describe('serverless.aws.yml', () => {
  test('is what serverless.yml gives today (else: npm run aws)', () => {
    expect(text).toBe(deriveAwsService());
  });

  test('lists the functions of serverless.yml, each with its zip', () => {
    const artifacts = Object.entries(functions).map(([name, fn]) => [name, fn.package.artifact]);

    expect(artifacts).toEqual(service.functions.map(({ name }) => [name, `dist/${name}.zip`]));
  });

  test('lists its routes, those with IAM behind IAM', () => {
    const routes = Object.values(functions).flatMap(({ events = [] }) =>
      events.flatMap(({ httpApi }) => httpApi ?? []),
    );

    expect(routes).toEqual(
      service.functions.flatMap((fn) =>
        fn.routes.map(({ method, path, auth }) => ({
          method,
          path,
          ...(auth === 'IAM' ? { authorizer: { type: 'aws_iam' } } : {}),
        })),
      ),
    );
  });

  test('leaves out a route that is DISABLED', () => {
    const { routes = [] } = service.functions[0] ?? {};
    const { events = [], timeout } = only(textFor({ routes: routes.map((route) => ({ ...route, active: false })) }));

    expect([routes.length, events.filter(({ httpApi }) => httpApi), timeout]).toEqual([1, [], 60]);
  });

  test('has both for a prefix: the path itself, and what is below it', () => {
    const { routes = [] } = service.functions[0] ?? {};
    const { events = [] } = only(textFor({ routes: routes.map((route) => ({ ...route, matchMode: 'SWA' })) }));

    const paths = events.flatMap(({ httpApi }) => httpApi?.path ?? []);
    expect(paths).toEqual(['/agent-invocations', '/agent-invocations/{proxy+}']);
  });

  test('has a star for a route that takes any method', () => {
    const { routes = [] } = service.functions[0] ?? {};
    const { events = [] } = only(textFor({ routes: routes.map((route) => ({ ...route, method: 'ANY' })) }));

    expect(events.flatMap(({ httpApi }) => httpApi?.method ?? [])).toEqual(['*']);
  });

  test('has no input for a timer without one, so that EventBridge Scheduler sends an event of its own', () => {
    const { events = [] } = only(textFor({ routes: [], timers: [timer('15m', 'Rate')] }));

    expect(events).toEqual([{ schedule: { method: 'scheduler', rate: ['rate(15 minutes)'], enabled: true } }]);
  });

  test('has neither repeats nor an age for a function of which the file says nothing', () => {
    const fn = only(textFor({ asyncInvoke: {} }));

    expect([fn.maximumRetryAttempts, Object.keys(fn).includes('maximumEventAge')]).toEqual([0, false]);
  });

  test('reads no key of the secret that the page does not ask for', () => {
    const keys = new Set([...text.matchAll(/SecretString:(\w+)/g)].map(([, key = '']) => key));
    const [, asked = ''] = /^There is no agency on AWS: put (.*?) as keys/m.exec(page) ?? [];

    expect([...keys].filter((key) => !asked.includes(`\`${key}\``))).toEqual([]);
  });

  test('lists its timers, each with its event and switched on or off alike', () => {
    const timers = Object.values(functions).flatMap(({ events = [] }) =>
      events.flatMap(({ schedule }) =>
        schedule ? [{ active: schedule.enabled, userEvent: schedule.input ?? '' }] : [],
      ),
    );

    expect(timers).toEqual(
      service.functions.flatMap((fn) => fn.timers.map(({ active, userEvent }) => ({ active, userEvent }))),
    );
  });

  test('repeats no event that FunctionGraph would not repeat', () => {
    const repeats = Object.values(functions).map(({ maximumRetryAttempts }) => maximumRetryAttempts);

    expect(repeats).toEqual(service.functions.map(({ asyncInvoke }) => asyncInvoke?.retryAttempts ?? 0));
  });

  test('lets every function with a route answer before the API gives up', () => {
    const tooLong = Object.values(functions).filter(
      ({ events = [], timeout }) => timeout > 29 && events.some(({ httpApi }) => httpApi),
    );

    expect(tooLong).toEqual([]);
  });
});

test('secrets are references, whatever stands in serverless.yml and in the environment', () => {
  const text = textFor({
    environment: { LOG_LEVEL: 'INFO', HUAWEICLOUD_IAM_PASSWORD: 'pa55-word' },
    encryptedEnvironment: { IOTDA_PUSH_TOKEN: 'push-token-value' },
  });

  const { environment } = parse(text).functions['create-invocations'];
  expect(text).not.toMatch(/pa55-word|push-token-value/);
  for (const name of ['HUAWEICLOUD_IAM_PASSWORD', 'IOTDA_PUSH_TOKEN', 'HUAWEICLOUD_SDK_SK']) {
    expect(environment[name]).toBe(`{{resolve:secretsmanager:\${self:service}-\${sls:stage}:SecretString:${name}}}`);
  }
});

test('what cannot be said on AWS is left out and noted', () => {
  const text = textFor({
    timers: [
      { ...timer('5 0 2 * * *'), name: 'at-second-5' },
      {
        ...timer('0 0 2 * * *'),
        name: 'with-password',
        userEvent: '{"remote_install_meta":[{"password":"pa55-word"}]}',
      },
      { ...timer('0 0 2 * * *'), name: 'plain' },
    ],
  });

  expect(text).toContain(
    '# The timer at-second-5 is left out: EventBridge knows no seconds, and this one fires at second 5.',
  );
  expect(text).toContain(
    '# The timer with-password is left out: its event holds a secret, which must not stand in a template.',
  );
  expect(text).not.toContain('pa55-word');
  expect(text.match(/method: scheduler/g)).toHaveLength(1);
});

describe('a timer in the words of EventBridge Scheduler', () => {
  test.each([
    ['0 30 2 * * *', 'cron(30 2 * * ? *)'],
    ['0 0 7 * * Mon-Fri', 'cron(0 7 ? * 2-6 *)'],
    ['0 0 7 * * 0,6', 'cron(0 7 ? * 1,7 *)'],
    ['0 0 7 ? * SUN', 'cron(0 7 ? * 1 *)'],
    ['0 */15 * * * *', 'cron(0/15 * * * ? *)'],
    ['0 0 */6 */2 JAN-JUN ?', 'cron(0 0/6 1/2 1-6 ? *)'],
    ['0 0 12 * * 1-5/2', 'cron(0 12 ? * 2,4,6 *)'],
    ['0 0 12 * * */3', 'cron(0 12 ? * 1,4,7 *)'],
    ['0 0 12 * * 4/2,0', 'cron(0 12 ? * 5,7,1 *)'],
    ['0 0 12 1 *', 'cron(0 12 1 * ? *)'],
  ])('%s', (schedule, rate) => {
    expect(awsSchedule(timer(schedule), 'Asia/Singapore')).toEqual({ rate, timezone: 'Asia/Singapore' });
  });

  test('keeps the zone that the schedule names', () => {
    expect(awsSchedule(timer('CRON_TZ=Europe/Berlin 0 0 12 * * *'), 'Asia/Shanghai')).toEqual({
      rate: 'cron(0 12 * * ? *)',
      timezone: 'Europe/Berlin',
    });
  });

  test.each([
    ['15m', 'Rate', 'rate(15 minutes)'],
    ['1m', 'Rate', 'rate(1 minute)'],
    ['2h', 'Rate', 'rate(120 minutes)'],
    ['@every 1h30m', 'Cron', 'rate(90 minutes)'],
  ] as const)('%s', (schedule, type, rate) => {
    expect(awsSchedule(timer(schedule, type), 'UTC')).toEqual({ rate });
  });

  test.each([
    ['*/10 * * * * *', 'EventBridge knows no seconds, and this one fires at second */10'],
    ['0 0 12 1 * Mon', 'EventBridge takes a day of the month or a day of the week, and this one has both'],
    ['@every 90s', 'EventBridge counts in whole minutes'],
  ])('%s cannot be said', (schedule, impossible) => {
    expect(awsSchedule(timer(schedule), 'UTC')).toEqual({ impossible });
  });
});
