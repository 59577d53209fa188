import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixturePlatform, json, startFixtures } from '../fixture-platform.js';

const logs = `
const fs = require('node:fs');
let lateLines; let release;
const deeds = {
  console: async () => { console.log('a %s', 'b'); console.error('c'); console.info('two\\nlines'); },
  write: async () => { process.stdout.write('raw'); return { returned: typeof process.stdout.write('x'), parameters: process.stdout.write.length }; },
  callback: async () => Promise.race([
    new Promise((resolve) => process.stdout.write('x', () => resolve('called'))),
    new Promise((resolve) => setTimeout(resolve, 30, 'never called')),
  ]),
  descriptor: async () => { fs.writeSync(1, 'past the hook'); },
  logger: async (context) => {
    const logger = context.getLogger();
    logger.debug('hidden'); logger.info('%d', 5); logger.warn({ a: 1 }); logger.error('bad');
    logger.setLevel('DEBUG'); logger.debug('shown'); logger.setLevel('NOISE'); logger.debug('still');
    logger.setLevel('ERROR'); logger.warn('hidden');
  },
  long: async (context) => { context.getLogger().info('x'.repeat(90 * 1024 * 2 + 1)); context.getLogger().info(''); },
  late: async (context) => {
    lateLines = new Promise((resolve) => { release = resolve; }).then(() => {
      console.log('late console');
      context.getLogger().info('late logger');
    });
    return context.getRequestID();
  },
  wait: async (context) => { release(); await lateLines; return context.getRequestID(); },
};
exports.handler = async (event, context) => deeds[event.do](context);
`;

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixtures({ logs: { code: logs } });
});
afterAll(() => platform.close());

const told = (deed: string) => platform.call('logs', { do: deed });

describe('what a function writes', () => {
  it('to the console becomes lines of INFO and ERROR', async () => {
    expect((await told('console')).log).toEqual(['INFO a b', 'ERROR c', 'INFO two', 'INFO lines']);
  });

  it('with write has one argument and returns nothing', async () => {
    expect(json(await told('write'))).toEqual({ returned: 'undefined', parameters: 1 });
  });

  it('with a callback waits for ever', async () => {
    expect((await told('callback')).body.toString()).toBe('never called');
  });

  it('to the file descriptor is lost', async () => {
    expect((await told('descriptor')).log).toEqual([]);
  });

  it('with the logger obeys its level', async () => {
    expect((await told('logger')).log).toEqual(['INFO 5', 'WARN { a: 1 }', 'ERROR bad', 'DEBUG shown', 'DEBUG still']);
  });

  it('with the logger comes in lines of at most 90 KiB', async () => {
    expect((await told('long')).log.map((line) => line.length - 'INFO '.length)).toEqual([92_160, 92_160, 1, 0]);
  });

  it('late keeps its request id with the logger, and takes the newest one on the console', async () => {
    const first = (await told('late')).body.toString();
    const waited = await told('wait');
    const second = waited.body.toString();
    expect(platform.logs.slice(-2)).toEqual([`logs ${second} INFO late console`, `logs ${first} INFO late logger`]);
    expect(waited.log).toEqual(['INFO late console']);
  });
});
