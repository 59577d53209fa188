import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainsOptions } from '../../../local/chains/options.js';
import { followLines, listLines, span } from '../../../local/chains/run-lines.js';
import type { ListedRun, ShownRun } from '../../../shared/chains/runs.js';

const now = Date.parse('2026-11-25T03:00:00Z');
const run: ListedRun = {
  id: 'run-1',
  chain: 'deploy',
  state: 'running',
  reason: null,
  held: false,
  trigger: 'batchtask',
  step: 'stop_task',
  steps: 3,
  position: 0,
  depth: 0,
  parent_id: null,
  created_at: '2026-11-25T02:58:30.000Z',
  finished_at: null,
};
const stuck: ListedRun = { ...run, id: 'run-2', state: 'needs_attention', reason: 'Nobody knows whether it started.' };
const shown: ShownRun = {
  ...run,
  event: {},
  children: [],
  steps_so_far: [
    {
      ...{ name: 'stop_task', position: 0, item: 0, function: 'start-stop-roma-tasks', state: 'following', round: 0 },
      ...{ input: {}, result: null, error: null, deadline_at: null, next_at: '2026-11-25T03:00:20.000Z' },
      attempts: [
        {
          ...{ attempt: 1, idempotency_key: 'k', called_at: '2026-11-25T02:59:00.000Z', outcome: 'answered' },
          ...{ status: 200, code: null, message: null },
        },
      ],
    },
  ],
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the character ESC
const plain = (lines: readonly string[]) => lines.join('\n').replaceAll(/\u001b\[\d+m/g, '');

describe('what is shown', () => {
  test('of a list says state, chain, step and since when, and below it what to do about runs that stopped', () => {
    const text = plain(listLines({ runs: [run, stuck], total: 7 }, now));
    expect(text).toContain('1 of 3: stop_task');
    expect(text).toContain('1 min 30 s ago');
    expect(text).toContain('2 of 7 runs; --limit shows more.');
    expect(text).toContain('needs attention  deploy: Nobody knows whether it started.');
    expect(text).toContain('npm run chains -- retry run-2');
    expect(text).not.toContain('retry run-1');
  });

  test('of a run has each step with its calls and what is next', () => {
    expect(plain(followLines(shown, now)).split('\n')).toEqual([
      'running  deploy  step 1 of 3: stop_task  began 1 min 30 s ago',
      '  1. stop_task                 following  1 call, the last 1 min 0 s ago; next in 20 s',
    ]);
  });

  test.each([
    [0, '0 s'],
    [59_400, '59 s'],
    [61_000, '1 min 1 s'],
    [3_700_000, '1 h 1 min'],
    [90_000_000, '1 d 1 h'],
    [-5, '0 s'],
  ])('of %d ms is %s', (ms, text) => expect(span(ms)).toBe(text));
});

test.each([
  [['start', 'a'], 'There is no command start.'],
  [['run'], 'run takes one chain.'],
  [['retry', 'a', 'b'], 'retry takes one run.'],
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['--url', 'nowhere'], 'Invalid URL'],
])('the command line %j is refused with the usage', (args, problem) => {
  expect(() => chainsOptions(args)).toThrow(problem);
  expect(() => chainsOptions(args)).toThrow('Usage: npm run chains');
});

describe('the command', () => {
  let server: Server;
  let states: ShownRun[] = [];
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const of = (status: number, body: object) =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.url?.startsWith('/chain-runs?')) return of(200, { runs: [run], total: 1 });
      if (request.url?.endsWith('/retry')) return of(409, { detail: 'The run is running.' });
      if (request.method === 'POST') return of(201, run);
      of(200, (states.length > 1 ? states.shift() : states[0]) ?? shown);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());
  const command = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const all = ['--import', 'tsx', 'local/chains.ts', ...args, ...(args.includes('--url') ? [] : ['--url', url])];
      execFile(process.execPath, all, (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }));
    });

  test('lists with its filters', async () => {
    const { code, out } = await command('--state', 'running', '--chain', 'deploy');
    expect([code, asked.at(-1)]).toEqual([0, 'GET /chain-runs?limit=20&state=running&chain=deploy']);
    expect(out).toContain('run-1');
  });

  test('follows a run to its end in plain lines where there is no terminal, and its exit code says how it ended', async () => {
    states = [shown, { ...shown, state: 'failed', reason: 'ROMA refused it.' }];
    const { code, out } = await command('--follow', 'run-1');
    expect(code).toBe(1);
    expect(out).toContain('running  deploy');
    expect(out).toContain('failed  deploy: ROMA refused it.');
  });

  test('starts a chain and says how to follow it', async () => {
    const { code, out } = await command('run', 'deploy');
    expect([code, asked.at(-1)]).toEqual([0, 'POST /chains/deploy/run']);
    expect(out).toContain('npm run chains -- --follow run-1');
  });

  test('tells why something was refused, without a stack', async () => {
    const { code, err } = await command('retry', 'run-1');
    expect([code, err]).toEqual([1, 'HTTP 409: The run is running.\n']);
  });

  test('says where nothing answers and what to do', async () => {
    const { code, err } = await command('--url', 'http://127.0.0.1:1');
    expect(code).toBe(1);
    expect(err).toMatch(/^Nothing answers at http:\/\/127\.0\.0\.1:1.*Start it with npm start/);
  });
});
