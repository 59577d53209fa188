import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { debuggedFunction } from '../../local/debugged-function.js';
import { portsFrom } from '../../local/plain-errors.js';
import { startOptions } from '../../local/start-options.js';
import { serviceOf } from './functiongraph/fixture-platform.js';

const service = serviceOf({ 'list-invocations': { code: '' }, 'create-ief-job': { code: '' } });

describe('the options of npm start', () => {
  it('are all optional', () => {
    expect(startOptions([])).toEqual({ watch: false });
    expect(startOptions(['--watch', '--inspect', 'a:1', '--persist', 'd'])).toEqual({
      watch: true,
      inspect: 'a:1',
      persist: 'd',
    });
  });

  it.each([[['--wathc']], [['--inspect']], [['--watch=yes']], [['extra']], [['--persist=']], [['--database', '']]])(
    '%j is answered with the usage',
    (args) => {
      expect(() => startOptions(args)).toThrow(
        'Usage: npm start -- [--persist DIR] [--database DIR] [--watch] [--inspect NAME[:PORT]]',
      );
    },
  );
});

describe('the ports', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are two: where one is set to the other, that is said, and not that a program has it', () => {
    vi.stubEnv('PORT', '3001');
    vi.stubEnv('CLOUD_PORT', '');
    expect(() => portsFrom({ port: 3000, cloudPort: 3001 })).toThrow(
      'PORT and CLOUD_PORT are both 3001, and the routes and the cloud need a port each.',
    );
  });

  it('may both be any free one', () => {
    vi.stubEnv('PORT', '0');
    vi.stubEnv('CLOUD_PORT', '0');
    expect(portsFrom({ port: 3000, cloudPort: 3001 })).toEqual({ port: 0, cloudPort: 0 });
  });
});

describe('--inspect', () => {
  it('names a function, and a port where another one than 9229 is wanted', async () => {
    expect(await debuggedFunction('create-ief-job:19401', service)).toEqual({
      functionName: 'create-ief-job',
      port: 19_401,
      sourceMap: expect.stringMatching(/create-ief-job\.js\.map$/),
    });
  });

  it.each([
    ['list-invocation', 'there is no function list-invocation; did you mean list-invocations? There are list-inv'],
    ['nothing-like-it', 'there is no function nothing-like-it. There are list-invocations, create-ief-job.'],
    [':9229', 'there is no function without a name. There are'],
    ['create-ief-job:', '--inspect create-ief-job:: nothing is not a port.'],
    ['create-ief-job:0', '0 is not a port. Give a whole number from 1 to 65535, or leave it out for 9229.'],
    ['create-ief-job:65536', '65536 is not a port.'],
    ['create-ief-job:1:2', '1:2 is not a port.'],
    ['create-ief-job:x', 'x is not a port.'],
  ])('%s: the sentence says what is wrong', async (text, sentence) => {
    await expect(debuggedFunction(text, service)).rejects.toThrow(sentence);
  });

  it('on a port that is taken says so before anything is started', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    await expect(debuggedFunction(`create-ief-job:${port}`, service)).rejects.toThrow(
      `port ${port} is already in use, perhaps by another debugger. Give another one: --inspect create-ief-job:`,
    );
    server.close();
  });
});
