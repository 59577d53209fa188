import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../shared/client/sign.js';
import { derivedVectors, plainVectors } from './signing-vectors.js';

const child = fileURLToPath(new URL('./vectors-under-locale.ts', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('sign, wherever it runs', () => {
  it.each([
    ['tr_TR.UTF-8', { locale: 'tr-TR', ownOrder: 'åıiz' }],
    ['sv_SE.UTF-8', { locale: 'sv-SE', ownOrder: 'iızå' }],
  ])('passes every vector under the locale %s, which really is in force', async (locale, inForce) => {
    const env = { PATH: process.env.PATH ?? '', LC_ALL: locale };

    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child], { cwd: root, env });

    expect(JSON.parse(stdout)).toMatchObject({
      ...inForce,
      signed: plainVectors.length + derivedVectors.length,
      deviations: [],
    });
  });

  it('orders header names by code unit, where Swedish and Turkish would not', () => {
    const headers = { 'X-I': '1', 'x-a_b': '2', 'x-ab': '3', 'X-W': '4', 'X-V': '5' };
    const signedHeaders = ['host', 'x-sdk-date', ...Object.keys(headers)];

    const { Authorization } = sign(
      { method: 'GET', url: 'https://h', headers },
      { ak: 'a', sk: 's' },
      {
        signedHeaders,
      },
    ).headers;

    expect(Authorization).toContain('SignedHeaders=host;x-a_b;x-ab;x-i;x-sdk-date;x-v;x-w,');
  });
});
