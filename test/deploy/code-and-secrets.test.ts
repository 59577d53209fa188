import { describe, expect, it } from 'vitest';
import { handlerText } from './small-project.js';
import { testStage } from './stage-of-test.js';

const stage = testStage();
const { kept } = stage;

describe('a second deployment', () => {
  it('sends only the code that is another, and no settings with it', async () => {
    await stage.project.deploy();
    const before = stage.double.writes.length;
    stage.project.writeCode('second', { 'index.js': `${handlerText} // more` });

    const { text } = await stage.project.deploy();

    expect(stage.double.writes.slice(before)).toEqual(['PUT functions/second/code']);
    expect(text).toMatch(/code +0 kB → 0 kB, sha256 [0-9a-f]{12}/);
  });

  it('sends the encrypted variables with every change of the settings: what is left out might be lost', async () => {
    await stage.project.deploy();
    kept('first').secrets = '{}';

    await stage.project.deploy((file) => file.replace('COLOUR: red', 'COLOUR: blue'));

    expect(JSON.parse(kept('first').secrets)).toEqual({ TOKEN: 'secret-1' });
  });

  it('sends back the network and the configuration agency that somebody set by hand', async () => {
    await stage.project.deploy();
    Object.assign(kept('first').config, { func_vpc: { vpc_id: 'v', subnet_id: 's' }, xrole: 'config-agency' });
    const seen: unknown[] = [];
    const { config } = kept('first');
    Object.defineProperty(config, 'func_vpc', {
      enumerable: true,
      configurable: true,
      get: () => ({ vpc_id: 'v', subnet_id: 's' }),
      set: (value) => seen.push(value),
    });

    await stage.project.deploy((file) => file.replace('COLOUR: red', 'COLOUR: blue'));

    expect(seen).toEqual([{ vpc_id: 'v', subnet_id: 's' }]);
    expect(config.xrole).toBe('config-agency');
  });

  it('tells the same code also where the digest of the platform is of another kind', async () => {
    await stage.restart({ digestOf: (zip) => `own-${zip.length}` });
    await stage.project.deploy();

    expect((await stage.project.deploy()).changed).toBe(false);
    stage.project.writeCode('second', { 'index.js': `${handlerText} // more` });
    expect((await stage.project.deploy()).text).toMatch(/second +update/);
    expect((await stage.project.deploy()).changed).toBe(false);
  });

  it('sees code that somebody changed in the console', async () => {
    await stage.project.deploy();
    kept('first').config.digest = 'edited';

    expect((await stage.project.deploy()).text).toMatch(/~ first +update\n +code/);
  });

  it('with temporary keys sets encrypted variables again, and says why', async () => {
    const env = {
      HUAWEICLOUD_SDK_AK: 'a',
      HUAWEICLOUD_SDK_SK: 's',
      HUAWEICLOUD_SDK_PROJECT_ID: '0123456789abcdef0123456789abcdef',
      HUAWEICLOUD_SDK_SECURITY_TOKEN: 't',
    };
    await stage.project.deploy(undefined, { env });

    expect((await stage.project.deploy(undefined, { env })).text).toContain(
      'temporary keys cannot tell whether it changed',
    );
    const withKey = { ...env, FLEETBATCH_DEPLOY_KEY: 'k' };
    await stage.project.deploy(undefined, { env: withKey });
    expect((await stage.project.deploy(undefined, { env: withKey })).changed).toBe(false);
  });

  it('finds the zip also where the folder is written with a slash at its end', async () => {
    await stage.project.deploy();

    expect((await stage.project.deploy((file) => file.replaceAll('DIST/first', 'DIST/first/'))).changed).toBe(false);
  });

  it('code that the platform took and says is empty is a failure, and is sent again', async () => {
    await stage.project.deploy();
    const { config } = kept('second');
    stage.project.writeCode('second', { 'index.js': `${handlerText} // more` });
    Object.defineProperty(config, 'code_size', {
      configurable: true,
      enumerable: true,
      get: () => 0,
      set: () => undefined,
    });

    const failed = await stage.project.deploy();
    Object.defineProperty(config, 'code_size', { configurable: true, enumerable: true, writable: true, value: 1 });
    config.digest = 'of nothing';

    expect(failed.text).toContain('says that the code has 0 bytes');
    expect((await stage.project.deploy()).text).toMatch(/second +code sent/);
  });
});
