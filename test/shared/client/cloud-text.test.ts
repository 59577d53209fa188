import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudText, maskSecrets } from '../../../shared/client/cloud-text.js';

describe('cloudText', () => {
  it('keeps an ordinary message whole', () => {
    const message = 'One or more scheduled tasks are not configured with scheduled plans.';

    expect(cloudText(message, ['secret-key'])).toBe(message);
  });

  it('replaces every secret, also several times', () => {
    expect(cloudText('ak:AKID0001,err:AKID0001 not exist', ['AKID0001'])).toBe('ak:***,err:*** not exist');
  });

  it('does not take a text of three letters for a secret', () => {
    expect(cloudText('a bad gateway', ['a', '', 'bad', 'gate'])).toBe('a bad ***way');
  });

  it.each([
    [
      'host:h|x-sdk-date:2|x-security-token:gQ==/+abc||host;x-security-token|e3b0',
      'host:h|x-sdk-date:2|x-security-token:***||host;x-security-token|e3b0',
    ],
    ['{"X-Auth-Token": "MII.abc"}', '{"X-Auth-Token": "***"}'],
    ['Authorization: Basic abc def', 'Authorization: ***'],
    ["X-Subject-Token = 'MII.abc'", "X-Subject-Token = '***'"],
    ['Access=a, Signature=0123456789abcdef0123', 'Access=a, Signature=***'],
    ['{"signature": "0123456789abcdef0123"}', '{"signature": "***"}'],
    ["signature :'0123456789abcdef0123'", "signature :'***'"],
    ['the signature: is wrong', 'the signature: is wrong'],
  ])('masks what a gateway repeats of the headers: %s', (text, masked) => {
    expect(cloudText(text, [])).toBe(masked);
  });

  it('makes one line of several and drops control characters', () => {
    expect(cloudText('\ta\r\nb\u001b[31m\u2028c\u0000', [])).toBe('a b [31m c');
  });

  it('bounds a long text and shows that it did', () => {
    expect(cloudText('x'.repeat(1001), [])).toBe(`${'x'.repeat(1000)}…`);
    expect(cloudText('x'.repeat(1000), [])).toBe('x'.repeat(1000));
  });

  it('reads no further than 16 kB, however long the text is', () => {
    expect(cloudText(`${'\n'.repeat(16_383)}x`, [])).toBe('x');
    expect(cloudText(`${'\n'.repeat(16_384)}x`, [])).toBe('');
  });

  it('leaves no part of a secret at the cut', () => {
    const secret = 'S3CRET'.repeat(10);

    const text = cloudText(`${'x'.repeat(70)}${secret}`, [secret], 80);

    expect(text).toBe(`${'x'.repeat(70)}***`);
  });

  it('never lets a secret through, wherever it stands', () => {
    const secret = 'tok_ABCDEFGH';
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(cloudText(`${before}${secret}${after}${secret}`, [secret])).not.toContain(secret);
      }),
    );
  });
});

describe('maskSecrets', () => {
  it('changes nothing else', () => {
    expect(maskSecrets('{"a":"secret-key\\n"}', ['secret-key'])).toBe('{"a":"***\\n"}');
  });
});
