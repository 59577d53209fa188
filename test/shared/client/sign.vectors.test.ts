import { describe, expect, it } from 'vitest';
import { derivedVectors, plainVectors, stepsOf, vectorCount, vectorsOutOfScope } from './signing-vectors.js';

describe('the signing vectors', () => {
  it('are all there: 69 plain, 10 derived, 6 out of scope', () => {
    expect([plainVectors.length, derivedVectors.length, vectorsOutOfScope.length]).toEqual([69, 10, 6]);
    expect(vectorCount).toBe(85);
  });

  it.each([...plainVectors, ...derivedVectors])(
    '$name gives the canonical request, the string to sign and the header',
    (vector) => {
      const steps = stepsOf(vector);

      expect(steps.canonicalRequest).toBe(vector.canonicalRequest);
      expect(steps.stringToSign).toBe(vector.stringToSign);
      expect(steps.headers.Authorization).toBe(vector.authorization);
    },
  );
});
