import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FixturePlatform, json, startFixtures } from '../fixture-platform.js';
import { isFrozen, isRunning } from '../process-state.js';

/** Answers with its process id and what it noted; what it does first is said by the event. */
const code = `
const { spawn } = require('node:child_process');
const net = require('node:net');
const noted = {};
const deeds = {
  timer: ({ ms }) => { setTimeout(() => { noted.firedAt = Date.now(); }, ms); },
  socket: ({ port }) => new Promise((resolve) => {
    net.connect(port, '127.0.0.1', resolve).on('end', () => { noted.endedAt = Date.now(); }).resume();
  }),
  child: () => { noted.child = spawn('sleep', ['60'], { stdio: 'ignore' }).pid; },
  stray: ({ ms }) => { setTimeout(() => Promise.reject(new Error('left over')), ms); },
  hang: () => new Promise(() => {}),
  loop: () => { setImmediate(() => { for (;;); }); },
  rest: () => new Promise((resolve) => setTimeout(resolve, 50)),
  exit: () => process.exit(0),
};
exports.handler = async (event, context) => {
  if (event.do) await deeds[event.do](event);
  return { pid: process.pid, ...noted };
};
`;

interface Told {
  readonly pid: number;
  readonly child: number;
  readonly firedAt: number;
  readonly endedAt: number;
}

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixtures({ calm: { code }, stray: { code }, parent: { code } });
});
afterAll(() => platform.close());

const tell = async (name: string, event: object = {}) => json(await platform.call(name, event)) as Told;

describe.runIf(process.platform !== 'win32')('between two invocations', () => {
  it('an instance is frozen, and is the same one afterwards', async () => {
    const { pid } = await tell('calm');
    await vi.waitFor(() => expect(isFrozen(pid)).toBe(true));
    expect((await tell('calm')).pid).toBe(pid);
  });

  it('a timer that falls due fires when the next invocation thaws it', async () => {
    const { pid } = await tell('calm', { do: 'timer', ms: 300 });
    const due = Date.now() + 300;
    await vi.waitFor(() => expect(isFrozen(pid) && Date.now() > due + 20).toBe(true), { timeout: 5000, interval: 50 });

    const thawed = Date.now();
    const { firedAt } = await tell('calm', { do: 'rest' });

    expect(firedAt).toBeGreaterThanOrEqual(thawed);
  });

  it('a connection that the other side closes is seen to be closed only after the thaw', async () => {
    let closed = false;
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('close', () => (closed = true)).resume());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { pid } = await tell('calm', { do: 'socket', port: (server.address() as { port: number }).port });
    // The server may hear of the connection after the instance does.
    await vi.waitFor(() => expect([sockets.length, isFrozen(pid)]).toEqual([1, true]));
    sockets[0]?.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closedWhileFrozen = closed;

    const thawed = Date.now();
    const { endedAt } = await tell('calm', { do: 'rest' });

    server.close();
    expect([closedWhileFrozen, endedAt >= thawed]).toEqual([false, true]);
  });

  it('what an instance started is frozen with it', async () => {
    const { child } = await tell('parent', { do: 'child' });
    await vi.waitFor(() => expect(isFrozen(child)).toBe(true));
    await tell('parent', { do: 'exit' });
    await vi.waitFor(() => expect(isRunning(child)).toBe(false));
  });

  it('a rejection that was left over does its harm in the next invocation', async () => {
    await tell('stray', { do: 'stray', ms: 300 });
    const result = await platform.call('stray', { do: 'hang' });
    expect([result.failure, result.log.join()]).toEqual(['exited', expect.stringContaining('Error: left over')]);
  });

  it('an instance that somebody kills is replaced', async () => {
    const { pid } = await tell('calm');
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await platform.call('calm')).ok).toBe(true));
    expect((await tell('calm')).pid).not.toBe(pid);
  });
});

describe('a platform that is killed', () => {
  it('leaves no instance behind: not a frozen one, none in an endless loop, and nothing that they started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'killed-'));
    const script = join(folder, 'run.mts');
    const pidsFile = join(folder, 'pids');
    const fixture = new URL('../fixture-platform.ts', import.meta.url).href;
    writeFileSync(
      script,
      `import { writeFileSync } from 'node:fs';
       const { startFixtures } = await import(${JSON.stringify(fixture)});
       const code = ${JSON.stringify(code)};
       const platform = await startFixtures({ frozen: { code }, looping: { code } });
       const tell = async (name, event) => JSON.parse((await platform.call(name, event)).body);
       const { pid, child } = await tell('frozen', { do: 'child' });
       const looping = await tell('looping', {});
       platform.call('looping', { do: 'loop' });
       writeFileSync(${JSON.stringify(pidsFile)}, JSON.stringify([pid, child, looping.pid]));
       console.log('ready');`,
    );
    const started = spawn(process.execPath, ['--import', 'tsx', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder },
    });
    await new Promise((resolve) => started.stdout.once('data', resolve));
    const pids = JSON.parse(readFileSync(pidsFile, 'utf8')) as number[];
    const before = pids.map(isRunning);

    started.kill('SIGKILL');

    await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 5000 });
    expect(before).toEqual([true, true, true]);
    rmSync(folder, { recursive: true });
  });
});
