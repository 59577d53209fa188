import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixturePlatform, json, startFixtures } from '../fixture-platform.js';

let platform: FixturePlatform;

/** One function that does what its event says, so that most rules share one instance. */
const doAsTold = `
const deeds = {
  object: async () => ({ a: 1 }),
  string: async () => 'plain "text"',
  nothing: async () => undefined,
  null: async () => null,
  number: async () => 5,
  buffer: async () => Buffer.from('hi'),
  circular: async () => { const a = {}; a.a = a; return a; },
  large: async () => 'x'.repeat(6291457),
  largest: async () => 'x'.repeat(6291456),
  bigint: async () => 5n,
  reject: async () => { throw Object.assign(new TypeError('boom'), { code: 'E_BOOM', cause: 'why' }); },
  throwSync: () => { throw new RangeError('sync boom'); },
  throwText: async () => { throw 'just text'; },
  throwObject: async () => { throw { a: 1 }; },
  named: async () => { const e = new Error('bad input'); e.name = 'InvalidInputError'; throw e; },
  noStack: async () => { const e = new Error('flat'); e.stack = undefined; throw e; },
  path: async () => { throw new Error('in ' + __dirname + '/index.js'); },
  callbackValue: (c) => c(null, { by: 'callback' }),
  callbackLater: (c) => setTimeout(c, 5, null, 'later'),
  callbackNothing: (c) => c(),
  callbackUndefined: (c) => c(undefined, 'lost'),
  callbackError: (c) => c(new TypeError('told')),
  callbackText: (c) => c('raw words'),
  callbackTwice: (c) => { c(null, 'first'); c(null, 'second'); },
  callbackBeforePromise: async (c) => { c(null, 'callback'); return 'promise'; },
  cwd: async () => ({ cwd: process.cwd(), dir: __dirname, send: typeof process.send }),
};
exports.handler = (event, context, callback) => deeds[event.do](callback);
`;

beforeAll(async () => {
  platform = await startFixtures({
    told: { code: doAsTold },
    echo: { code: 'exports.handler = async (event, context) => ({ event, type: typeof event })' },
    one: { code: 'exports.handler = async (event) => 1' },
    rest: { code: 'exports.handler = async (...all) => 1' },
    defaulted: { code: 'exports.handler = async (event, context = {}) => 1' },
    four: { code: 'exports.handler = async (a, b, c, d) => 1' },
    bound: { code: 'exports.handler = (async (a, b) => "bound").bind({})' },
    destructured: { code: 'exports.handler = async ({ body }, context) => body' },
    absent: { code: 'exports.other = async (a, b) => 1' },
    broken: { code: 'throw new SyntaxError("at the top")' },
    needy: { code: "require('is-even'); exports.handler = async (a, b) => 1" },
    esm: { code: 'export const handler = async (a, b) => 1', files: { 'package.json': '{"type":"module"}' } },
    folder: {
      code: '',
      handler: 'src/index.handler',
      files: { 'src/index.js': 'exports.handler = async (a, b) => "in src"' },
    },
    dotted: { code: 'exports.handler = async (a, b) => 1', handler: 'index.js.handler' },
    swapped: {
      code: 'exports.handler = async (a, b) => { exports.handler = async (a, b) => "second"; return "first"; }',
    },
  });
});
afterAll(() => platform.close());

async function told(deed: string) {
  const { ok, errorCode, body } = await platform.call('told', { do: deed });
  return { ok, errorCode, text: body.toString() };
}

describe('the declared parameters of a handler', () => {
  it.each([
    ['one', 1],
    ['rest', 0],
    ['defaulted', 1],
    ['four', 4],
  ])('are 2 or 3: %s has %d and is refused with 4001', async (name, received) => {
    const result = await platform.call(name);
    expect([result.errorCode, json(result)]).toEqual([
      4001,
      {
        errorMessage: `function entry exception, error: handler expect to have 2 or 3 parameters, but received ${received}`,
        errorType: 'Error',
      },
    ]);
  });

  it.each([
    ['bound', 'bound'],
    ['destructured', 'inside'],
  ])('are counted as JavaScript counts them: %s has 2', async (name, expected) => {
    expect((await platform.call(name, { body: 'inside' })).body.toString()).toBe(expected);
  });
});

describe('loading', () => {
  it('finds a handler in a folder', async () => {
    expect((await platform.call('folder')).body.toString()).toBe('in src');
  });

  it.each([
    ['absent', 'handler handler is not a function of the module'],
    ['broken', 'at the top'],
    ['needy', "Cannot find module 'is-even'"],
    ['dotted', '"index.js.handler" is not FILE.EXPORT with one dot'],
  ])('fails with 4001: %s', async (name, reason) => {
    const result = await platform.call(name);
    expect([result.errorCode, result.body.toString()]).toEqual([
      4001,
      expect.stringContaining(JSON.stringify(reason).slice(1, -1)),
    ]);
  });

  it('cannot load an ES module, and says so in the misleading words of the platform', async () => {
    expect(json(await platform.call('esm'))).toEqual({
      errorMessage: "function entry exception, error: not found module './index.js'",
      errorType: 'Error',
    });
  });

  it('looks the handler up anew at each call', async () => {
    const answers = [await platform.call('swapped'), await platform.call('swapped')];
    expect(answers.map(({ body }) => body.toString())).toEqual(['first', 'second']);
  });

  it('works in a folder that is not that of the code, without a channel to the platform', async () => {
    const { cwd, dir, send } = json(await platform.call('told', { do: 'cwd' })) as Record<string, string>;
    expect([cwd === dir, send]).toEqual([false, 'undefined']);
  });
});

describe('the event', () => {
  it.each([[{ a: [1] }], ['text'], [5], [null], [true]])('arrives as the parsed value: %j', async (event) => {
    expect(json(await platform.call('echo', event))).toEqual({ event, type: typeof event });
  });

  it.each(['', 'not json', '{'])('that is no JSON never reaches the code: "%s" is 4002', async (event) => {
    const result = await platform.invoke('echo', event);
    expect([result.errorCode, result.body.toString()]).toEqual([
      4002,
      expect.stringContaining('function invocation exception, error: '),
    ]);
  });

  it('has at most 6 MiB', async () => {
    const result = await platform.invoke('echo', Buffer.alloc(6 * 1024 * 1024 + 1, ' '));
    expect([result.ok, result.failure]).toEqual([false, 'too-large']);
  });
});

describe('a result', () => {
  it.each([
    ['object', '{"a":1}'],
    ['string', 'plain "text"'],
    ['nothing', ''],
    ['null', 'null'],
    ['number', '5'],
    ['buffer', '{"type":"Buffer","data":[104,105]}'],
    ['callbackValue', '{"by":"callback"}'],
    ['callbackLater', 'later'],
    ['callbackTwice', 'first'],
    ['callbackBeforePromise', 'callback'],
  ])('%s becomes the payload %s', async (deed, text) => {
    expect(await told(deed)).toEqual({ ok: true, errorCode: undefined, text });
  });

  it.each([
    ['circular', 4007],
    ['bigint', 4007],
    ['large', 4004],
  ])('that is %s fails with %d', async (deed, code) => {
    expect((await told(deed)).errorCode).toBe(code);
  });

  it('has at most 6 MiB, and that much passes', async () => {
    expect((await told('largest')).text.length).toBe(6_291_456);
  });
});

describe('an error', () => {
  it('shows message, type and a stack with the code folder as a dot, and nothing else', async () => {
    const body = json(await platform.call('told', { do: 'reject' })) as Record<string, unknown>;
    expect(body).toEqual({
      errorMessage: 'function invocation exception, error: boom',
      errorType: 'TypeError',
      stackTrace: expect.arrayContaining([expect.stringMatching(/^at .*\(\.\/index\.js:\d+:\d+\)$/)]),
    });
  });

  it.each([
    ['throwSync', 4002, 'function invocation exception, error: sync boom', 'RangeError'],
    ['named', 4002, 'function invocation exception, error: bad input', 'InvalidInputError'],
    ['noStack', 4002, 'function invocation exception, error: flat', 'Error'],
    ['throwText', 4002, 'function invocation exception, error: just text', 'UserFunctionError'],
    ['throwObject', 4002, 'function invocation exception, error: {"a":1}', 'UserFunctionError'],
    ['path', 4002, 'function invocation exception, error: in ./index.js', 'Error'],
    ['callbackError', 4001, 'function entry exception, error: told', 'TypeError'],
    ['callbackNothing', 4001, 'function entry exception, error: {}', 'UserFunctionError'],
    ['callbackUndefined', 4001, 'function entry exception, error: {}', 'UserFunctionError'],
  ])('of %s is %d', async (deed, code, errorMessage, errorType) => {
    const result = await platform.call('told', { do: deed });
    expect([result.errorCode, json(result)]).toEqual([code, expect.objectContaining({ errorMessage, errorType })]);
  });

  it('given to the callback has no stack', async () => {
    expect(json(await platform.call('told', { do: 'callbackError' }))).not.toHaveProperty('stackTrace');
  });

  it('given to the callback as a text reaches the caller as that text', async () => {
    expect(await told('callbackText')).toEqual({ ok: false, errorCode: 4001, text: 'raw words' });
  });
});
