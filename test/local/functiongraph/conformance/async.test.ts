import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AsyncConfig, defaultAsyncConfig } from '../../../../local/functiongraph/async-config.js';
import { type FixturePlatform, startFixtures } from '../fixture-platform.js';
import { hurriedClock } from '../hurried-clock.js';

const urnOf = (name: string) => `urn:fss:cn-north-4:project:function:default:${name}:latest`;

/** Every function notes the start of each run in a file, because a killed one can tell nothing. */
const code = (body: string) => `
const fs = require('node:fs');
const notes = process.cwd() + '/notes-' + process.env.RUNTIME_FUNC_NAME;
const runs = () => fs.readFileSync(notes, 'utf8').split('\\n').length - 1;
exports.handler = async (event, context) => {
  fs.appendFileSync(notes, JSON.stringify({ requestId: context.getRequestID(), event }) + '\\n');
  ${body}
};`;

const settings: Record<string, Partial<AsyncConfig>> = {
  works: { onSuccess: { destination: 'FunctionGraph', param: JSON.stringify({ func_urn: urnOf('told') }) } },
  fails: {
    maxRetries: 2,
    onFailure: { destination: 'FunctionGraph', param: JSON.stringify({ func_urn: urnOf('told') }) },
  },
};

let platform: FixturePlatform;
let folder: string;
beforeAll(async () => {
  platform = await startFixtures(
    {
      where: { code: 'exports.handler = async (event, context) => process.cwd()' },
      works: { code: code("return { got: event, padding: 'x'.repeat(event.padding ?? 0) };") },
      fails: { code: code("throw new TypeError('always');") },
      exits: { code: code('process.exit(1);') },
      killed: { code: code("if (runs() < 3) process.kill(process.pid, 'SIGKILL'); await null; return 'survived';") },
      told: { code: code('return null;') },
    },
    {
      clock: hurriedClock,
      urnOf,
      asyncConfig: (name) => ({ ...defaultAsyncConfig, ...settings[name] }),
    },
  );
  folder = (await platform.call('where')).body.toString();
});
afterAll(() => platform.close());

/** What the runs of a function have noted. */
function notes(name: string): { requestId: string; event: Record<string, unknown> }[] {
  const file = join(folder, `notes-${name}`);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return lines.map((line) => JSON.parse(line));
}

async function submit(name: string, event: unknown = {}): Promise<string> {
  const requestId = platform.invokeAsync(name, JSON.stringify(event));
  await platform.asyncSettled();
  return requestId;
}

const told = (requestId: string) =>
  notes('told').filter(({ event }) => (event.request_context as { request_id: string }).request_id === requestId);

describe('an asynchronous invocation', () => {
  it('is accepted before it runs, under the request id that the function sees', async () => {
    const requestId = platform.invokeAsync('works', '{"a":1}');
    const before = [notes('works').length, platform.asyncInvocations('works')[0]?.status];
    await platform.asyncSettled();
    expect(before).toEqual([0, 'RUNNING']);
    expect(notes('works')).toEqual([{ requestId, event: { a: 1 } }]);
    expect(platform.asyncInvocations('works')).toMatchObject([{ requestId, status: 'SUCCESS', attempts: 1 }]);
  });

  it('has at most 256 KB', () => {
    expect(() => platform.invokeAsync('works', JSON.stringify('x'.repeat(256 * 1024)))).toThrow('It was not queued.');
  });

  it('of a function that does not exist is refused', () => {
    expect(() => platform.invokeAsync('none', '{}')).toThrow('There is no function none.');
  });

  it('tells its destination of a success', async () => {
    const requestId = await submit('works', { b: 2 });
    expect(told(requestId).map(({ event }) => event)).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\+08:00$/),
        request_context: {
          request_id: requestId,
          function_urn: urnOf('works'),
          condition: '',
          approximate_invoke_count: 1,
        },
        request_payload: '{"b":2}',
        response_context: { status_code: 200, function_error: '' },
        response_payload: '{"got":{"b":2},"padding":""}',
      },
    ]);
  });

  it('with a result of more than 256 KB succeeds, and the result is dropped', async () => {
    const requestId = await submit('works', { padding: 256 * 1024 });
    expect(told(requestId)[0]?.event).toMatchObject({ response_context: { status_code: 200 }, response_payload: '' });
  });

  it('whose code fails is run again as often as the settings say, and then tells its destination', async () => {
    const requestId = await submit('fails');
    expect(notes('fails').map((note) => note.requestId)).toEqual([requestId, requestId, requestId]);
    expect(told(requestId)[0]?.event).toMatchObject({
      request_context: { condition: 'TypeError', approximate_invoke_count: 3 },
      response_context: { status_code: 200, function_error: 'function invocation exception, error: always' },
    });
    expect(platform.asyncInvocations('fails')).toMatchObject([{ status: 'FAIL', errorCode: 4002, attempts: 3 }]);
  });

  it('whose code ends its own instance has failed like any other code', async () => {
    await submit('exits');
    expect(platform.asyncInvocations('exits')).toMatchObject([
      { status: 'FAIL', errorMessage: 'the instance exited with code 1.', attempts: 1 },
    ]);
  });

  it('whose instance is killed runs again on a new one, without any retries configured', async () => {
    await submit('killed');
    expect([notes('killed').length, platform.asyncInvocations('killed')]).toMatchObject([
      3,
      [{ status: 'SUCCESS', attempts: 3 }],
    ]);
  });
});
