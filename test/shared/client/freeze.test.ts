import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { serveTcp } from './loopback.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const caller = fileURLToPath(new URL('./frozen-caller.ts', import.meta.url));
const frozenMs = 1300;

/** What a far side can do with a connection that lay idle while its owner was frozen. */
const farSides: Record<string, (socket: Socket, first: boolean) => void> = {
  'resets it when it is written to': (socket, first) => (first ? answer(socket) : socket.resetAndDestroy()),
  'no longer answers on it': (socket, first) => (first ? answer(socket) : undefined),
  'closes it meanwhile': (socket) => answer(socket, () => setTimeout(() => socket.end(), 300)),
  'resets it meanwhile': (socket) => answer(socket, () => setTimeout(() => socket.resetAndDestroy(), 300)),
};

function answer(socket: Socket, then?: () => void): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}', then);
}

/** A real process, really stopped: timers and clocks behave as in a frozen instance. */
describe.skipIf(process.platform === 'win32')('a caller that was frozen right after an answer', () => {
  it.concurrent.each(Object.keys(farSides))('is served by a fresh connection where the far side %s', async (name) => {
    const seen = new WeakSet<Socket>();
    const server = await serveTcp((socket) => {
      const first = !seen.has(socket);
      seen.add(socket);
      farSides[name]?.(socket, first);
    });
    const child = spawn(process.execPath, ['--import', 'tsx', caller, server.origin], { cwd: root });
    const lines: string[] = [];
    child.stdout.on('data', (data: Buffer) => lines.push(data.toString().trim()));
    await once(child.stdout, 'data');

    child.kill('SIGSTOP');
    await delay(frozenMs);
    child.stdin.write('go\n');
    child.kill('SIGCONT');
    await once(child, 'close');

    expect(lines).toEqual(['200', '200']);
    await server.close();
  });
});
