import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
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
    const text = plain(listLines({ runs: [run, stuck], total: 7 }, { now, suffix: ' --url http://here' }));
    expect(text).toContain('1 of 3: stop_task');
    expect(text).toContain('1 min 30 s ago');
    expect(text).toContain('2 of 7 runs; --limit shows more.');
    expect(text).toContain('needs_attention  deploy  run-2\n  Nobody knows whether it started.\n');
    for (const command of ['--follow run-2', 'retry run-2', 'retry run-2 --unknown not-done', 'cancel run-2']) {
      expect(text.split('\n')).toContain(`  npm run chains -- ${command} --url http://here`);
    }
    expect(text).not.toContain('retry run-1');
  });

  test('of a reason is its words, whatever a cloud has put between them to steer a terminal', () => {
    const reason = 'refused\u001b[2J\u001b]0;title\u0007 by\u0000\u009b5A the cloud';
    const text = plain(listLines({ runs: [{ ...stuck, reason }], total: 1 }, { now }));
    expect(text).toContain('  refused [2J ]0;title by 5A the cloud\n');
  });

  test('of a run has each step with its calls and what is next', () => {
    expect(plain(followLines(shown, { now })).split('\n')).toEqual([
      'running  deploy  step 1 of 3: stop_task  began 1 min 30 s ago',
      '  1. stop_task                 following  1 call, the last 1 min 0 s ago; next in 20 s',
    ]);
  });

  test('of many runs that stopped has the commands once', () => {
    const runs = ['a', 'b', 'c', 'd'].map((id) => ({ ...stuck, id }));
    const text = plain(listLines({ runs, total: 4 }, { now }));
    expect(text.match(/Nobody knows/g)).toHaveLength(4);
    expect(text.match(/npm run chains -- retry/g)).toHaveLength(1);
    expect(text.match(/npm run chains -- cancel/g)).toHaveLength(1);
  });

  test('of many runs that failed offers no cancel, which only one that is not over takes', () => {
    const runs = ['a', 'b', 'c', 'd'].map((id) => ({ ...stuck, id, state: 'failed' as const }));
    const text = plain(listLines({ runs, total: 4 }, { now }));
    expect(text).toContain('npm run chains -- retry RUN');
    expect(text).not.toContain('npm run chains -- cancel');
  });

  test('of a run that a guard holds back asks for no word about what was done', () => {
    const text = plain(listLines({ runs: [{ ...stuck, held: true }], total: 1 }, { now }));
    expect(text).toContain('retry run-2');
    expect(text).not.toContain('--unknown');
  });

  const long = { ...stuck, id: 'b60da4c8-0f82-428d-8bfb-e45a10385382', reason: 'word '.repeat(60).trim() };
  test.each([80, 120])('of a list breaks no line of a terminal of %d columns in the midst of a word', (columns) => {
    const lines = plain(listLines({ runs: [long], total: 1 }, { now, columns })).split('\n');
    // A command is there to be copied whole.
    const others = lines.filter((line) => !line.includes('npm run'));
    expect(others.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.find((line) => line.includes(long.id))?.startsWith('needs_attention')).toBe(columns > 80);
  });

  test('of a run puts its reason below it, in whole words', () => {
    const step = { ...shown.steps_so_far[0], error: { code: 'X', message: 'why '.repeat(40).trim() } };
    const lines = plain(followLines({ ...shown, steps_so_far: [step as never] }, { now, columns: 80 })).split('\n');
    expect(lines.slice(2).every((line) => /^ {5}why( why)*$/.test(line) && line.length <= 80)).toBe(true);
    expect(lines).toHaveLength(5);
  });

  test('of a run with many entries counts them, and names those that need a look first', () => {
    const [one] = shown.steps_so_far;
    const steps_so_far = Array.from({ length: 100 }, (_, item) => {
      const state = item < 80 ? 'done' : item === 99 ? 'failed' : 'following';
      return { ...(one as NonNullable<typeof one>), item, state } as const;
    });

    const lines = plain(followLines({ ...shown, steps_so_far }, { now })).split('\n');

    expect(lines[1]).toBe('  1. stop_task, 100 entries: 80 done, 19 following, 1 failed');
    expect(lines[2]).toContain('stop_task [99]');
    expect(lines.at(-1)).toBe('  and 12 more that are not done');
    expect(lines).toHaveLength(11);
  });

  test.each([
    [{}, 'No runs. A push'],
    [{ state: 'needs_attention' }, 'No run in needs_attention.'],
    [{ state: 'failed', chain: 'deploy' }, 'No run of deploy in failed.'],
  ])('of no runs with the filter %j says so', (filter, text) => {
    expect(listLines({ runs: [], total: 0 }, { now }, filter).join('')).toContain(text);
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
  [['run', ''], 'run takes one chain.'],
  [['--follow', ''], '--follow takes the id of a run.'],
  [['--url', 'nowhere'], '--url is the address in front of /chain-runs, such as http://localhost:3000.'],
  [['--url', 'localhost:3000'], '--url is the address in front of /chain-runs'],
  [['--url', 'http://localhost:3000/chain-runs?limit=5'], '--url is the address in front of /chain-runs'],
  [['--url', 'https://me:hunter2@example.com'], '--url takes no user and no password'],
  [['cancel', 'a', '--unknown', 'done'], '--unknown goes with retry.'],
  [['retry', 'a', '--follow', 'a'], '--follow does not go with retry; give it in a command of its own.'],
  [['cancel', 'a', '--event', '{}'], '--event goes with run.'],
  [['run', 'a', '--event', '{'], '--event is no JSON.'],
  [['run', 'a', '--event', '[]'], '--event is a JSON object'],
  [['retry', 'a', '--unknown', 'perhaps'], '--unknown is one of done, not-done, look-again.'],
])('the command line %j is refused with the usage', (args, problem) => {
  expect(() => chainsOptions(args)).toThrow(problem);
  expect(() => chainsOptions(args)).toThrow('Usage: npm run chains');
  expect(() => chainsOptions(args)).not.toThrow('hunter2');
});

describe('the command', () => {
  let server: Server;
  let states: ShownRun[] = [];
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const body = await text(request);
      asked.push(`${request.method} ${request.url}${body && ` ${body}`}`);
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
    expect(out).toContain('failed  deploy  run-1\n  ROMA refused it.');
  });

  test('starts a chain and says how to follow it', async () => {
    const { code, out } = await command('run', 'deploy');
    expect([code, asked.at(-1)]).toEqual([0, 'POST /chains/deploy/run']);
    expect(out).toContain('npm run chains -- --follow run-1');
  });

  test('starts a chain with the event of the command line', async () => {
    const { code } = await command('run', 'deploy', '--event', '{"task_id":"t1"}');
    expect([code, asked.at(-1)]).toEqual([0, 'POST /chains/deploy/run {"event":{"task_id":"t1"}}']);
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
