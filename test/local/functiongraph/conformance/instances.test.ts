import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { realClock } from '../../../../local/functiongraph/clock.js';
import { type FixturePlatform, json, startFixtures } from '../fixture-platform.js';
import { isRunning } from '../process-state.js';

/** Answers with its process id; what it does first is said by the event. */
const code = `
const deeds = {
  hang: () => new Promise(() => {}),
  loop: () => { for (;;); },
  sync: () => 'never awaited',
  otherRealm: () => require('node:vm').runInNewContext('Promise.resolve(1)'),
  thenable: () => ({ then: (resolve) => resolve('never awaited') }),
  exit: () => process.exit(3),
  rejectLater: async () => { setImmediate(() => Promise.reject(new Error('stray'))); await new Promise(() => {}); },
  sigterm: async () => { process.kill(process.pid, 'SIGTERM'); await new Promise((resolve) => setTimeout(resolve, 20)); },
  memory: async () => { const hog = []; for (;;) hog.push(new Array(100000).fill(Math.random())); },
  short: () => new Promise((resolve) => setTimeout(resolve, 150)),
};
const pid = () => ({ pid: process.pid });
const after = (did) => (did instanceof Promise ? did.then(pid) : did);
exports.handler = (event, context) => (event.do ? after(deeds[event.do]()) : Promise.resolve(pid()));
`;

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixtures(
    { quick: { code, timeout: 0.3 }, calm: { code }, busy: { code }, few: { code }, fresh: { code } },
    { mostInstances: 3 },
  );
});
afterAll(() => platform.close());

const pidOf = async (name: string, deed?: string) =>
  (json(await platform.call(name, deed === undefined ? {} : { do: deed })) as { pid: number }).pid;

describe('an instance', () => {
  it('is used again while it is warm', async () => {
    expect(await pidOf('calm')).toBe(await pidOf('calm'));
  });

  it.each(['hang', 'loop', 'sync', 'thenable', 'otherRealm'])(
    'that does not answer (%s) is killed after the time limit, and replaced',
    async (deed) => {
      const before = await pidOf('quick');
      const result = await platform.call('quick', { do: deed });
      expect([result.failure, json(result)]).toEqual([
        'timeout',
        { errorMessage: 'quick did not answer within 0.3 s.', errorType: 'FunctionTimeout' },
      ]);
      expect(await pidOf('quick')).not.toBe(before);
    },
  );

  it('that exits in an invocation makes it fail, and is replaced', async () => {
    const before = await pidOf('calm');
    const result = await platform.call('calm', { do: 'exit' });
    expect([result.failure, json(result)]).toEqual([
      'exited',
      { errorMessage: 'the instance exited with code 3.', errorType: 'InstanceEnded' },
    ]);
    expect(await pidOf('calm')).not.toBe(before);
  });

  it('is killed by a stray rejection, which its log shows', async () => {
    const result = await platform.call('calm', { do: 'rejectLater' });
    expect([result.failure, result.log.join()]).toEqual(['exited', expect.stringContaining('Error: stray')]);
  });

  it('ignores SIGTERM', async () => {
    expect(await pidOf('calm', 'sigterm')).toBe(await pidOf('calm'));
  });

  it('that wants more memory than its function has dies', async () => {
    expect((await platform.call('calm', { do: 'memory' })).failure).toBe('exited');
  });

  it('says how much memory it held, and not what the process held that started it', async () => {
    const held = Buffer.alloc(400 * 1024 * 1024, 1);
    const { cold, memoryMb } = await platform.call('fresh');
    expect([held.length > 0, cold, memoryMb > 10 && memoryMb < 200]).toEqual([true, true, true]);
  });

  it('gets company under load, up to the limit; then invocations wait', async () => {
    const pids = await Promise.all(Array.from({ length: 5 }, () => pidOf('busy', 'short')));
    expect(new Set(pids).size).toBe(3);
  });

  it('of a full function gives its place to one that waits when it dies', async () => {
    const results = await Promise.all(
      ['exit', 'exit', 'exit', 'short', 'short'].map((deed) => platform.call('few', { do: deed })),
    );
    expect(results.map((result) => result.ok)).toEqual([false, false, false, true, true]);
  });
});

describe('an idle instance', () => {
  it('is ended after its time', async () => {
    const fixtures = await startFixtures({ calm: { code } }, { idleMs: 1 });
    const { pid } = json(await fixtures.call('calm')) as { pid: number };
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
    await fixtures.close();
  });
});

describe('closing', () => {
  it('ends every instance, and invocations under way with them', async () => {
    const fixtures = await startFixtures({ calm: { code } });
    const { pid } = json(await fixtures.call('calm')) as { pid: number };
    const hanging = fixtures.call('calm', { do: 'hang' });
    await fixtures.close();
    expect((await hanging).failure).toBe('exited');
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
  });

  it('refuses later invocations', async () => {
    const fixtures = await startFixtures({ calm: { code } });
    await fixtures.close();
    expect(json(await fixtures.call('calm'))).toMatchObject({ errorMessage: 'the platform is closing.' });
  });
});

describe('the real clock', () => {
  it('does not fire early what is further away than a timer can wait', () => {
    vi.useFakeTimers();
    const fired = vi.fn();
    realClock.after(2 ** 31 + 1000, fired);
    vi.advanceTimersByTime(2 ** 31 - 1);
    const early = fired.mock.calls.length;
    vi.advanceTimersByTime(1001);
    vi.useRealTimers();
    expect([early, fired.mock.calls.length]).toEqual([0, 1]);
  });
});
