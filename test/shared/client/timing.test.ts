import { describe, expect, it } from 'vitest';
import { realTiming } from '../../../shared/client/timing.js';
import { rejection } from './loopback.js';

describe('realTiming', () => {
  it('sleeps, tells the time and throws dice', async () => {
    const start = realTiming.now();

    await realTiming.sleep(5);

    expect(realTiming.now()).toBeGreaterThanOrEqual(start);
    expect(realTiming.random()).toBeLessThan(1);
  });

  it('wakes up where the signal is aborted', async () => {
    const controller = new AbortController();
    const sleep = realTiming.sleep(60_000, controller.signal);

    controller.abort();

    expect(await rejection(sleep)).toMatchObject({ name: 'AbortError' });
  });
});
