import { describe, expect, it } from 'vitest';
import { readServiceFile } from '../../serverless/service-file.js';
import { read, small } from './small-service.js';

describe("the project's own serverless.yml", () => {
  const service = readServiceFile('serverless.yml', {});

  it('has the functions and routes of the contract, and the engine of the chains without a route', () => {
    const routes = service.functions.map((fn) => [
      fn.name,
      fn.routes.map((route) => `${route.method} ${route.path}`).join(),
    ]);
    expect(routes).toEqual([
      ['create-invocations', 'POST /agent-invocations'],
      ['list-invocations', 'GET /agent-invocations'],
      ['create-ief-job', 'POST /ief-jobs'],
      ['show-ief-job', 'GET /ief-jobs/{job_id}'],
      ['start-stop-roma-tasks', 'POST /roma-tasks/batch-operation'],
      ['receive-batchtask', 'POST /notifications/batchtask'],
      ['advance-chains', ''],
      ['reconcile-batchtasks', ''],
      ['list-chain-runs', 'GET /chain-runs'],
      ['show-chain-run', 'GET /chain-runs/{id}'],
      ['retry-chain-run', 'POST /chain-runs/{id}/retry'],
      ['cancel-chain-run', 'POST /chain-runs/{id}/cancel'],
      ['run-chain', 'POST /chains/{name}/run'],
    ]);
  });

  it('leaves only the push route without IAM', () => {
    const open = service.functions.filter((fn) => fn.routes.some((route) => route.auth !== 'IAM')).map((fn) => fn.name);
    expect(open).toEqual(['receive-batchtask']);
  });

  it('lets no timer change anything until somebody enables it', () => {
    const active = service.functions.filter((fn) => fn.timers.some((timer) => timer.active)).map((fn) => fn.name);
    expect(active).toEqual(['list-invocations', 'advance-chains', 'reconcile-batchtasks']);
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

  it('keeps the push token and the database with its password among the encrypted variables', () => {
    const { functions } = readServiceFile('serverless.yml', { IOTDA_PUSH_TOKEN: 'abc', DATABASE_URL: 'postgres://' });
    const found = functions.find(({ name }) => name === 'receive-batchtask');
    expect(found?.encryptedEnvironment).toEqual({ IOTDA_PUSH_TOKEN: 'abc', DATABASE_URL: 'postgres://' });
    expect(functions.flatMap(({ environment }) => Object.keys(environment))).not.toContain('DATABASE_URL');
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
