import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OutOfTimeError } from '../../../shared/store/pg-failure.js';
import { within } from '../../../shared/store/within.js';

/** A promise that the test settles; Node 20 has no Promise.withResolvers. */
function settledByHand() {
  let resolve: (value: string) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<string>((fulfil, fail) => {
    resolve = fulfil;
    reject = fail;
  });
  return { promise, resolve, reject };
}

describe('within', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives what comes in time, and leaves no timer behind', async () => {
    const late = vi.fn();

    expect(await within(Promise.resolve('here'), 10, late)).toBe('here');

    expect(late).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes a failure in time on', async () => {
    await expect(within(Promise.reject(new Error('no')), 10)).rejects.toThrow('no');
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['to whoever takes it', vi.fn()],
    ['nowhere without one', undefined],
  ])('gives up after its time, and what comes later goes %s', async (_name, late) => {
    const { promise, resolve } = settledByHand();
    const refused = expect(within(promise, 10, late)).rejects.toThrow(OutOfTimeError);
    await vi.advanceTimersByTimeAsync(10);
    await refused;

    resolve('late');
    await promise;

    if (late) expect(late.mock.calls).toEqual([['late']]);
  });

  it('keeps a failure that comes too late to itself', async () => {
    const { promise, reject } = settledByHand();
    const late = vi.fn();
    const refused = expect(within(promise, 10, late)).rejects.toThrow(OutOfTimeError);
    await vi.advanceTimersByTimeAsync(10);
    await refused;

    reject(new Error('late'));
    await expect(promise).rejects.toThrow('late');

    expect(late).not.toHaveBeenCalled();
  });
});
