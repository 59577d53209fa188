import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixturePlatform, json, startFixtures } from '../fixture-platform.js';

const withInitializer = (code: string, settings = {}) => ({
  code: `let ready = 0; ${code}; exports.handler = async (event, context) => ({ ready });`,
  initializer: 'index.initializer',
  initializerTimeout: 1,
  ...settings,
});

/** Counts its attempts in a file, because each has an instance of its own. */
const succeedingAt = (attempt: number) => `
  const fs = require('node:fs');
  const marker = process.cwd() + '/attempts-${attempt}';
  exports.initializer = async (context, callback) => {
    fs.appendFileSync(marker, '.');
    ready = fs.readFileSync(marker).length;
    if (ready < ${attempt}) throw new Error('attempt ' + ready);
  }`;

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixtures({
    once: withInitializer(
      'exports.initializer = (context, callback) => { ready += 1; console.log("initialized"); callback(null); }',
    ),
    promised: withInitializer('exports.initializer = async (context, callback) => { await null; ready += 1; }'),
    three: withInitializer('exports.initializer = (context, callback, more) => callback(null)'),
    elsewhere: withInitializer('exports.initializer = async (context, callback) => { ready = "same file"; }', {
      initializer: 'other.initializer',
    }),
    dotted: withInitializer('', { initializer: 'index.js.initializer' }),
    undefined: withInitializer('exports.initializer = (context, callback) => callback(undefined, "fine")'),
    thenable: withInitializer('exports.initializer = (context, callback) => ({ then: (resolve) => resolve() })', {
      initializerTimeout: 0.2,
    }),
    short: withInitializer('exports.initializer = async (context) => 1'),
    absent: withInitializer(''),
    failing: withInitializer(
      'exports.initializer = async (context, callback) => { throw new TypeError("not today"); }',
    ),
    empty: withInitializer('exports.initializer = (context, callback) => callback()'),
    hanging: withInitializer('exports.initializer = (context, callback) => {}', { initializerTimeout: 0.2 }),
    second: withInitializer(succeedingAt(3)),
    third: withInitializer(succeedingAt(5)),
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
    ['three', 4001, 'function entry exception, error: initializer expect to have 2 parameters, but received 3'],
    ['dotted', 4001, 'function entry exception, error: "index.js.initializer" is not FILE.EXPORT with one dot'],
    ['undefined', 4009, 'function initialization exception, error: {}'],
    ['absent', 4001, 'function entry exception, error: initializer initializer is not a function of the module'],
    ['failing', 4009, 'function initialization exception, error: not today'],
    ['empty', 4009, 'function initialization exception, error: {}'],
  ])('that is %s fails with %d', async (name, code, errorMessage) => {
    const result = await platform.call(name);
    expect([result.errorCode, json(result)]).toEqual([code, expect.objectContaining({ errorMessage })]);
  });

  it('is looked for in the file of the handler, whatever file its name says', async () => {
    expect(json(await platform.call('elsewhere'))).toEqual({ ready: 'same file' });
  });

  it.each(['hanging', 'thenable'])('that never calls back (%s) ends with its own time limit', async (name) => {
    const result = await platform.call(name);
    expect([result.failure, json(result)]).toEqual([
      'timeout',
      {
        errorMessage: 'the start did not end in time: at most 20 s for loading the code, 0.2 s for its initializer.',
        errorType: 'FunctionTimeout',
      },
    ]);
  });

  it('that failed is tried again with new instances, three times in all', async () => {
    expect(json(await platform.call('second'))).toEqual({ ready: 3 });
  });

  it('that failed three times makes the invocation fail; the next one tries again', async () => {
    const failed = await platform.call('third');
    expect([failed.errorCode, failed.cold, json(failed)]).toEqual([
      4009,
      true,
      expect.objectContaining({ errorMessage: 'function initialization exception, error: attempt 3' }),
    ]);
    expect(json(await platform.call('third'))).toEqual({ ready: 5 });
  });
});
