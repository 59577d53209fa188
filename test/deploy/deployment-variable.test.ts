import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeployment, writeDeployment } from '../../deploy/deployment-variable.js';
import { fingerprintOf } from '../../deploy/fingerprint.js';

describe('what a deployment remembers in a variable', () => {
  it('is read as it was written, whatever service, stage and variables are called', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' });
    const digest = fc.stringMatching(/^[0-9a-f]{32}$/);
    const print = fc.stringMatching(/^[\w-]{22}$/);
    const deployment = fc.record(
      {
        service: name,
        stage: name,
        secrets: fc.dictionary(name, print, { noNullPrototype: true }),
        code: fc.record({ sha256: digest, digest }),
      },
      { requiredKeys: ['service', 'stage', 'secrets'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(deployment, (given) => {
        expect(readDeployment(writeDeployment(given))).toEqual(given);
      }),
    );
  });

  it.each([undefined, '', 'v1', 'v1 service', 'v2 service/stage', 'v1 /stage', 'v1 %/stage', 'hello world'])(
    '%j was written by nobody',
    (text) => {
      expect(readDeployment(text)).toBeUndefined();
    },
  );
});

describe('the fingerprint of an encrypted variable', () => {
  const print = (key = 'k', urn = 'u', name = 'n', value = 'v') => fingerprintOf(key, urn, name, value);

  it('depends on key, function, name and value', () => {
    const all = [print(), print('other'), print('k', 'other'), print('k', 'u', 'other'), print('k', 'u', 'n', 'other')];

    expect(new Set(all).size).toBe(all.length);
    expect(print()).toBe(print());
    expect(print()).toMatch(/^[\w-]{22}$/);
  });
});
