import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Loopback, serveHttp, serveTcp } from '../shared/client/loopback.js';
import { bundleProbe, clientIn, undiciForms } from './probe/bundled-probe.js';
import type { client as Client } from './probe/undici-probe.js';
import { selfSigned } from './self-signed.js';
import { tempFolder } from './temp-project.js';

/** The same demands on the client as it is deployed, with the slim undici and with the whole one. */
describe.each(undiciForms)('a bundle with the %s undici', (form) => {
  let remove: () => void;
  let client: typeof Client;
  beforeAll(async () => {
    const bundled = await bundleProbe('undici-probe', form);
    remove = bundled.remove;
    client = clientIn(bundled.file);
  });
  afterEach(() => client.destroyPools());
  afterAll(() => remove());

  function get(server: Loopback, { path = '/', timeoutMs = 5000, headers = {} } = {}) {
    return client.exchange({ method: 'GET', origin: server.origin, path, headers, body: undefined }, { timeoutMs });
  }
  function post(server: Loopback, text: string) {
    const request = { method: 'POST', origin: server.origin, path: '/', headers: {}, body: Buffer.from(text) } as const;
    return client.exchange(request, { timeoutMs: 5000 });
  }
  function failureOf(call: Promise<unknown>): Promise<unknown> {
    return call.then(
      () => 'no failure',
      (failure: unknown) => failure,
    );
  }

  test('makes 200 calls in sequence on one connection', async () => {
    const server = await serve(serveHttp((_request, response) => response.end('{}')));

    const statuses = new Set<number>();
    for (let call = 0; call < 200; call += 1) statuses.add((await get(server)).status);

    expect([...statuses]).toEqual([200]);
    expect(server.sockets).toHaveLength(1);
  });

  test('makes 50 calls at once on the 16 connections of its pool', async () => {
    const server = await serve(serveHttp((request, response) => response.end(request.url)));

    const replies = await Promise.all(Array.from({ length: 50 }, (_, index) => get(server, { path: `/${index}` })));

    expect(replies.map(({ body }) => body.toString())).toEqual(Array.from({ length: 50 }, (_, index) => `/${index}`));
    expect(server.sockets.length).toBeLessThanOrEqual(16);
  });

  test('makes a new connection where the far side closes after each reply', async () => {
    const server = await serve(
      serveHttp((_request, response) => response.writeHead(200, { connection: 'close' }).end('{}')),
    );

    for (let call = 0; call < 3; call += 1) await get(server);

    expect(server.sockets).toHaveLength(3);
  });

  test('sends a body with its length, and the host that it is given', async () => {
    const server = await serve(
      serveHttp(async (request, response) => {
        let text = '';
        for await (const chunk of request) text += chunk;
        response.end(JSON.stringify([text, request.headers['content-length'], request.headers.host]));
      }),
    );
    const request = {
      origin: server.origin,
      path: '/',
      headers: { Host: 'ces.example.com' },
      body: Buffer.from('été'),
    };

    const { body } = await client.exchange({ method: 'POST', ...request }, { timeoutMs: 5000 });

    expect(JSON.parse(body.toString())).toEqual(['été', '5', 'ces.example.com']);
  });

  test('ends a call that gets no headers in time', async () => {
    const server = await serve(serveHttp(() => undefined));

    const failure = await failureOf(get(server, { timeoutMs: 60 }));

    expect(failure).toMatchObject({ name: 'TransportFailure', code: 'TIMEOUT', sent: true });
  });

  test('ends a call whose body stops in the middle', async () => {
    const server = await serve(serveHttp((_request, response) => void response.writeHead(200).write('{"half":')));

    const failure = await failureOf(get(server, { timeoutMs: 60 }));

    expect(failure).toMatchObject({ code: 'TIMEOUT', sent: true });
  });

  test('closes the connection of a call that it ended', async () => {
    const server = await serve(serveHttp(() => undefined));

    await failureOf(get(server, { timeoutMs: 30 }));

    const [socket] = server.sockets;
    if (socket && !socket.destroyed) await once(socket, 'close');
    expect(server.open()).toBe(0);
  });

  test('takes a token of 17 kB in a header', async () => {
    const token = 't'.repeat(17 * 1024);
    const server = await serve(
      serveHttp((_request, response) => response.writeHead(201, { 'x-subject-token': token }).end()),
    );

    const { headers } = await get(server);

    expect(headers.get('x-subject-token')).toBe(token);
  });

  test('refuses headers of more than 64 kB', async () => {
    const server = await serve(
      serveHttp((_request, response) => response.writeHead(200, { 'x-long': 'x'.repeat(65 * 1024) }).end()),
    );

    const failure = await failureOf(get(server));

    expect(failure).toMatchObject({ code: 'UND_ERR_HEADERS_OVERFLOW', sent: true });
  });

  test.each(['before the headers', 'in the body'])('tells a connection that is reset %s', async (moment) => {
    const server = await serve(
      serveTcp((socket) => {
        if (moment === 'in the body') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{');
        setImmediate(() => socket.resetAndDestroy());
      }),
    );

    const failure = await failureOf(post(server, '{}'));

    expect(failure).toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/), sent: true });
  });

  test('tells that nothing was sent where nobody listens', async () => {
    const server = await serveHttp(() => undefined);
    await server.close();

    const failure = await failureOf(post(server, '{}'));

    expect(failure).toMatchObject({ code: 'ECONNREFUSED', sent: false });
  });

  test('reads a reply in chunks', async () => {
    const server = await serve(
      serveHttp((_request, response) => {
        for (const piece of ['{"a":', '[1,', '2]', '}']) response.write(piece);
        response.end();
      }),
    );

    const { body } = await get(server);

    expect(body.toString()).toBe('{"a":[1,2]}');
  });

  test('tells a reply that is no HTTP without repeating it', async () => {
    const server = await serve(serveTcp((socket) => socket.end('SECRET is not HTTP\r\n\r\n')));

    const failure = await failureOf(get(server));

    expect(failure).toMatchObject({ code: 'HPE_INVALID_CONSTANT' });
    expect(JSON.stringify(failure)).not.toContain('SECRET');
  });

  test('unpacks a reply in gzip', async () => {
    const page = gzipSync(JSON.stringify({ invocations: [{ invocation_id: 'inv-1' }], count: 1 }));
    const server = await serve(
      serveHttp((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(page)),
    );
    const cloud = client.createCloudClient({
      auth: { mode: 'aksk', credentials: { ak: 'LOCALACCESSKEY000001', sk: 'key' } },
      projectId: 'project',
      endpoint: () => new URL(server.origin),
      remainingMs: () => 5000,
    });

    const { invocations } = await client.listAgentInvocations(cloud, { limit: 1 });

    expect(invocations).toMatchObject([{ invocation_id: 'inv-1' }]);
  });

  test('does not follow a redirect', async () => {
    const server = await serve(
      serveHttp((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()),
    );

    const { status } = await get(server);

    expect(status).toBe(302);
  });

  test('refuses a certificate that nobody trusts, and takes it where it is trusted', async () => {
    const { key, cert } = selfSigned();
    const server = createTlsServer({ key, cert }, (_request, response) => response.end('{}'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const trusted = join(await tempFolder(), 'trusted.pem');
    await writeFile(trusted, cert);
    const { file, remove: removeProbe } = await bundleProbe('get-once', form);
    onTestFinished(removeProbe);
    const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    const getOnce = async (NODE_EXTRA_CA_CERTS: string) => {
      const env = { ...process.env, NODE_EXTRA_CA_CERTS, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
      return (await promisify(execFile)(process.execPath, [file, origin], { env })).stdout;
    };

    const [strange, known] = await Promise.all([getOnce(''), getOnce(trusted)]);

    expect(strange).toBe('DEPTH_ZERO_SELF_SIGNED_CERT permanent=true');
    expect(known).toBe('200');
  });
});

async function serve(starting: Promise<Loopback>): Promise<Loopback> {
  const server = await starting;
  onTestFinished(() => server.close());
  return server;
}
