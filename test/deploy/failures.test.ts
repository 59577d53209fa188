import { describe, expect, it } from 'vitest';
import { testStage, urn } from './stage-of-test.js';

const stage = testStage();
const { kept } = stage;

/** Strikes one call, once. */
function once(call: string, fault: 'lost' | 'reset' | number) {
  let left = 1;
  return (made: string) => {
    if (made !== call || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

describe('a failure in the middle', () => {
  it('says what was done, what was not and how to go on; the next run does the rest', async () => {
    await stage.restart({ fault: once('POST triggers/first', 500) });

    const failed = await stage.project.deploy();
    const again = await stage.project.deploy();

    expect(failed.error?.name).toBe('UnfinishedError');
    expect(failed.text).toMatch(/✗ first +routes, timers and asynchronous configuration/);
    expect(failed.text).toMatch(/done +(first: created\n +second|second: created\n +first): created/);
    expect(failed.text).toMatch(/\n +first: asynchronous configuration set/);
    expect(failed.text).toContain('its outcome is unknown; it was looked for and is not there.');
    expect(failed.text).toMatch(/failed +first: routes, timers and asynchronous configuration/);
    expect(failed.text).toMatch(/not begun +nothing/);
    expect(failed.text).toContain('Mend the cause, then run the same command again');
    expect([again.changed, again.error]).toEqual([true, undefined]);
    expect(again.text).toMatch(/= second +unchanged/);
    expect(kept('first').triggers).toHaveLength(2);
    expect((await stage.project.deploy()).changed).toBe(false);
  });

  it('begins nothing new after it', async () => {
    await stage.restart({ fault: (call) => (call === 'POST functions' ? 500 : undefined) });

    const { text } = await stage.project.deploy();

    expect(stage.double.writes.every((call) => call === 'POST functions')).toBe(true);
    expect(text).toMatch(/not begun +first: routes, timers and asynchronous configuration/);
  });

  it('between the old and the new of a replaced trigger leaves a file that the next run completes', async () => {
    await stage.project.deploy();
    const edit = (file: string) => file.replace('schedule: 1h', 'schedule: 2h');
    const { functions } = stage.double;
    await stage.restart({ fault: once('POST triggers/first', 400) });
    for (const [key, fn] of functions) stage.double.functions.set(key, fn);

    const failed = await stage.project.deploy(edit);
    const again = await stage.project.deploy(edit);

    expect(failed.text).toMatch(/done +first: timer hourly deleted/);
    expect(again.text).toMatch(/\+ timer +hourly/);
    expect(kept('first').triggers).toHaveLength(2);
  });

  it('while the account is read changes nothing', async () => {
    await stage.restart({ fault: (call) => (call.startsWith('GET') ? 403 : undefined) });

    const { error } = await stage.project.deploy();

    expect(error?.name).toBe('DeployError');
    expect(error?.message).toMatch(
      / The endpoint is on this machine: unset HUAWEICLOUD_SDK_AK, .* to use its own account\.\nNothing was changed\.$/,
    );
    expect(stage.double.writes).toEqual([]);
  });
});

describe('a cloud on this machine that is not there', () => {
  it('is told with how to start it', async () => {
    await stage.double.close();

    const { error } = await stage.project.deploy();
    await stage.restart({});

    expect(error?.message).toMatch(
      / Nothing answers at http:\/\/127\.0\.0\.1:\d+: start the cloud of this machine with npm start, or give its address with --endpoint\.\nNothing was changed\.$/,
    );
  });
});

describe('an answer that is lost', () => {
  it.each([
    ['of a creation', 'POST functions', /created \(the answer was lost; found by looking\)/],
    ['of a trigger', 'POST triggers/first', /route GET \/first created/],
  ])('%s is looked up, and the deployment goes on', async (_what, call, shown) => {
    await stage.restart({ fault: once(call, 'lost') });

    const { changed, text } = await stage.project.deploy();

    expect(changed).toBe(true);
    expect(text).toMatch(shown);
    expect(kept('first').triggers).toHaveLength(2);
    expect((await stage.project.deploy()).changed).toBe(false);
  });

  it('of code that arrived is looked up too', async () => {
    await stage.project.deploy();
    const { functions } = stage.double;
    await stage.restart({ fault: once('PUT functions/second/code', 'lost') });
    for (const [key, fn] of functions) stage.double.functions.set(key, fn);
    stage.project.writeCode('second', { 'index.js': 'exports.handler = async (event, context) => 2;' });

    expect((await stage.project.deploy()).changed).toBe(true);
    expect((await stage.project.deploy()).changed).toBe(false);
  });

  it('of a creation that never arrived is an error, and the next run creates it', async () => {
    await stage.restart({ fault: once('POST functions', 'reset') });

    const failed = await stage.project.deploy();

    expect(failed.text).toContain('its outcome is unknown; it was looked for and is not there.');
    expect((await stage.project.deploy()).changed).toBe(true);
    expect(stage.double.functions.size).toBe(2);
  });
});

it('a function that somebody else creates while the answer to ours is lost does not count as ours', async () => {
  const theirs = {
    func_urn: `${urn('first')}:latest`,
    func_name: 'first',
    package: 'default',
    user_data: '{"OWNER":"them"}',
  };
  const theirsMeanwhile = (call: string) => {
    if (call !== 'POST functions') return undefined;
    stage.double.functions.set(urn('first'), { config: theirs, secrets: '{}', triggers: [], asyncInvoke: undefined });
    return 'reset';
  };
  await stage.restart({ fault: theirsMeanwhile });

  const { text } = await stage.project.deploy();

  expect(text).toMatch(/✗ first +creation/);
  expect(text).not.toContain('found by looking');
});

describe('an interruption', () => {
  it('before it begins leaves everything to the next run', async () => {
    const stop = new AbortController();
    stop.abort();

    const { text, error } = await stage.project.deploy(undefined, { signal: stop.signal });

    expect(error?.name).toBe('UnfinishedError');
    expect(text).toContain('Not finished: interrupted.');
    expect(text).toMatch(/not begun +first: creation\n +second: creation/);
    expect(stage.double.writes).toEqual([]);
    expect((await stage.project.deploy()).changed).toBe(true);
  });
});
