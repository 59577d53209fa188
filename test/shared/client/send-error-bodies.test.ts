import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FleetbatchError } from '../../../shared/client/errors.js';
import { type Answer, clientFor, json, readCall, rejection, text, writeCall } from './loopback.js';
import { serve } from './servers.js';

async function clientOf(...replies: Answer[]) {
  const server = await serve(...replies);
  return { ...clientFor(server.origin), server };
}

/** Every shape of the signing guide's table, and what is to be read out of it. */
const shapes: readonly [string, unknown, object][] = [
  [
    'the gateway',
    { error_code: 'APIGW.0106', error_msg: 'm', request_id: 'r' },
    { error_code: 'APIGW.0106', error_msg: 'm' },
  ],
  ['a dedicated gateway', { error_code: 'APIG.0203', error_msg: 'Backend timeout.' }, { error_code: 'APIG.0203' }],
  [
    'Cloud Eye v2 and v3',
    { error_code: 'taskmgr.0005', error_msg: 'm' },
    { error_code: 'taskmgr.0005', error_msg: 'm' },
  ],
  ['IEF', { error_code: 'IEF.011002', error_msg: 'm' }, { error_code: 'IEF.011002' }],
  ['ROMA Connect', { error_code: 'FDI.3021', error_msg: 'm', request_id: 'r' }, { error_code: 'FDI.3021' }],
  [
    'IAM v5',
    { error_code: 'PAP5.0011', error_msg: 'm', encoded_authorization_message: 'AQ' },
    { error_code: 'PAP5.0011' },
  ],
  ['IAM v3', { error: { code: 400, message: 'm', title: 'Bad' } }, { error_code: '400', error_msg: 'm' }],
  [
    'Cloud Eye v1',
    { http_code: 400, message: { details: 'd', code: 'ces.0014' } },
    { error_code: 'ces.0014', error_msg: 'd' },
  ],
  [
    'Cloud Eye v1, number as text',
    { http_code: '400', message: { details: 'd', code: 'ces.0014' } },
    { error_code: 'ces.0014' },
  ],
  [
    'Cloud Eye in old regions',
    { code: 400, element: 'Bad Request', message: 'm', details: { details: 'd', code: 'ces.0014' } },
    { error_code: 'ces.0014', error_msg: 'm' },
  ],
  ['camel case', { errorCode: 'X.1', errorMsg: 'm' }, { error_code: 'X.1', error_msg: 'm' }],
  ['plain names', { code: 'X.1', message: 'm' }, { error_code: 'X.1', error_msg: 'm' }],
  ['an error in its kind', { badRequest: { code: 400, message: 'm' } }, { error_code: '400', error_msg: 'm' }],
  ['a nested pair', { error: { error_code: 'X.1', error_msg: 'm' } }, { error_code: 'X.1', error_msg: 'm' }],
  ['a numeric code', { error_code: 10005, error_msg: 'm' }, { error_code: '10005' }],
  ['none that is known', { faults: [{ reason: 'quota' }] }, { error_msg: '{"faults":[{"reason":"quota"}]}' }],
  ['a list', [{ error_code: 'X.1' }], { error_msg: '[{"error_code":"X.1"}]' }],
  ['a code of zero', { error_code: 0, error_msg: 'm' }, { error_code: '0', error_msg: 'm' }],
];

describe('send, error bodies', () => {
  it.each(['{}', ' [ ]', 'null', '""', ''])('has nothing to tell of %j', async (body) => {
    const client = await clientOf(text(400, body));

    const { upstream } = (await rejection(client.send(readCall))) as FleetbatchError;

    expect(upstream).toEqual({ service: 'ces', status: 400, request_id: expect.any(String) });
  });

  it.each(shapes)('reads that of %s', async (_, body, upstream) => {
    const client = await clientOf(json(400, body));

    const error = await rejection(client.send(writeCall));

    expect(error).toMatchObject({
      name: 'CloudRejectedError',
      upstream: { status: 400, request_id: 'req-0001', ...upstream },
    });
  });

  it.each([
    ['null', json(400, null)],
    ['an empty list', json(400, [])],
    ['a list of texts', json(400, ['a'])],
    ['a number', json(400, 7)],
    ['an error of null', json(400, { error: null })],
    ['codes that are objects', json(400, { error_code: {}, error_msg: [] })],
    ['nothing', text(400, '')],
    ['blanks', text(400, ' \n ')],
    ['a compressed body that is none', text(400, 'no gzip', { 'content-encoding': 'gzip' })],
    ['an unknown compression', text(400, 'x', { 'content-encoding': 'zstd' })],
  ])('makes do with the status where it is %s', async (_, reply) => {
    const client = await clientOf(reply);

    const error = await rejection(client.send(writeCall));

    expect(error).toMatchObject({
      name: 'CloudRejectedError',
      upstream: { service: 'ces', status: 400, request_id: 'req-0001' },
    });
    expect(String(error)).not.toMatch(/undefined|\[object/);
  });

  it.each([
    ['HTML', text(400, '<html>\n<title>Bad gateway</title>'), '<html> <title>Bad gateway</title>'],
    ['half a JSON text', text(400, '{"error_code":"X.1","err'), '{"error_code":"X.1","err'],
    ['a JSON text in text', json(400, 'plain'), 'plain'],
    ['a text with a byte order mark', text(400, '\ufeff{"error_msg":"m"}'), 'm'],
    ['not UTF-8', text(400, Buffer.from([0xff, 0x41])), '\ufffdA'],
    ['nested a thousand times', text(400, `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`), '{"a":'.repeat(40)],
    ['an attempt on the prototype', text(400, '{"__proto__":{"error_msg":"p"},"error_msg":"m"}'), 'm'],
  ])('quotes what there is where it is %s', async (_, reply, error_msg) => {
    const client = await clientOf(reply);

    const error = (await rejection(client.send(writeCall))) as FleetbatchError;

    expect(error.upstream?.error_msg).toBe(error_msg);
  });

  const body = JSON.stringify({ error_code: 'X.1', error_msg: 'm' });
  it.each([
    ['gzip', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['br', brotliCompressSync(body)],
  ])('unpacks one that is compressed with %s', async (encoding, packed) => {
    const client = await clientOf(text(400, packed, { 'content-encoding': encoding }));

    expect(await rejection(client.send(writeCall))).toMatchObject({ upstream: { error_code: 'X.1' } });
  });

  it('reads response headers of 17 kB beside it', async () => {
    const client = await clientOf(json(400, { error_code: 'X.1' }, { 'x-iam-trace': 'T'.repeat(17_000) }));

    expect(await rejection(client.send(writeCall))).toMatchObject({ upstream: { error_code: 'X.1' } });
  });
});

describe('send, error bodies without end', () => {
  /** Writes as long as someone reads, and counts. */
  function flood(status: number, mebibytes: number, headers: Record<string, string> = {}) {
    const written = { bytes: 0 };
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const reply = (response: ServerResponse): void => {
      response.writeHead(status, headers);
      const fill = (): void => {
        if (response.destroyed) return;
        if (written.bytes >= mebibytes * piece.length) {
          response.end();
          return;
        }
        written.bytes += piece.length;
        response.write(piece, fill);
      };
      fill();
    };
    return { reply, written };
  }

  it('stops reading one of 50 MB at its beginning, and frees the connection', async () => {
    const { reply, written } = flood(400, 50);
    const client = await clientOf(reply);
    const before = process.memoryUsage().arrayBuffers;

    const error = (await rejection(client.send(writeCall))) as FleetbatchError;

    expect(error).toMatchObject({ name: 'CloudRejectedError', status: 400, outcome: 'rejected' });
    expect(error.message.length).toBeLessThan(2000);
    // What is written is at most what the buffers of both sockets take beside what was read.
    expect(written.bytes).toBeLessThan(20 * 1024 * 1024);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024);
    await expect.poll(() => client.server.open()).toBe(0);
  });

  it('does so at each repetition of a read', async () => {
    const { reply, written } = flood(503, 50);
    const client = await clientOf(reply);

    const error = await rejection(client.send(readCall));

    expect(error).toMatchObject({ name: 'CloudFailedError', upstream: { status: 503 } });
    expect(written.bytes).toBeLessThan(60 * 1024 * 1024);
  });

  it('does not unfold a small one to 50 MB', async () => {
    const packed = gzipSync(Buffer.alloc(50 * 1024 * 1024, 'x'));
    const client = await clientOf(text(400, packed, { 'content-encoding': 'gzip' }));

    const error = (await rejection(client.send(writeCall))) as FleetbatchError;

    expect(error.upstream?.error_msg).toBe('x'.repeat(200));
  });
});
