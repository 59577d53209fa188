import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attach } from './debugger-client.js';
import { type FixturePlatform, json, route, startFixtures } from './fixture-platform.js';
import { isFrozen } from './process-state.js';

/** Answers with its process id, what is left of its time, and the last line of its own code. */
const code = `
exports.handler = async (event, context) => {
  await new Promise((resolve) => setTimeout(resolve, event.ms ?? 150));
  const told = {
    pid: process.pid,
    left: context.getRemainingTimeInMilliSeconds(),
    end: require('node:fs').readFileSync(__filename, 'utf8').trim().split('\\n').at(-1),
  };
  return { statusCode: 200, headers: {}, body: JSON.stringify(told), isBase64Encoded: false, ...told };
};`;

let platform: FixturePlatform;
let port: number;
beforeAll(async () => {
  const server = createServer();
  port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => server.close(resolve));
  platform = await startFixtures(
    {
      stepped: { code, timeout: 0.1, routes: [route('/stepped', { timeoutMs: 50 })] },
      other: { code: 'exports.handler = async (event, context) => 1', routes: [] },
    },
    { debugged: { functionName: 'stepped', port, sourceMap: '/maps/stepped.js.map' } },
  );
});
afterAll(() => platform.close());

const tell = async () => json(await platform.call('stepped')) as { pid: number; left: number; end: string };

describe('a function that is debugged', () => {
  it('waits for a debugger before its first invocation', async () => {
    const targets = await vi.waitFor(async () => (await fetch(`http://127.0.0.1:${port}/json`)).json(), {
      timeout: 10_000,
    });
    expect(targets).toEqual([expect.objectContaining({ type: 'node' })]);
  });

  it('takes as long as it takes, and its remaining time stands still', async () => {
    expect((await tell()).left).toBe(100);
  });

  it('is waited for by the gateway, too', async () => {
    expect((await fetch(`${platform.url}/stepped`, { method: 'POST' })).status).toBe(200);
  });

  it('has one instance, whatever the load, which is never frozen', async () => {
    const told = await Promise.all([tell(), tell(), tell()]);
    const [pid = 0, ...others] = new Set(told.map((one) => one.pid));
    expect([others, isFrozen(pid)]).toEqual([[], false]);
  });

  it('has code that names its source map', async () => {
    expect((await tell()).end).toBe('//# sourceMappingURL=file:///maps/stepped.js.map');
  });

  it('stands at a breakpoint longer than its time limits, and answers afterwards', async () => {
    const client = await attach(port);
    client.send('Debugger.enable');
    const script = await client.event('Debugger.scriptParsed', ({ url }) => String(url).endsWith('index.js'));
    client.send('Debugger.setBreakpointByUrl', { url: script.url, lineNumber: 4 });
    const answer = fetch(`${platform.url}/stepped`, { method: 'POST' });
    await client.event('Debugger.paused');
    await new Promise((resolve) => setTimeout(resolve, 300));
    client.send('Debugger.resume');
    const { status } = await answer;
    client.close();
    expect([script.sourceMapURL, status]).toEqual(['file:///maps/stepped.js.map', 200]);
  });

  it('is listened to on the same port after its instance was replaced', async () => {
    const { pid } = await tell();
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect((await platform.call('stepped')).ok).toBe(true), { timeout: 10_000 });
    const targets = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
    expect(targets).toEqual([expect.objectContaining({ type: 'node' })]);
  });

  it("leaves Node.js's words about the debugger out of the log", () => {
    expect(platform.logs).toEqual([]);
  });

  it('changes nothing for the others', async () => {
    expect((await platform.call('other')).ok).toBe(true);
  });
});
