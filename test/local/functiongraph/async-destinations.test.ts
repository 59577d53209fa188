import { describe, expect, it } from 'vitest';
import { boom, done, startQueue, toFunction, urn } from './queue-under-test.js';

describe('a destination', () => {
  it('gets the documented notification of a success', async () => {
    const { submit, attempts, end } = startQueue({ onSuccess: toFunction('second') });
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
    const { clock, submit, attempts, end } = startQueue({ maxRetries: 1, onFailure: toFunction('second') });
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
    const { clock, submit, attempts } = startQueue({ maxAgeSeconds: 1, onFailure: toFunction('second') }, 1);
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
    const { submit, attempts, end } = startQueue({ onSuccess: toFunction('second') });
    submit('1');
    await end({ ok: true, body: Buffer.alloc(bytes, 'x') });
    expect(JSON.parse(attempts[1]?.event ?? '').response_payload.length).toBe(kept);
  });

  it.each([
    [{ destination: 'SMN', param: '{"topic":"t"}' }, 'SMN {"topic":"t"} is no function on this machine'],
    [toFunction('third'), `FunctionGraph {"func_urn":"${urn('third')}"} is no function on this machine`],
    [{ destination: 'FunctionGraph', param: 'second' }, 'FunctionGraph second is no function on this machine'],
  ])('that is not here (%j) is reported', async (onSuccess, reason) => {
    const { submit, end, reports } = startQueue({ onSuccess });
    submit('1');
    await end(done);
    expect(reports).toEqual([expect.stringContaining(`was not delivered: ${reason}`)]);
  });

  it('that is the function itself does not run for ever', async () => {
    const { submit, end, attempts, reports } = startQueue({ onSuccess: toFunction('first') });
    submit('1');
    for (let run = 0; run < 30; run += 1) await end(done);
    expect([attempts.length, reports.length]).toEqual([17, 1]);
    expect(reports[0]).toContain('16 notifications in a row led to it. Is it a circle?');
  });
});
