import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixturePlatform, json, startFixtures } from './fixture-platform.js';

const withInitializer = (code: string, settings = {}) => ({
  code: `let ready = 0; ${code}; exports.handler = async (event, context) => ({ ready });`,
  initializer: 'index.initializer',
  initializerTimeout: 1,
  ...settings,
});

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixtures({
    once: withInitializer(
      'exports.initializer = (context, callback) => { ready += 1; console.log("initialized"); callback(null); }',
    ),
    promised: withInitializer('exports.initializer = async (context, callback) => { await null; ready += 1; }'),
    short: withInitializer('exports.initializer = async (context) => 1'),
    absent: withInitializer(''),
    failing: withInitializer(
      'exports.initializer = async (context, callback) => { throw new TypeError("not today"); }',
    ),
    empty: withInitializer('exports.initializer = (context, callback) => callback()'),
    hanging: withInitializer('exports.initializer = (context, callback) => {}', { initializerTimeout: 0.2 }),
    second: withInitializer(`
      const marker = process.cwd() + '/second-chance';
      exports.initializer = async (context, callback) => {
        if (require('fs').existsSync(marker)) { ready = 2; return; }
        require('fs').writeFileSync(marker, '');
        throw new Error('first time');
      }`),
  });
});
afterAll(() => platform.close());

describe('an initializer', () => {
  it('runs once per instance, before the first invocation', async () => {
    const results = [await platform.call('once'), await platform.call('once')];
    expect(results.map((result) => [json(result), result.cold, result.log])).toEqual([
      [{ ready: 1 }, true, ['INFO initialized']],
      [{ ready: 1 }, false, []],
    ]);
  });

  it('may be an async function', async () => {
    expect(json(await platform.call('promised'))).toEqual({ ready: 1 });
  });

  it.each([
    ['short', 4001, 'function entry exception, error: initializer expect to have 2 parameters, but received 1'],
    ['absent', 4001, 'function entry exception, error: initializer initializer is not a function of the module'],
    ['failing', 4009, 'function initialization exception, error: not today'],
    ['empty', 4009, 'function initialization exception, error: {}'],
  ])('that is %s fails with %d', async (name, code, errorMessage) => {
    const result = await platform.call(name);
    expect([result.errorCode, json(result)]).toEqual([code, expect.objectContaining({ errorMessage })]);
  });

  it('that hangs ends with its own time limit', async () => {
    const result = await platform.call('hanging');
    expect([result.failure, json(result)]).toEqual([
      'timeout',
      {
        errorMessage: 'the start did not end in time: at most 20 s for loading the code, 0.2 s for its initializer.',
        errorType: 'FunctionTimeout',
      },
    ]);
  });

  it('that failed is tried again with a new instance', async () => {
    const codes = [(await platform.call('second')).errorCode, json(await platform.call('second'))];
    expect(codes).toEqual([4009, { ready: 2 }]);
  });
});
