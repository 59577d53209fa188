import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { handlerText } from './small-project.js';
import { testStage } from './stage-of-test.js';

const stage = testStage();
const { kept } = stage;
const cloudSettings = {
  HUAWEICLOUD_SDK_AK: 'a',
  HUAWEICLOUD_SDK_SK: 's',
  HUAWEICLOUD_SDK_PROJECT_ID: '0123456789abcdef0123456789abcdef',
};

describe('what cannot be deployed is refused before anything is sent', () => {
  it.each<[string, () => void, RegExp]>([
    [
      'a zip that is not there',
      () => rmSync(join(stage.project.folder, 'first.zip')),
      /first\.zip cannot be read \(ENOENT\)\. Run npm run build\./,
    ],
    [
      'a file that is no zip',
      () => writeFileSync(join(stage.project.folder, 'first.zip'), 'PK?'),
      /first\.zip is not a zip\./,
    ],
    [
      'a zip of more than 50 MB',
      () => truncateSync(join(stage.project.folder, 'first.zip'), 51 * 1024 * 1024),
      /first\.zip has 51\.0 MB, and the API takes at most 50 MB\. Make the bundle smaller; the way through OBS is not offered here\./,
    ],
    [
      'a zip without index.js',
      () => stage.project.writeCode('first', { 'main.js': handlerText }),
      /has no index\.js, which the handler index\.handler needs: it has main\.js\./,
    ],
    [
      'a zip with a folder around index.js',
      () => stage.project.writeCode('first', { 'first/index.js': handlerText }),
      /it has first\/index\.js instead, and a folder around it hides it/,
    ],
    [
      'code that cannot be loaded',
      () => stage.project.writeCode('first', { 'index.js': 'require("left-pad")' }),
      /first\.zip cannot be loaded: Cannot find module 'left-pad'/,
    ],
    [
      'a handler that is not exported',
      () =>
        stage.project.writeCode('first', {
          'index.js': 'exports.hander = async (event, context) => 1; exports.start = (c, d) => 1;',
        }),
      /functions\.first\.handler of serverless\.yml is index\.handler, and .*first\.zip exports no function handler\. Did you mean index\.hander\?/,
    ],
    [
      'a handler of one parameter',
      () =>
        stage.project.writeCode('first', {
          'index.js': 'exports.handler = async (event) => 1; exports.start = (c, d) => 1;',
        }),
      /which declares 1 parameters: the platform accepts 2 or 3/,
    ],
    [
      'an initializer that is not exported',
      () => stage.project.writeCode('first', { 'index.js': 'exports.handler = async (event, context) => 1;' }),
      /functions\.first\.initializerHandler of serverless\.yml is index\.start, and .* exports no function start/,
    ],
  ])('%s', async (_what, spoil, message) => {
    spoil();

    const { error, text } = await stage.project.deploy();

    expect(error?.name).toBe('DeployError');
    expect(text).toMatch(message);
    expect(text).toContain('Nothing was changed.');
    expect(stage.double.calls).toEqual([]);
  });

  it.each<[string, (file: string) => string, RegExp]>([
    [
      'a wrong key',
      (file) => file.replace('memorySize', 'memroySize'),
      /serverless\.yml:\d+: functions\.first\.memroySize is not a known key\. Did you mean memorySize\?/,
    ],
    [
      'a bad cron',
      (file) => file.replace('scheduleType: Rate, schedule: 1h', "scheduleType: Cron, schedule: '0 61 * * * *'"),
      /serverless\.yml:\d+: .*"61" cannot stand in the field minute/,
    ],
    [
      'a route used twice',
      (file) =>
        `${file}    events: [{ triggerTypeCode: APIG, eventData: { name: other_api, groupId: g, auth: IAM, path: /first, reqMethod: GET } }]\n`,
      /the route GET \/first is already that of first/,
    ],
    [
      'code in OBS',
      (file) => file.replace('  second:\n', '  second:\n    codeType: obs\n'),
      /codeType of serverless\.yml is obs, and only zip is deployed here/,
    ],
    [
      'a credential among the plain variables',
      (file) => file.replace('COLOUR: red', 'HUAWEICLOUD_SDK_SK: red'),
      /HUAWEICLOUD_SDK_SK stands among the plain variables.*Move it to encryptedUserData/,
    ],
    [
      'the variable of the deployment itself',
      (file) => file.replace('COLOUR: red', 'FLEETBATCH_DEPLOYMENT: x'),
      /FLEETBATCH_DEPLOYMENT is written by the deployment itself/,
    ],
    [
      'too many characters',
      (file) => file.replace('COLOUR: red', `COLOUR: ${'x'.repeat(3990)}`),
      /has variables of 4\d{3} characters, \d+ of them for FLEETBATCH_DEPLOYMENT.* At most 4096 are allowed/,
    ],
    [
      'more characters than the platform has at all',
      (file) => file.replace('COLOUR: red', `COLOUR: ${'x'.repeat(4096)}`),
      /serverless\.yml:\d+: .*Keep all variables together below 4096/,
    ],
  ])('%s', async (_what, edit, message) => {
    const { error, text } = await stage.project.deploy(edit);

    expect(error).toBeDefined();
    expect(text).toMatch(message);
    expect(stage.double.calls).toEqual([]);
  });

  it('tells of everything at once', async () => {
    stage.project.writeCode('first', { 'main.js': '' });
    stage.project.writeCode('second', { 'main.js': '' });

    expect((await stage.project.deploy()).error?.message.split('\n')).toHaveLength(3);
  });

  it.each([
    [{}, undefined],
    [
      { ...cloudSettings, HUAWEICLOUD_SDK_SK: ' ' },
      /^HUAWEICLOUD_SDK_SK is not set\. The endpoint is on this machine: export all of .*, or unset them/,
    ],
    [
      { HUAWEICLOUD_SDK_PROJECT_ID: 'p' },
      /HUAWEICLOUD_SDK_AK is not set\. The endpoint is on this machine: export all/,
    ],
    [{ HUAWEICLOUD_SDK_AK: 'a' }, /HUAWEICLOUD_SDK_SK is not set[\s\S]*HUAWEICLOUD_SDK_PROJECT_ID is not set/],
  ])('keys %j: the local ones only where none is set', async (env, message) => {
    const { error, text } = await stage.project.deploy(undefined, { env, dryRun: true });

    if (message === undefined) expect(error).toBeUndefined();
    else expect(text).toMatch(message);
  });
});

describe('a function that must not be changed', () => {
  const plain = { func_name: 'first', runtime: 'Node.js20.15', user_data: '{"COLOUR":"blue"}', digest: 'x' };
  const put = async (config: Record<string, unknown>) => {
    await stage.project.deploy();
    Object.assign(kept('first').config, config);
  };

  it('made by somebody else stays as it is, unless it is adopted', async () => {
    await put(plain);

    const refused = await stage.project.deploy();
    const writes = stage.double.writes.length;
    const adopted = await stage.project.deploy(undefined, { adopt: true });

    expect(refused.text).toMatch(/first is on the account already, made by hand or by another tool\. .*--adopt/);
    expect(refused.error?.name).toBe('DeployError');
    expect(adopted.text).toMatch(/owner +whoever made it → small dev \(--adopt\)/);
    expect(writes).toBeLessThan(stage.double.writes.length);
    expect((await stage.project.deploy()).changed).toBe(false);
  });

  it('of another stage is not taken over by accident', async () => {
    await stage.project.deploy();
    const other = await stage.project.deploy((file) => file.replace('name: huawei', 'name: huawei, stage: prod'));

    expect(other.text).toContain('first is on the account already, made by small, stage dev.');
  });

  it('on another runtime is never recreated', async () => {
    await put({ runtime: 'Node.js18.15' });

    expect((await stage.project.deploy()).text).toMatch(
      /first runs on Node\.js18\.15, and FunctionGraph cannot change the runtime to Node\.js20\.15\. Nothing is recreated here/,
    );
  });

  it('does not lose an encrypted variable that was only forgotten here', async () => {
    await stage.project.deploy();

    const refused = await stage.project.deploy(undefined, { env: { TOKEN: '' } });
    const cleared = await stage.project.deploy(undefined, { env: { TOKEN: '' }, clearSecrets: true });

    expect(refused.text).toMatch(
      /the encrypted variable TOKEN is set on the account and has no value here\. Export TOKEN, or take it away with --clear-secrets\./,
    );
    expect(cleared.text).toMatch(/encrypted variable +TOKEN removed/);
    expect(kept('first').secrets).toBe('{}');
  });
});
