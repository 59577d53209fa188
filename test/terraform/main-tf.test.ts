import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeployableFunction } from '../../serverless/deployable.js';
import { readServiceFile } from '../../serverless/service-file.js';
import { readTemplate } from '../../serverless/template.js';
import { asTemplate, placeOf } from '../../terraform/escape.js';
import { mainTf } from '../../terraform/main-tf.js';
import { identifier } from '../../terraform/names.js';
import { terraformText } from '../../terraform/write.js';
import { evaluate, type World } from './evaluate.js';
import providerArguments from './provider-arguments.json' with { type: 'json' };

type Json = Record<string, unknown>;
type ResourceType = keyof typeof providerArguments;

interface MainTf {
  readonly variable: Readonly<
    Record<string, { readonly type: string; readonly default?: string; readonly sensitive?: true }>
  >;
  readonly locals: Json;
  readonly resource: Readonly<Record<ResourceType, Readonly<Record<string, Json>>>>;
  readonly output: Readonly<Record<string, { readonly value: string }>>;
  readonly provider: Json;
}

const written: MainTf = JSON.parse(terraformText('serverless.yml'));
const service = readServiceFile('serverless.yml', {});
const template = readTemplate('serverless.yml', ({ name }) => placeOf(identifier(name)));

/** Terraform's document for the first function with other settings, and for a second one beside it. */
function documentFor(change: Partial<DeployableFunction>): MainTf {
  const [first, ...others] = template.service.functions;
  if (!first) throw new Error('serverless.yml has no function');
  const changed = { ...template, service: { ...template.service, functions: [{ ...first, ...change }, ...others] } };
  return JSON.parse(JSON.stringify(mainTf(changed)));
}

/** Every variable with its default; one without is given its own name. */
function worldOf({ variable, locals }: MainTf): World {
  const variables = Object.entries(variable).map(([name, { default: value }]) => [name, value ?? `given ${name}`]);
  return { variables: Object.fromEntries(variables), locals };
}

function read(document: MainTf, value: unknown): Json {
  return evaluate(value, worldOf(document)) as Json;
}

describe('the names of arguments are those of the provider', () => {
  const resources = Object.entries(written.resource).flatMap(([type, all]) =>
    Object.entries(all).map(([name, args]) => ({ type: type as ResourceType, name, args })),
  );

  test.each(resources)('$type $name', ({ type, args }) => {
    const { required, optional } = providerArguments[type];

    expect(Object.keys(args).filter((name) => ![...required, ...optional].includes(name))).toEqual([]);
    expect(required.filter((name) => args[name] === undefined)).toEqual([]);
  });
});

describe.each(service.functions)('$name', (fn) => {
  const resource = written.resource.huaweicloud_fgs_function[identifier(fn.name)];
  const args = read(written, resource);

  test('has the settings of serverless.yml', () => {
    expect(args).toMatchObject({
      name: fn.name,
      description: fn.description,
      app: fn.app,
      runtime: fn.runtime,
      handler: fn.handler,
      initializer_handler: fn.initializer,
      initializer_timeout: fn.initializerTimeout,
      memory_size: fn.memorySize,
      timeout: fn.timeout,
      code_type: 'zip',
      func_code: `base64 of ../${fn.name}.zip`,
    });
    expect(args.app_agency).toBe(fn.agency);
  });

  test('has its plain variables, with the defaults of the file', () => {
    expect(JSON.parse(String(args.user_data))).toEqual(fn.environment);
  });

  test('asks for its secrets', () => {
    const names = Object.keys(fn.encryptedEnvironment);
    const asked = names.map((name) => [name, `given ${identifier(name)}`]);

    expect(JSON.parse(String(args.encrypted_user_data ?? '{}'))).toEqual(Object.fromEntries(asked));
    for (const name of names) {
      const variable = written.variable[identifier(name)];
      expect(variable).toMatchObject({ type: 'string', sensitive: true });
      expect(variable).not.toHaveProperty('default');
    }
  });

  test('has its triggers', () => {
    const urn = `urn-of-${identifier(fn.name)}`;
    const triggers = Object.values(written.resource.huaweicloud_fgs_function_trigger)
      .map((trigger) => read(written, trigger))
      .filter(({ function_urn }) => function_urn === urn)
      .map(({ type, status, event_data }) => ({ type, status, data: JSON.parse(String(event_data)) }));

    const routes = fn.routes.map((route) => ({
      type: route.gateway,
      status: undefined,
      data: {
        name: route.name,
        group_id: 'given apig_group_id',
        env_id: 'DEFAULT_ENVIRONMENT_RELEASE_ID',
        env_name: 'RELEASE',
        auth: route.auth,
        protocol: 'HTTPS',
        path: route.path,
        req_method: route.method,
        match_mode: route.matchMode,
        backend_type: 'FUNCTION',
        type: 1,
        func_info: { function_urn: urn, timeout: route.timeoutMs, invocation_type: 'sync' },
      },
    }));
    const timers = fn.timers.map((timer) => ({
      type: 'TIMER',
      status: timer.active ? 'ACTIVE' : 'DISABLED',
      data: {
        name: timer.name,
        schedule_type: timer.scheduleType,
        schedule: timer.schedule,
        user_event: timer.userEvent,
      },
    }));
    expect(triggers).toEqual([...routes, ...timers]);
  });

  test('has its asynchronous configuration where the file has one', () => {
    const made = written.resource.huaweicloud_fgs_async_invoke_configuration[identifier(fn.name)];

    expect(made && read(written, made)).toEqual(
      fn.asyncInvoke && {
        function_urn: `urn-of-${identifier(fn.name)}`,
        max_async_event_age_in_seconds: fn.asyncInvoke.eventAgeSeconds ?? 3600,
        max_async_retry_attempts: fn.asyncInvoke.retryAttempts ?? 0,
      },
    );
  });

  test('gives out its URN', () => {
    expect(read(written, written.output[identifier(`${fn.name}_urn`)])).toEqual({
      value: `urn-of-${identifier(fn.name)}`,
    });
  });
});

test('every variable that Terraform would ask for stands in the command of the page', () => {
  const asked = Object.entries(written.variable).filter(([, { default: value }]) => value === undefined);
  const page = readFileSync('docs/terraform-and-openapi.md', 'utf8');

  expect(asked.filter(([name]) => !page.includes(`TF_VAR_${name}=`))).toEqual([]);
});

test('every variable is used, and what belongs to one account has no default', () => {
  const { variable, ...rest } = written;
  const unused = Object.keys(variable).filter((name) => !JSON.stringify(rest).includes(`\${var.${name}}`));

  expect(unused).toEqual([]);
  expect(variable.apig_group_id).not.toHaveProperty('default');
  expect(variable.huaweicloud_region?.default).toBe('cn-north-4');
  expect(written.provider).toEqual({ huaweicloud: { region: `\${var.huaweicloud_region}` } });
});

test('destinations go to the other function, or to a service with its own parameters', () => {
  const asyncInvoke = {
    onSuccess: { destination: 'FunctionGraph', functionName: 'list-invocations' },
    onFailure: { destination: 'SMN', param: { topic_urn: 'urn:smn:%{x' } },
  } as const;

  const document = documentFor({ asyncInvoke });

  const made = read(document, document.resource.huaweicloud_fgs_async_invoke_configuration.create_invocations);
  expect(made.on_success).toEqual([{ destination: 'FunctionGraph', param: '{"func_urn":"urn-of-list_invocations"}' }]);
  expect(made.on_failure).toEqual([{ destination: 'SMN', param: '{"topic_urn":"urn:smn:%{x"}' }]);
});

describe('no value of a secret is written', () => {
  const timer = { name: 'install', scheduleType: 'Rate', schedule: '1d', active: true } as const;
  const document = documentFor({
    encryptedEnvironment: { IOTDA_PUSH_TOKEN: 'value-of-token' },
    environment: { HUAWEICLOUD_IAM_PASSWORD: 'value-of-password', LOG_LEVEL: 'INFO' },
    timers: [{ ...timer, userEvent: '{"remote_install_meta":[{"password":"value-in-event"}]}' }],
  });

  test('neither an encrypted one, nor one that its name gives away, nor one in an event', () => {
    expect(JSON.stringify(document)).not.toMatch(/value-of-token|value-of-password|value-in-event/);
  });

  test('Terraform asks for each instead', () => {
    const args = read(document, document.resource.huaweicloud_fgs_function.create_invocations);
    const trigger = read(document, document.resource.huaweicloud_fgs_function_trigger.install);

    expect(JSON.parse(String(args.user_data))).toEqual({ LOG_LEVEL: 'INFO' });
    expect(JSON.parse(String(args.encrypted_user_data))).toEqual({
      IOTDA_PUSH_TOKEN: 'given iotda_push_token',
      HUAWEICLOUD_IAM_PASSWORD: 'given huaweicloud_iam_password',
    });
    expect(JSON.parse(String(trigger.event_data)).user_event).toBe('given install_user_event');
    expect(document.variable.install_user_event).toMatchObject({ sensitive: true });
  });
});

test('two names that would be one in Terraform are refused', () => {
  const [first] = template.service.functions;
  const [route] = first?.routes ?? [];
  if (!route) throw new Error('serverless.yml has no route');

  expect(() => documentFor({ routes: [route, { ...route, name: 'Create-Invocations' }] })).toThrow(
    'create_invocations and Create-Invocations are both create_invocations in Terraform. Give one of them another name.',
  );
});

test('whatever stands in a text comes back from Terraform as it was', () => {
  const text = fc
    .array(fc.constantFrom('$', '%', '{', '}', '$' + '{', '%{', '$$', '~', '"', '\\', 'a', 'ü', '\n'))
    .map((parts) => parts.join(''));

  fc.assert(
    fc.property(text, (original) => {
      expect(evaluate(asTemplate(original), { variables: {}, locals: {} })).toBe(original);
    }),
  );
});
