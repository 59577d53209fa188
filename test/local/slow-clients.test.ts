import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud/start-cloud.js';
import { type FixturePlatform, route, startFixtures } from './functiongraph/fixture-platform.js';

/** Short enough for a test, long enough for an honest client of a busy machine. */
const deadlines = { headersMs: 400, requestMs: 600, checkEveryMs: 50 };
const path = '/notifications/batchtask';
const code = `exports.handler = async (event, context) => ({ statusCode: 200, headers: {}, body: 'taken', isBase64Encoded: false });`;

let platform: FixturePlatform | undefined;
let cloud: Cloud | undefined;
afterEach(async () => {
  await platform?.close();
  await cloud?.close();
  platform = cloud = undefined;
});

/** Sends a beginning and then one byte after the other, without an end, until it is cut off; resolves to what it was told. */
async function dribble(port: number, beginning: string, byte: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(beginning);
  const dribbling = setInterval(() => socket.write(byte), 40);
  try {
    return await text(socket);
  } catch {
    // A reset cuts it off too.
    return '';
  } finally {
    clearInterval(dribbling);
    socket.destroy();
  }
}

const endlessHeaders = `POST ${path} HTTP/1.1\r\nHost: h\r\nX-Slow: `;
const endlessBody = `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"a":"`;

test.each([
  ['headers', endlessHeaders],
  ['a body', endlessBody],
])(
  'the push route cuts off who never ends %s, calls no function, and serves others meanwhile',
  async (_, beginning) => {
    platform = await startFixtures({ receiver: { code, routes: [route(path)] } }, { deadlines });
    const { port, url, reports } = platform;
    const slow = Promise.all([1, 2, 3].map(() => dribble(port, beginning, 'x')));

    const honest = await fetch(url + path, { method: 'POST', body: '{}' });

    expect([honest.status, await honest.text()]).toEqual([200, 'taken']);
    for (const told of await slow) expect(told).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(reports).toHaveLength(1);
  },
);

test.each([
  ['headers', endlessHeaders],
  ['a body', endlessBody],
])('the emulated cloud cuts off who never ends %s', async (_, beginning) => {
  cloud = await startCloud({ port: 0, deadlines });

  const told = await dribble(cloud.port, beginning, 'x');

  expect(told).toMatch(/^(HTTP\/1\.1 408 |$)/);
  expect((await fetch(`${cloud.url}/_local/state`)).status).toBe(200);
});
