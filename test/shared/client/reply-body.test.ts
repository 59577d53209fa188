import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorText, isPacked, textOf, unpackedText } from '../../../shared/client/reply-body.js';

const text = '{"invocations":[],"count":0}'.repeat(50);

function reply(body: Buffer, encoding?: string, status = 200) {
  return { status, headers: new Map(encoding === undefined ? [] : [['content-encoding', encoding]]), body };
}

describe('textOf', () => {
  it('leaves out a byte order mark', () => {
    expect(textOf(Buffer.from('\ufeff{"a":"ñ"}'))).toBe('{"a":"ñ"}');
  });
});

describe('isPacked', () => {
  it.each([
    [undefined, false],
    ['identity', false],
    [' Identity ', false],
    ['gzip', true],
    ['zstd', true],
  ])('says of the encoding %j: %j', (encoding, packed) => {
    expect(isPacked(reply(Buffer.from('x'), encoding))).toBe(packed);
  });

  it('does not unpack nothing', () => {
    expect(isPacked(reply(Buffer.alloc(0), 'gzip'))).toBe(false);
  });
});

describe('unpackedText', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    [' deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
  ])('unpacks %s', async (encoding, body) => {
    expect(await unpackedText(reply(body, encoding))).toBe(text);
  });

  it('refuses a success that is cut off', async () => {
    await expect(unpackedText(reply(gzipSync(text).subarray(0, 30), 'gzip'))).rejects.toThrow();
  });

  it('refuses what would fill the memory', async () => {
    await expect(unpackedText(reply(gzipSync(Buffer.alloc(33 * 1024 * 1024)), 'gzip'))).rejects.toThrow();
  });

  it('refuses an encoding that it does not know', async () => {
    await expect(unpackedText(reply(Buffer.from('x'), 'zstd'))).rejects.toThrow(/not known/);
  });
});

describe('errorText', () => {
  it('reads an error body that is not packed', async () => {
    expect(await errorText(reply(Buffer.from('{}'), undefined, 500))).toBe('{}');
  });

  it('reads as much as there is of an error body that is cut off', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, i) => `${i} `).join('')));

    const start = await errorText(reply(packed.subarray(0, 4000), 'gzip', 500));

    expect(start.startsWith('0 1 2 3 ')).toBe(true);
  });

  it('is empty where nothing can be read', async () => {
    expect(await errorText(reply(Buffer.from('no gzip at all'), 'gzip', 500))).toBe('');
  });
});
