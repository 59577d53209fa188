import { describe, expect, it } from 'vitest';
import { testStage, urn } from './stage-of-test.js';

const stage = testStage();
const { kept, variables } = stage;

describe('a first deployment', () => {
  it('makes functions, settings, variables, asynchronous configuration and triggers as the file says', async () => {
    const { changed } = await stage.project.deploy();

    expect(changed).toBe(true);
    expect(kept('first').config).toMatchObject({
      runtime: 'Node.js20.15',
      handler: 'index.handler',
      memory_size: 256,
      timeout: 30,
      app_xrole: 'agency-1',
      initializer_handler: 'index.start',
      initializer_timeout: 5,
      code_type: 'zip',
      code_filename: 'first.zip',
      package: 'default',
    });
    expect(variables('first')).toMatchObject({ COLOUR: 'red', SIZE: '1' });
    expect(JSON.parse(kept('first').secrets)).toEqual({ TOKEN: 'secret-1' });
    expect(kept('first').asyncInvoke).toEqual({
      max_async_retry_attempts: 0,
      destination_config: {
        on_failure: { destination: 'FunctionGraph', param: JSON.stringify({ func_urn: `${urn('second')}:latest` }) },
      },
    });
    expect(kept('first').triggers).toMatchObject([
      {
        trigger_type_code: 'APIG',
        trigger_status: 'ACTIVE',
        event_data: {
          name: 'first_api',
          group_id: 'group-1',
          path: '/first',
          req_method: 'GET',
          auth: 'IAM',
          func_info: { function_urn: `${urn('first')}:latest`, timeout: 30_000, invocation_type: 'sync' },
        },
      },
      {
        trigger_type_code: 'TIMER',
        trigger_status: 'DISABLED',
        event_data: { name: 'hourly', schedule_type: 'Rate', schedule: '1h', user_event: '{"all":true}' },
      },
    ]);
  });

  it('creates every function before anything names it as a destination or starts it', async () => {
    await stage.project.deploy();

    const firstConnection = stage.double.writes.findIndex((call) => !call.startsWith('POST functions'));
    expect(stage.double.writes.slice(0, firstConnection)).toEqual(['POST functions', 'POST functions']);
    expect(stage.double.writes.at(-1)).toBe('POST triggers/first');
  });

  it('prints no value of a variable, plain or encrypted', async () => {
    const { text } = await stage.project.deploy(undefined, { env: { TOKEN: 'zebra-token' } });

    expect(text).toContain('TOKEN');
    expect(text).not.toMatch(/zebra-token|red/);
  });

  it('keeps nothing of an encrypted variable but a fingerprint that its value alone does not give', async () => {
    await stage.project.deploy();
    const before = variables('first').FLEETBATCH_DEPLOYMENT;
    await stage.project.deploy(undefined, { env: { FLEETBATCH_DEPLOY_KEY: 'another' } });

    expect(before).toMatch(/^v1 small\/dev secrets=TOKEN:[\w-]{22}$/);
    expect(variables('first').FLEETBATCH_DEPLOYMENT).not.toBe(before);
  });
});

describe('a second deployment', () => {
  it('changes nothing and says so', async () => {
    await stage.project.deploy();
    const writes = stage.double.writes.length;

    const { changed, text } = await stage.project.deploy();

    expect(changed).toBe(false);
    expect(text).toContain('Nothing to do: the account is as serverless.yml says.');
    expect(stage.double.writes.length).toBe(writes);
  });

  it.each<[string, (file: string) => string, readonly string[], RegExp]>([
    [
      'a timeout',
      (file) => file.replace('timeout: 30\n', 'timeout: 60\n'),
      ['PUT functions/first/config'],
      /timeout +30 s → 60 s/,
    ],
    [
      'memory',
      (file) => file.replace('memorySize: 256', 'memorySize: 512'),
      ['PUT functions/first/config'],
      /memory +256 MB → 512 MB/,
    ],
    [
      'an agency that goes',
      (file) => file.replace('    appXrole: agency-1\n', ''),
      ['PUT functions/first/config'],
      /agency +agency-1 → none/,
    ],
    [
      'a variable',
      (file) => file.replace('COLOUR: red', 'COLOUR: blue'),
      ['PUT functions/first/config'],
      /variable +COLOUR changed/,
    ],
    [
      'a variable that goes',
      (file) => file.replace("COLOUR: red, SIZE: '1'", 'COLOUR: red'),
      ['PUT functions/first/config'],
      /variable +SIZE removed/,
    ],
    [
      'an encrypted variable',
      (file) => file.replace('secret-1', 'secret-2'),
      ['PUT functions/first/config'],
      /encrypted variable +TOKEN changed/,
    ],
    [
      'an encrypted variable that goes',
      (file) => file.replace(/ {4}encryptedUserData.*\n/, ''),
      ['PUT functions/first/config'],
      /encrypted variable +TOKEN removed/,
    ],
    [
      'retries',
      (file) => file.replace('Attempts: 0', 'Attempts: 2'),
      ['PUT functions/first/async-invoke-config'],
      /async +0 retries → 2 retries/,
    ],
    [
      'no asynchronous configuration any more',
      (file) => file.replace(/ {4}asyncInvokeConfig[\s\S]*?(?= {4}events)/, ''),
      ['DELETE functions/first/async-invoke-config'],
      /async +removed/,
    ],
    [
      'a timer that is enabled',
      (file) => file.replace('DISABLED', 'ACTIVE'),
      ['PUT triggers/first/TIMER/*'],
      /~ timer +hourly {2}ACTIVE/,
    ],
    [
      'a schedule',
      (file) => file.replace('schedule: 1h', 'schedule: 2h'),
      ['DELETE triggers/first/TIMER/*', 'POST triggers/first'],
      /± timer +hourly {2}replaced, FunctionGraph cannot change it: schedule 1h → 2h/,
    ],
    [
      'the input of a timer',
      (file) => file.replace('"all":true', '"all":false'),
      ['DELETE triggers/first/TIMER/*', 'POST triggers/first'],
      /user_event changed/,
    ],
    [
      'the authentication of a route',
      (file) => file.replace('auth: IAM', 'auth: NONE'),
      ['DELETE triggers/first/APIG/*', 'POST triggers/first'],
      /± route +GET \/first {2}replaced, FunctionGraph cannot change it: auth IAM → NONE/,
    ],
    [
      'the time a gateway waits',
      (file) => file.replace('timeout: 30000', 'timeout: 9000'),
      ['DELETE triggers/first/APIG/*', 'POST triggers/first'],
      /timeout 30000 → 9000/,
    ],
    [
      'a route to a dedicated gateway',
      (file) => file.replace('APIG', 'DEDICATEDGATEWAY').replace('groupId', 'instanceId: i, groupId'),
      ['DELETE triggers/first/APIG/*', 'POST triggers/first'],
      /gateway APIG → DEDICATEDGATEWAY/,
    ],
  ])('%s is all that it changes', async (_what, edit, writes, shown) => {
    await stage.project.deploy();
    const before = stage.double.writes.length;

    const { text, changed } = await stage.project.deploy(edit);

    expect(changed).toBe(true);
    expect(text).toMatch(shown);
    expect(stage.double.writes.slice(before).map((call) => call.replace(/[0-9a-f-]{36}$/, '*'))).toEqual(writes);
    expect((await stage.project.deploy(edit)).changed).toBe(false);
  });
});

describe('--dry-run', () => {
  it('shows the plan and writes nothing', async () => {
    const { text, changed } = await stage.project.deploy(undefined, { dryRun: true });

    expect(text).toMatch(/\+ first +create[\s\S]*2 to create[\s\S]*Dry run: nothing was changed\./);
    expect([changed, stage.double.writes]).toEqual([false, []]);
  });
});
