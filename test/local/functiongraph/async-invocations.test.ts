import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boom, done, killed, startQueue, turn } from './queue-under-test.js';

describe('an asynchronous event', () => {
  it('is accepted at once and run by itself, with one request id from the answer to the report', async () => {
    const { queue, submit, attempts, end } = startQueue();

    const requestId = submit('"a"');
    const whileRunning = queue.active('first');
    await end(done);

    expect(attempts).toEqual([expect.objectContaining({ name: 'first', event: '"a"', requestId, trigger: 'async' })]);
    expect(whileRunning).toEqual([expect.objectContaining({ requestId, status: 'RUNNING', attempts: 1 })]);
    expect([queue.active('first'), queue.pending]).toEqual([[], 0]);
    expect(queue.list('first')).toEqual([expect.objectContaining({ requestId, status: 'SUCCESS', attempts: 1 })]);
  });

  it.each([
    [262_144, false],
    [262_145, true],
  ])('of %d bytes is refused: %s', (bytes, refused) => {
    const { queue } = startQueue();
    const submit = () => queue.submit('first', Buffer.alloc(bytes, ' '));
    if (refused) expect(submit).toThrow('The event has 262145 bytes; an asynchronous one has at most 262144. It was');
    else expect(submit).not.toThrow();
  });

  it('waits where as many run as the function may have instances, and they are begun in their order', async () => {
    const { submit, status, attempts, end } = startQueue({}, 2);
    for (const event of ['1', '2', '3', '4']) submit(event);
    const before = status();
    await end(done);
    await end(done);
    expect([before, attempts.map(({ event }) => event)]).toEqual([
      ['WAIT', 'WAIT', 'RUNNING', 'RUNNING'],
      ['1', '2', '3', '4'],
    ]);
  });

  it('of a function that is gone fails with that reason', async () => {
    const { queue, submit, end } = startQueue({ maxRetries: 3 });
    submit('1');
    await end(new Error('There is no function first.'));
    expect(queue.list('first')).toEqual([
      expect.objectContaining({ status: 'FAIL', errorMessage: 'Error: There is no function first.' }),
    ]);
  });

  it('is not begun any more after closing, and is still counted', async () => {
    const { queue, clock, submit, attempts, end } = startQueue({}, 1);
    submit('1');
    submit('2');
    queue.close();
    await end(killed);
    clock.pass(3_600_000);
    expect([attempts.length, queue.pending, clock.waiting]).toEqual([1, 2, 0]);
  });
});

describe('a failure of the code', () => {
  it.each([0, 1, 2, 3])(
    'is run again %d times where the settings say so, each time after a longer wait',
    async (maxRetries) => {
      const { clock, queue, submit, attempts, end } = startQueue({ maxRetries });
      submit('1');
      const began = clock.now();
      for (let attempt = 0; attempt <= maxRetries; attempt += 1) {
        await end(boom);
        clock.pass(60_000);
      }
      expect(attempts.length).toBe(maxRetries + 1);
      expect(attempts[1]?.at ?? began + 1000).toBe(began + 1000);
      expect(new Set(attempts.map(({ requestId }) => requestId)).size).toBe(1);
      expect(queue.list('first')).toEqual([
        expect.objectContaining({ status: 'FAIL', errorCode: 4002, errorMessage: 'boom', attempts: maxRetries + 1 }),
      ]);
    },
  );

  it('is not repeated without settings: whether the platform would is not confirmed', async () => {
    const { queue, submit, end } = startQueue();
    submit('1');
    await end(boom);
    expect(queue.list('first')).toMatchObject([{ status: 'FAIL', attempts: 1 }]);
  });
});

describe('an instance that was killed meanwhile', () => {
  it('is a system error: its event runs again also without retries, as often as it takes', async () => {
    const { clock, queue, submit, end, attempts } = startQueue({ maxRetries: 0 });
    submit('1');
    for (let kills = 0; kills < 5; kills += 1) {
      await end(killed);
      clock.pass(60_000);
    }
    await end(done);
    expect(queue.list('first')).toMatchObject([{ status: 'SUCCESS', attempts: 6 }]);
    expect(attempts.at(-1)?.trigger).toBe('async (attempt 6)');
  });
});

describe('the age of an event', () => {
  it('discards what waits for an instance, at the moment it runs out', async () => {
    const { clock, submit, status } = startQueue({ maxAgeSeconds: 60 }, 1);
    submit('runs');
    submit('waits');
    clock.pass(59_999);
    const before = status();
    clock.pass(1);
    expect([before, status()]).toEqual([
      ['WAIT', 'RUNNING'],
      ['RUNNING', 'DISCARD'],
    ]);
  });

  it('discards what waits for another attempt, and keeps the error of the last one', async () => {
    const { clock, queue, submit, end } = startQueue({ maxAgeSeconds: 2, maxRetries: 3 });
    submit('1');
    await end(boom);
    clock.pass(1000);
    await end(boom);
    clock.pass(1000);
    expect(queue.list('first')).toMatchObject([{ status: 'DISCARD', errorMessage: 'boom', attempts: 2 }]);
  });
});

describe('whatever happens to the attempts', () => {
  it('every event comes to exactly one end, and the wait for all of them ends then', async () => {
    const someEnd = fc.constantFrom(done, boom, killed);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(someEnd, { maxLength: 6 }), { maxLength: 12 }), async (plans) => {
        const { clock, queue, submit, end, attempts } = startQueue({ maxRetries: 2, maxAgeSeconds: 86_400 });
        const left = new Map(plans.map((plan) => [submit('1'), [...plan]]));
        let settled = false;
        void queue.settled().then(() => {
          settled = true;
        });
        for (let ended = 0; queue.pending > 0; ended += 1) {
          if (attempts.length === ended) clock.pass(60_000);
          await end(left.get(attempts[ended]?.requestId ?? '')?.shift() ?? done);
        }
        await turn();
        expect([queue.list('first').length, settled]).toEqual([plans.length, true]);
      }),
      { numRuns: 60 },
    );
  });
});
