import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exchange } from '../../../shared/client/transport.js';
import { limits, request } from './one-exchange.js';
import { http, tcp } from './servers.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('exchange, replies', () => {
  it('sends method, path, headers and body as they are and reads status, headers and body', async () => {
    let seen: unknown;
    const { origin, port } = await http((received, response) => {
      received.setEncoding('utf8').on('data', (body: string) => {
        seen = {
          method: received.method,
          url: received.url,
          host: received.headers.host,
          note: received.headers['x-note'],
          body,
        };
        response.writeHead(201, { 'X-Request-Id': 'r1' }).end('{"a":1}');
      });
    });

    const reply = await exchange(
      request(origin, {
        method: 'POST',
        path: '/a%20b?c=%2B',
        headers: { Host: `127.0.0.1:${port}`, 'X-Note': 'n' },
        body: Buffer.from('{"ñ":1}'),
      }),
      limits,
    );

    expect(seen).toEqual({
      method: 'POST',
      url: '/a%20b?c=%2B',
      host: `127.0.0.1:${port}`,
      note: 'n',
      body: '{"ñ":1}',
    });
    expect(reply.status).toBe(201);
    expect(reply.headers.get('x-request-id')).toBe('r1');
    expect(reply.body.toString()).toBe('{"a":1}');
  });

  it('puts together a body that comes in pieces, and takes the first of a repeated header', async () => {
    const { origin } = await tcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
      setTimeout(() => socket.write('3\r\ndef\r\n0\r\n\r\n'), 20);
    });

    const reply = await exchange(request(origin), limits);

    expect(reply.body.toString()).toBe('abcdef');
    expect(reply.headers.get('x-a')).toBe('1');
  });

  it('passes over an informational reply', async () => {
    const { origin } = await tcp((socket) =>
      socket.write('HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
    );

    const reply = await exchange(request(origin), limits);

    expect(reply.status).toBe(204);
    expect(reply.body).toHaveLength(0);
  });

  it('does not follow a redirect', async () => {
    let calls = 0;
    const { origin } = await http((_, response) => {
      calls += 1;
      response.writeHead(307, { location: '/other' }).end();
    });

    const reply = await exchange(request(origin), limits);

    expect(reply.status).toBe(307);
    expect(calls).toBe(1);
  });

  it('takes headers of 40 kB, more than Node takes by itself', async () => {
    const token = 'T'.repeat(40_000);
    const { origin } = await http((_, response) => response.writeHead(201, { 'x-subject-token': token }).end('{}'));

    const reply = await exchange(request(origin), limits);

    expect(reply.headers.get('x-subject-token')).toBe(token);
  });

  it('leaves a compressed body as it came', async () => {
    const packed = gzipSync('{"a":1}');
    const { origin } = await http((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));

    const reply = await exchange(request(origin), limits);

    expect(reply.body.equals(packed)).toBe(true);
  });

  it('keeps 64 KiB of the body of an error and drops the connection', async () => {
    const { origin, sockets } = await http((_, response) => {
      response.writeHead(500);
      const fill = (): void => {
        if (!response.destroyed) response.write('x'.repeat(16_384), fill);
      };
      fill();
    });

    const reply = await exchange(request(origin), limits);

    expect(reply.status).toBe(500);
    expect(reply.body.length).toBeGreaterThan(65_536);
    expect(reply.body.length).toBeLessThan(1_000_000);
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });

  it('gives an error reply whose body breaks off with what came of it', async () => {
    const { origin } = await tcp((socket) => {
      socket.write('HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nContent-Length: 100\r\n\r\n{"err');
      setTimeout(() => socket.destroy(), 20);
    });

    const reply = await exchange(request(origin), limits);

    expect(reply.status).toBe(429);
    expect(reply.body.toString()).toBe('{"err');
  });

  it('gives an error reply whose body never ends when the time is up', async () => {
    const { origin, sockets } = await tcp((socket) =>
      socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nwait'),
    );

    const reply = await exchange(request(origin), { timeoutMs: 150 });

    expect(reply.status).toBe(503);
    expect(reply.body.toString()).toBe('wait');
    await expect.poll(() => sockets[0]?.destroyed).toBe(true);
  });
});

describe('exchange, connections', () => {
  it('uses one connection for calls one after the other', async () => {
    const { origin, sockets } = await http((_, response) => response.end('{}'));

    for (let i = 0; i < 20; i += 1) await exchange(request(origin), limits);

    expect(sockets).toHaveLength(1);
  });

  it('makes at most 16 connections for 50 calls at once', async () => {
    const { origin, sockets } = await http((_, response) => setTimeout(() => response.end('{}'), 10));

    const replies = await Promise.all(Array.from({ length: 50 }, () => exchange(request(origin), limits)));

    expect(replies.every((reply) => reply.status === 200)).toBe(true);
    expect(sockets.length).toBeLessThanOrEqual(16);
  });

  it('notices that an idle connection was closed and makes another', async () => {
    const { origin, sockets } = await http((_, response) => response.end('{}'));
    await exchange(request(origin), limits);
    sockets[0]?.destroy();
    await new Promise((resolve) => sockets[0]?.once('close', resolve));

    const reply = await exchange(request(origin, { method: 'POST', body: Buffer.from('{}') }), limits);

    expect(reply.status).toBe(200);
    expect(sockets).toHaveLength(2);
  });

  it('gives the event loop one turn after a rest, so that a connection closed meanwhile is not written to', async () => {
    const { origin, sockets } = await tcp((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
    await exchange(request(origin), limits);
    await new Promise((resolve) => setTimeout(resolve, 40));
    sockets[0]?.resetAndDestroy();

    const reply = await exchange(request(origin, { method: 'POST', body: Buffer.from('{}') }), limits);

    expect(reply.status).toBe(200);
  });
});
