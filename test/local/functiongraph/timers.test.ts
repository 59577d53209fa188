import { afterEach, describe, expect, it } from 'vitest';
import { Timers, timerEvent } from '../../../local/functiongraph/timers.js';
import { type Fixture, json, startFixtures, timer } from './fixture-platform.js';
import { ManualClock } from './manual-clock.js';

const code = 'exports.handler = async (event, context) => event';

function start(settings: Partial<Fixture>) {
  const clock = new ManualClock();
  const fired: string[] = [];
  const timers = new Timers({
    zone: 'Asia/Shanghai',
    clock,
    fire: (name, { name: timerName }, at) => fired.push(`${name} ${timerName} ${at.toISOString().slice(11, 19)}`),
  });
  timers.set('ticking', settings.timers ?? []);
  return { clock, fired, timers };
}

describe('a timer', () => {
  it('fires at the moments of its rate, counted from the start', () => {
    const { clock, fired } = start({ timers: [timer('hourly')] });
    clock.pass(2.5 * 3_600_000);
    expect(fired).toEqual(['ticking hourly 13:00:00', 'ticking hourly 14:00:00']);
  });

  it("fires at the moments of its cron expression in the region's zone", () => {
    const { clock, fired } = start({ timers: [timer('daily', { scheduleType: 'Cron', schedule: '0 30 2 * * *' })] });
    clock.pass(24 * 3_600_000);
    expect(fired).toEqual(['ticking daily 18:30:00']);
  });

  it('that is disabled is listed without a next moment, and never fires', () => {
    const { clock, fired, timers } = start({ timers: [timer('off', { active: false })] });
    clock.pass(5 * 3_600_000);
    expect([timers.list(), fired]).toEqual([[{ name: 'off', function: 'ticking', active: false, schedule: '1h' }], []]);
  });

  it('is listed with its next moment', () => {
    const { clock, timers } = start({ timers: [timer('hourly')] });
    clock.pass(3_600_000);
    expect(timers.list()).toEqual([
      { name: 'hourly', function: 'ticking', active: true, schedule: '1h', next: new Date('2026-11-21T14:00:00Z') },
    ]);
  });

  it('does not make up for moments that passed while the machine slept', () => {
    const { clock, fired } = start({ timers: [timer('minutely', { schedule: '1m' })] });
    clock.sleep(10.5 * 60_000);
    clock.pass(60_000);
    expect(fired).toEqual(['ticking minutely 12:01:00', 'ticking minutely 12:11:30']);
  });

  it('fires within a minute after the machine was suspended over its moment, for waits do not count that time', () => {
    const { clock, fired } = start({ timers: [timer('daily', { schedule: '1d' })] });
    clock.pass(2 * 3_600_000);
    clock.suspend(22 * 3_600_000);
    clock.pass(60_000);
    expect(fired).toEqual(['ticking daily 12:00:00']);
  });

  it('waits on where a wait ended too early', () => {
    const { clock, fired } = start({ timers: [timer('hourly')] });
    clock.pass(3_599_000);
    clock.endWaits();
    const early = [...fired];
    clock.pass(1000);
    expect([early, fired]).toEqual([[], ['ticking hourly 13:00:00']]);
  });

  it('waits no longer after closing', () => {
    const { clock, timers } = start({ timers: [timer('hourly'), timer('other')] });
    timers.close();
    expect(clock.waiting).toBe(0);
  });
});

describe('the event of a timer', () => {
  it("has the documented fields, the time with the region's offset", () => {
    const event = timerEvent(
      timer('Timer_001', { userEvent: '{"a":1}' }),
      new Date('2023-06-01T00:30:00Z'),
      'Asia/Shanghai',
    );
    expect(JSON.parse(event.toString())).toEqual({
      version: 'v1.0',
      time: '2023-06-01T08:30:00+08:00',
      trigger_type: 'TIMER',
      trigger_name: 'Timer_001',
      user_event: '{"a":1}',
    });
  });

  it('has an empty text where no user event is set', () => {
    expect(JSON.parse(timerEvent(timer('t'), new Date(), 'UTC').toString()).user_event).toBe('');
  });
});

describe('timers on the platform', () => {
  let platform: Awaited<ReturnType<typeof startFixtures>>;
  afterEach(() => platform.close());

  it('invoke their function when they are due', async () => {
    const clock = new ManualClock();
    const reported = new Promise<string>((resolve) => {
      void startFixtures({ ticking: { code, timers: [timer('hourly')] } }, { clock, report: resolve }).then(
        (started) => {
          platform = started;
          clock.pass(3_600_000);
        },
      );
    });
    expect(await reported).toMatch(/ticking +TIMER hourly +[\da-f-]+ {2}ok/);
    await platform.asyncSettled();
    expect(platform.asyncInvocations('ticking')).toMatchObject([{ status: 'SUCCESS', attempts: 1 }]);
  });

  it('can be fired by name at once, also while they are disabled', async () => {
    platform = await startFixtures({ ticking: { code, timers: [timer('off', { active: false, userEvent: 'now' })] } });
    expect(json(await platform.fireTimer('off'))).toMatchObject({ trigger_name: 'off', user_event: 'now' });
  });

  it('that do not exist cannot be fired', async () => {
    platform = await startFixtures({ ticking: { code, timers: [timer('hourly')] } });
    await expect(platform.fireTimer('dayly')).rejects.toThrow('There is no timer dayly. There are hourly.');
  });
});
