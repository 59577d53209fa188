/** A process that signs every vector under the locale it was started with, and prints what came of it. */
import { derivedVectors, deviations, plainVectors } from './signing-vectors.js';

const vectors = [...plainVectors, ...derivedVectors];
process.stdout.write(
  JSON.stringify({
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    // What a signer would get wrong that sorted by the locale.
    ownOrder: ['z', 'å', 'i', 'ı'].sort((a, b) => a.localeCompare(b)).join(''),
    signed: vectors.length,
    deviations: deviations(vectors),
  }),
);
