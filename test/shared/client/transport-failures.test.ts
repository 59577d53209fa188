import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exchange, TransportFailure } from '../../../shared/client/transport.js';
import { rejection } from './loopback.js';
import { limits, request } from './one-exchange.js';
import { http, tcp } from './servers.js';

async function failureOf(promise: Promise<unknown>): Promise<TransportFailure> {
  const error = await rejection(promise);
  expect(error).toBeInstanceOf(TransportFailure);
  return error as TransportFailure;
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('exchange, failures', () => {
  it('says not sent where nobody listens', async () => {
    const { origin, close } = await http(() => undefined);
    await close();

    const failure = await failureOf(exchange(request(origin), limits));

    expect(failure).toMatchObject({ code: 'ECONNREFUSED', sent: false, timedOut: false, permanent: false });
  });

  it('says not sent where a name with one address or two leads nowhere', async () => {
    const { port, close } = await http(() => undefined);
    await close();

    const failure = await failureOf(exchange(request(`http://localhost:${port}`), limits));

    expect(failure).toMatchObject({ code: 'ECONNREFUSED', sent: false });
  });

  it('says not sent where the name does not exist', async () => {
    const failure = await failureOf(exchange(request('http://no-such-host.invalid'), limits));

    expect(failure.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    expect(failure.sent).toBe(false);
  });

  it('says not sent and permanent where the other side does not speak TLS', async () => {
    const { port } = await tcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));

    const failure = await failureOf(exchange(request(`https://127.0.0.1:${port}`), limits));

    expect(failure.sent).toBe(false);
    expect(failure.permanent).toBe(true);
  });

  it.skipIf(spawnSync('openssl', ['version']).error)(
    'says not sent and permanent where nobody vouches for the certificate, also where the environment would not care',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-'));
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=127.0.0.1', '-days', '1', '-nodes', '-keyout', key, '-out', cert];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject], { stdio: 'ignore' });
      let calls = 0;
      const tls = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
        calls += 1;
        response.end('{}');
      });
      await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
      const { port } = tls.address() as AddressInfo;
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);

      const failure = await failureOf(exchange(request(`https://127.0.0.1:${port}`), limits));

      expect(failure).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false, permanent: true });
      expect(calls).toBe(0);
      await new Promise((resolve) => tls.close(resolve));
      rmSync(folder, { recursive: true });
    },
  );

  it('says not sent and permanent where the request cannot be written', async () => {
    const { origin } = await http((_, response) => response.end());

    const failure = await failureOf(exchange(request(origin, { headers: { 'x-note': 'a\nb' } }), limits));

    expect(failure).toMatchObject({ code: 'UND_ERR_INVALID_ARG', sent: false, permanent: true });
  });

  it('says not sent where the time ends before there was a connection', async () => {
    const { origin } = await http(() => undefined);
    const busy = Array.from({ length: 16 }, () => failureOf(exchange(request(origin), { timeoutMs: 600 })));

    const failure = await failureOf(exchange(request(origin), { timeoutMs: 100 }));

    expect(failure).toMatchObject({ code: 'TIMEOUT', sent: false, timedOut: true });
    await Promise.all(busy);
  });

  it('never sends later what it gave up before there was a connection', async () => {
    const seen: string[] = [];
    const { origin } = await http((received, response) => {
      seen.push(received.url ?? '');
      setTimeout(() => response.end('{}'), 200);
    });
    const busy = Array.from({ length: 16 }, () => exchange(request(origin), limits));

    await failureOf(exchange(request(origin, { path: '/given-up' }), { timeoutMs: 50 }));
    await Promise.all(busy);
    const last = await exchange(request(origin, { path: '/last' }), limits);

    expect(last.status).toBe(200);
    expect(seen).not.toContain('/given-up');
  });

  it('says not sent where the time ends within the first turn of the event loop', async () => {
    const { origin } = await http((_, response) => response.end('{}'));
    await exchange(request(origin), limits);
    await new Promise((resolve) => setTimeout(resolve, 40));

    // From here the timer is due before the next turn that the request waits for.
    await new Promise((resolve) => setImmediate(resolve));

    const late = exchange(request(origin), { timeoutMs: 1 });
    const until = performance.now() + 20;
    while (performance.now() < until);

    expect(await failureOf(late)).toMatchObject({ code: 'TIMEOUT', sent: false });
  });

  it.each([
    [
      'the connection is reset before any answer',
      'ECONNRESET|UND_ERR_SOCKET',
      (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy(),
    ],
    ['the connection is closed before any answer', 'UND_ERR_SOCKET', (socket: { end(): void }) => socket.end()],
  ])('says sent where %s', async (_, code, act) => {
    const { origin } = await tcp((socket) => act(socket));

    const failure = await failureOf(exchange(request(origin), limits));

    expect(failure.code).toMatch(new RegExp(`^(${code})$`));
    expect(failure).toMatchObject({ sent: true, timedOut: false, permanent: false });
  });

  it.each([
    ['the body is cut off', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a"', true],
    ['a chunk is cut off', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"a"', true],
    ['the answer is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', false],
    ['the headers are larger than 64 KiB', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`, false],
  ])('says sent where %s', async (_, answer, hangUp) => {
    const { origin } = await tcp((socket) => {
      socket.write(answer);
      if (hangUp) socket.end();
    });

    const failure = await failureOf(exchange(request(origin), limits));

    expect(failure.sent).toBe(true);
    expect(failure.timedOut).toBe(false);
  });

  it.each([
    ['there is no answer at all', ''],
    ['only the headers come', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'],
    ['the body never ends', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
  ])('says sent, keeps its deadline and frees the connection where %s', async (_, answer) => {
    const { origin, sockets } = await tcp((socket) => socket.write(answer));
    const start = performance.now();

    const failure = await failureOf(exchange(request(origin), { timeoutMs: 150 }));

    expect(failure).toMatchObject({ code: 'TIMEOUT', sent: true, timedOut: true });
    expect(performance.now() - start).toBeLessThan(450);
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  it('gives up a reply of more than 16 MiB and drops the connection', async () => {
    const { origin, sockets } = await http((_, response) => response.end(Buffer.alloc(17 * 1024 * 1024)));

    const failure = await failureOf(exchange(request(origin), limits));

    expect(failure).toMatchObject({ code: 'REPLY_TOO_LARGE', sent: true });
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  it('holds no bytes of the reply in the failure', async () => {
    const { origin } = await tcp((socket) => socket.write('X-Subject-Token: SECRET-TOKEN\r\n\r\n'));

    const failure = await failureOf(exchange(request(origin), limits));

    expect(JSON.stringify([failure, failure.message, Object.entries(failure), failure.cause])).not.toContain('SECRET');
  });
});

describe('TransportFailure', () => {
  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'INVALID_PURPOSE',
    'INVALID_CA',
  ])('is permanent for %s', (code) => {
    expect(new TransportFailure(code, '', false).permanent).toBe(true);
  });

  it.each(['ECONNREFUSED', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'ECONNRESET'])('is not permanent for %s', (code) => {
    expect(new TransportFailure(code, '', false).permanent).toBe(false);
  });

  it('counts a connection that was not made in time as a timeout', () => {
    expect(new TransportFailure('UND_ERR_CONNECT_TIMEOUT', '', false).timedOut).toBe(true);
  });
});
