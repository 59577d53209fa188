import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AsyncConfig, defaultAsyncConfig } from '../../../local/functiongraph/async-config.js';
import { AsyncInvocations } from '../../../local/functiongraph/async-invocations.js';
import type { InvokeResult } from '../../../local/functiongraph/invoke-result.js';
import { ManualClock } from './manual-clock.js';

type End = Partial<InvokeResult> | Error;

const done: End = { ok: true, body: Buffer.from('"done"') };
const boom: End = {
  ok: false,
  failure: 'function',
  errorCode: 4002,
  body: Buffer.from('{"errorMessage":"boom","errorType":"TypeError"}'),
};
const killed: End = {
  ok: false,
  failure: 'killed',
  body: Buffer.from('{"errorMessage":"the instance was ended by SIGKILL.","errorType":"InstanceEnded"}'),
};

const urn = (name: string) => `urn:fss:cn-north-4:p:function:default:${name}:latest`;
const toFunction = (name: string) => ({
  destination: 'FunctionGraph',
  param: JSON.stringify({ func_urn: urn(name) }),
});

/** The promises that are settled now have called back afterwards. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose attempts end as the test says, in turn or by hand. */
function start(config: Partial<AsyncConfig> = {}, mostAtOnce = 2) {
  const clock = new ManualClock();
  const attempts: { name: string; event: string; requestId: string; trigger: string; at: number }[] = [];
  const ends: ((end: End) => void)[] = [];
  const reports: string[] = [];
  const queue = new AsyncInvocations({
    run: (name, event, requestId, trigger) => {
      attempts.push({ name, event: Buffer.from(event).toString(), requestId, trigger, at: clock.now() });
      return new Promise((resolve, reject) => {
        ends.push((end) =>
          end instanceof Error
            ? reject(end)
            : resolve({
                requestId,
                body: Buffer.of(),
                log: [],
                durationMs: 1,
                cold: false,
                memoryMb: 0,
                ok: true,
                ...end,
              }),
        );
      });
    },
    clock,
    configOf: (name) => (name === 'first' ? { ...defaultAsyncConfig, ...config } : defaultAsyncConfig),
    mostAtOnce: () => mostAtOnce,
    urnOf: urn,
    nameOf: (text) => ['first', 'second'].find((name) => urn(name) === text),
    zone: 'Asia/Shanghai',
    report: (line) => reports.push(line),
  });
  const end = async (how: End) => {
    ends.shift()?.(how);
    await turn();
  };
  const submit = (event: string) => queue.submit('first', Buffer.from(event));
  return {
    clock,
    queue,
    attempts,
    reports,
    end,
    submit,
    status: () => queue.list('first').map(({ status }) => status),
  };
}

describe('an asynchronous event', () => {
  it('is accepted at once and run by itself, with one request id from the answer to the report', async () => {
    const { queue, submit, attempts, end } = start();

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
    const { queue } = start();
    const submit = () => queue.submit('first', Buffer.alloc(bytes, ' '));
    if (refused) expect(submit).toThrow('The event has 262145 bytes; an asynchronous one has at most 262144. It was');
    else expect(submit).not.toThrow();
  });

  it('waits where as many run as the function may have instances, and they are begun in their order', async () => {
    const { submit, status, attempts, end } = start({}, 2);
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
    const { queue, submit, end } = start({ maxRetries: 3 });
    submit('1');
    await end(new Error('There is no function first.'));
    expect(queue.list('first')).toEqual([
      expect.objectContaining({ status: 'FAIL', errorMessage: 'Error: There is no function first.' }),
    ]);
  });

  it('is not begun any more after closing, and is still counted', async () => {
    const { queue, clock, submit, attempts, end } = start({}, 1);
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
      const { clock, queue, submit, attempts, end } = start({ maxRetries });
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
    const { queue, submit, end } = start();
    submit('1');
    await end(boom);
    expect(queue.list('first')).toMatchObject([{ status: 'FAIL', attempts: 1 }]);
  });
});

describe('an instance that was killed meanwhile', () => {
  it('is a system error: its event runs again also without retries, as often as it takes', async () => {
    const { clock, queue, submit, end, attempts } = start({ maxRetries: 0 });
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
    const { clock, submit, status } = start({ maxAgeSeconds: 60 }, 1);
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
    const { clock, queue, submit, end } = start({ maxAgeSeconds: 2, maxRetries: 3 });
    submit('1');
    await end(boom);
    clock.pass(1000);
    await end(boom);
    clock.pass(1000);
    expect(queue.list('first')).toMatchObject([{ status: 'DISCARD', errorMessage: 'boom', attempts: 2 }]);
  });
});

describe('a destination', () => {
  it('gets the documented notification of a success', async () => {
    const { submit, attempts, end } = start({ onSuccess: toFunction('second') });
    const requestId = submit('{"a":1}');
    await end(done);
    expect(attempts[1]).toMatchObject({ name: 'second', trigger: 'async from first' });
    expect(JSON.parse(attempts[1]?.event ?? '')).toEqual({
      timestamp: '2026-11-21T20:00:00.000Z+08:00',
      request_context: {
        request_id: requestId,
        function_urn: urn('first'),
        condition: '',
        approximate_invoke_count: 1,
      },
      request_payload: '{"a":1}',
      response_context: { status_code: 200, function_error: '' },
      response_payload: '"done"',
    });
  });

  it('gets one of a failure after the last attempt, with its count and the error', async () => {
    const { clock, submit, attempts, end } = start({ maxRetries: 1, onFailure: toFunction('second') });
    submit('1');
    await end(boom);
    clock.pass(1000);
    await end(boom);
    expect(JSON.parse(attempts[2]?.event ?? '')).toMatchObject({
      request_context: { condition: 'TypeError', approximate_invoke_count: 2 },
      response_context: { status_code: 200, function_error: 'boom' },
      response_payload: '{"errorMessage":"boom","errorType":"TypeError"}',
    });
  });

  it('gets one of what was discarded', async () => {
    const { clock, submit, attempts } = start({ maxAgeSeconds: 1, onFailure: toFunction('second') }, 1);
    submit('1');
    submit('2');
    clock.pass(1000);
    expect(JSON.parse(attempts[1]?.event ?? '')).toMatchObject({
      request_context: { condition: 'EventAgeExceeded', approximate_invoke_count: 0 },
      request_payload: '2',
      response_context: { status_code: 500 },
      response_payload: '',
    });
  });

  it.each([
    [262_144, 262_144],
    [262_145, 0],
  ])('gets of a result of %d bytes %d', async (bytes, kept) => {
    const { submit, attempts, end } = start({ onSuccess: toFunction('second') });
    submit('1');
    await end({ ok: true, body: Buffer.alloc(bytes, 'x') });
    expect(JSON.parse(attempts[1]?.event ?? '').response_payload.length).toBe(kept);
  });

  it.each([
    [{ destination: 'SMN', param: '{"topic":"t"}' }, 'SMN {"topic":"t"} is no function on this machine'],
    [toFunction('third'), `FunctionGraph {"func_urn":"${urn('third')}"} is no function on this machine`],
    [{ destination: 'FunctionGraph', param: 'second' }, 'FunctionGraph second is no function on this machine'],
  ])('that is not here (%j) is reported', async (onSuccess, reason) => {
    const { submit, end, reports } = start({ onSuccess });
    submit('1');
    await end(done);
    expect(reports).toEqual([expect.stringContaining(`was not delivered: ${reason}`)]);
  });

  it('that is the function itself does not run for ever', async () => {
    const { submit, end, attempts, reports } = start({ onSuccess: toFunction('first') });
    submit('1');
    for (let run = 0; run < 30; run += 1) await end(done);
    expect([attempts.length, reports.length]).toEqual([17, 1]);
    expect(reports[0]).toContain('16 notifications in a row led to it. Is it a circle?');
  });
});

describe('whatever happens to the attempts', () => {
  it('every event comes to exactly one end, and the wait for all of them ends then', async () => {
    const someEnd = fc.constantFrom(done, boom, killed);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(someEnd, { maxLength: 6 }), { maxLength: 12 }), async (plans) => {
        const { clock, queue, submit, end, attempts } = start({ maxRetries: 2, maxAgeSeconds: 86_400 });
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
