import { type Document, isMap, Document as YamlDocument } from 'yaml';
import type { DeployableFunction, DeployableRoute } from '../deployable.js';
import type { ServiceTimer } from '../service-file.js';
import { holdsSecret, secretVariables, type Template } from '../template.js';
import { awsSchedule } from './schedule.js';

/** An HTTP API ends a call after 30 s: the function has to answer before that, or nobody learns what became of a call. Seconds. */
const longestBehindGateway = 29;

const header = ` The same functions on AWS, for the Serverless Framework or its fork osls. Derived from serverless.yml: after a change there,
 npm run aws. Deploy with npm run build, then osls deploy --config serverless.aws.yml.

 Secrets are read by CloudFormation from a secret of Secrets Manager named SERVICE-STAGE, with one key for each, and stand
 neither here nor in the template. Behind an HTTP API a function gets ${longestBehindGateway} s, for the API gives up after 30.
 Timers are schedules of EventBridge Scheduler, which hand over the event itself.`;

type Json = Record<string, unknown>;

/** The text of serverless.aws.yml, from serverless.yml with its variables left in the form `${env:NAME, 'default'}`. */
export function awsServiceText({ service, zone }: Template): string {
  const document = new YamlDocument({
    service: service.name,
    provider: {
      name: 'aws',
      runtime: 'nodejs22.x',
      region: `\${opt:region, env:AWS_REGION, 'eu-west-1'}`,
      stage: `\${opt:stage, 'dev'}`,
    },
    package: { individually: true },
    functions: Object.fromEntries(service.functions.map((fn) => [fn.name, awsFunction(fn, zone)])),
  });
  document.commentBefore = header;
  for (const fn of service.functions) noteWhatIsMissing(document, fn, zone);
  return document.toString({ lineWidth: 0 });
}

function awsFunction(fn: DeployableFunction, zone: string): Json {
  // A route of an HTTP API cannot be switched off: a DISABLED one is left out, as everywhere else.
  const routes = fn.routes.filter(({ active }) => active);
  const events = [...routes.flatMap(httpApi), ...fn.timers.flatMap((timer) => schedule(timer, zone))];
  return {
    description: fn.description,
    handler: fn.handler,
    memorySize: fn.memorySize,
    ...asyncInvocations(fn),
    timeout: routes.length > 0 ? Math.min(fn.timeout, longestBehindGateway) : Math.min(fn.timeout, 900),
    package: { artifact: `dist/${fn.name}.zip` },
    environment: environmentOf(fn),
    ...(events.length > 0 ? { events } : {}),
  };
}

/**
 * Lambda repeats a failed asynchronous invocation twice unless it is told otherwise, FunctionGraph does not: a POST whose outcome
 * is unknown must not be sent again. Lambda takes 0 to 2 repeats, and an age from 60 to 21,600 s.
 */
function asyncInvocations({ asyncInvoke = {} }: DeployableFunction): Json {
  const { retryAttempts = 0, eventAgeSeconds } = asyncInvoke;
  return {
    maximumRetryAttempts: Math.min(retryAttempts, 2),
    ...(eventAgeSeconds === undefined ? {} : { maximumEventAge: Math.min(Math.max(eventAgeSeconds, 60), 21_600) }),
  };
}

/** There is no agency on AWS: a function that needs one gets keys. */
function environmentOf(fn: DeployableFunction): Json {
  const secrets = secretVariables(fn);
  if (fn.agency !== undefined) secrets.push('HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK');
  const plain = Object.entries(fn.environment).filter(([name]) => !secrets.includes(name));
  return {
    ...Object.fromEntries(plain),
    ...(fn.agency === undefined ? {} : { HUAWEICLOUD_SDK_PROJECT_ID: `\${env:HUAWEICLOUD_SDK_PROJECT_ID, ''}` }),
    ...Object.fromEntries(secrets.map((name) => [name, secretReference(name)])),
  };
}

function secretReference(name: string): string {
  return `{{resolve:secretsmanager:\${self:service}-\${sls:stage}:SecretString:${name}}}`;
}

/** `SWA` is a prefix: an HTTP API writes what is below it as a greedy path parameter, which does not stand for the path itself. */
function httpApi({ method, path, matchMode, auth }: DeployableRoute): Json[] {
  const paths = matchMode === 'SWA' ? [path, `${path.replace(/\/$/, '')}/{proxy+}`] : [path];
  return paths.map((one) => ({
    httpApi: {
      method: method === 'ANY' ? '*' : method,
      path: one,
      ...(auth === 'NONE' ? {} : { authorizer: { type: 'aws_iam' } }),
    },
  }));
}

function schedule(timer: ServiceTimer, zone: string): Json[] {
  const when = awsSchedule(timer, zone);
  if (obstacleTo(timer, zone) !== undefined || 'impossible' in when) return [];
  return [
    {
      schedule: {
        method: 'scheduler',
        rate: [when.rate],
        ...(when.timezone ? { timezone: when.timezone } : {}),
        enabled: timer.active,
        ...(timer.userEvent === '' ? {} : { input: timer.userEvent }),
      },
    },
  ];
}

function obstacleTo(timer: ServiceTimer, zone: string): string | undefined {
  if (holdsSecret(timer.userEvent)) return 'its event holds a secret, which must not stand in a template';
  const when = awsSchedule(timer, zone);
  return 'impossible' in when ? when.impossible : undefined;
}

/** What could not be carried over stands as a comment at its function. */
function noteWhatIsMissing(document: Document, fn: DeployableFunction, zone: string): void {
  const notes = fn.timers.flatMap((timer) => {
    const obstacle = obstacleTo(timer, zone);
    return obstacle === undefined ? [] : ` The timer ${timer.name} is left out: ${obstacle}.`;
  });
  const node = document.getIn(['functions', fn.name], true);
  if (notes.length > 0 && isMap(node)) node.commentBefore = notes.join('\n');
}
