import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceFunction } from '../../../serverless/service-file.js';
import { type FixturePlatform, functionOf, json, route, startFixtures, timer } from './fixture-platform.js';

/** A function that says which code it is, where that lies, and what it was told; after `wait` ms where the event asks for it. */
function codeOf(version: string) {
  const text = `exports.handler = async (event, context) => {
    if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
    return { version: ${JSON.stringify(version)}, dir: __dirname, place: context.getUserData('PLACE'), pid: process.pid };
  }`;
  return { 'index.js': Buffer.from(text) };
}

let platform: FixturePlatform;
beforeEach(async () => {
  platform = await startFixtures({});
});
afterEach(() => platform.close());

const fn = (settings: Partial<ServiceFunction> = {}) => functionOf('dynamic', settings);

async function said(event: object = {}): Promise<{ version: string; dir: string; place?: string; pid: number }> {
  return json(await platform.call('dynamic', event)) as Awaited<ReturnType<typeof said>>;
}

async function status(path: string): Promise<number> {
  return (await fetch(`${platform.url}${path}`, { method: 'POST', body: '{}' })).status;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}

describe('a function that is created while the platform runs', () => {
  it('answers the next invocation', async () => {
    platform.put(fn(), codeOf('one'));
    expect((await said()).version).toBe('one');
  });

  it('is reached by its route', async () => {
    const before = await status('/here');
    platform.put(fn({ routes: [route('/here')] }), codeOf('one'));
    // The code returns no gateway response, which is 500 once a route leads to it.
    expect([before, await status('/here')]).toEqual([404, 500]);
  });

  it('has its timers', () => {
    platform.put(fn({ timers: [timer('hourly')] }), codeOf('one'));
    expect(platform.timers()).toMatchObject([{ name: 'hourly', function: 'dynamic', active: true }]);
  });

  it('needs code', () => {
    expect(() => platform.put(fn())).toThrow('dynamic has no code.');
  });

  it('is not there where one of its files leads out of its folder', async () => {
    expect(() => platform.put(fn(), { ...codeOf('one'), '../../escape.js': Buffer.from('') })).toThrow(
      'The file ../../escape.js leads out of the code',
    );
    await expect(platform.call('dynamic')).rejects.toThrow('There is no function dynamic');
  });

  it('is not there where one of its schedules is none', async () => {
    expect(() => platform.put(fn({ timers: [timer('odd', { schedule: '61m' })] }), codeOf('one'))).toThrow('61m');
    await expect(platform.call('dynamic')).rejects.toThrow('There is no function dynamic');
  });
});

describe('new code', () => {
  it('is run by the next invocation, while one under way ends on the old code', async () => {
    platform.put(fn(), codeOf('one'));
    const { dir } = await said();
    const underWay = said({ wait: 300 });
    platform.put(fn(), codeOf('two'));
    expect([(await said()).version, (await underWay).version]).toEqual(['two', 'one']);
    await until(() => !existsSync(dir));
  });
});

describe('other settings', () => {
  it('hold from the next invocation, on the same code', async () => {
    const userData = (asked: ServiceFunction) => asked.environment;
    await platform.close();
    platform = await startFixtures({}, { userData });
    platform.put(fn({ environment: { PLACE: 'here' } }), codeOf('one'));
    const before = await said();
    platform.put(fn({ environment: { PLACE: 'there' } }));
    const after = await said();
    expect([before.place, after.place, after.dir]).toEqual(['here', 'there', before.dir]);
  });

  it('leave the code to the new instances when the old ones have ended', async () => {
    platform.put(fn(), codeOf('one'));
    const { pid } = await said();
    platform.put(fn({ timeout: 20 }));
    await until(() => !isRunning(pid));
    expect((await said()).version).toBe('one');
  });
});

describe('other triggers', () => {
  it('hold at once and leave the instances as they are', async () => {
    platform.put(fn({ routes: [route('/old')] }), codeOf('one'));
    const { pid } = await said();
    platform.put(fn({ routes: [route('/new')], timers: [timer('hourly')] }));
    expect([(await said()).pid, await status('/old'), await status('/new'), platform.timers().length]).toEqual([
      pid,
      404,
      500,
      1,
    ]);
  });

  it('keep the next moment of a timer that stays', () => {
    platform.put(fn({ timers: [timer('stays'), timer('goes')] }), codeOf('one'));
    const [stays] = platform.timers();
    platform.put(fn({ timers: [timer('stays')] }));
    expect(platform.timers()).toEqual([stays]);
  });
});

describe('a function that is deleted', () => {
  it('is gone for the next invocation, while one under way ends', async () => {
    platform.put(fn({ routes: [route('/here')], timers: [timer('hourly')] }), codeOf('one'));
    const underWay = said({ wait: 300 });
    const removed = platform.remove('dynamic');
    await expect(platform.call('dynamic')).rejects.toThrow('There is no function dynamic');
    expect([removed, await status('/here'), platform.timers(), (await underWay).version]).toEqual([
      true,
      404,
      [],
      'one',
    ]);
  });

  it('leaves neither instances nor code', async () => {
    platform.put(fn(), codeOf('one'));
    const { pid, dir } = await said();
    platform.remove('dynamic');
    await until(() => !isRunning(pid) && !existsSync(dir));
  });

  it('cannot be deleted twice', () => {
    expect(platform.remove('dynamic')).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
