import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sign } from '../../../shared/client/sign.js';

const signUrl = (url: string) => sign({ method: 'GET', url }, { ak: 'AK0001', sk: 'secret-key' });

it('sign refuses an ambiguous path, whatever stands around what makes it so', () => {
  const around = fc.webPath().map((path) => path.replace(/\/+/g, '/').replace(/\/$/, ''));
  const ambiguous = fc.constantFrom('/..', '/.', '/%2e%2e', '/%2E', '//', '/\\', '/\n', '/%00', '/\ud800');
  fc.assert(
    fc.property(around, ambiguous, around, (before, part, after) => {
      const path = `/x${before}${part}${after.startsWith('/') || after === '' ? after : `/${after}`}`;

      expect(() => signUrl(`https://h.example.com${path}`)).toThrow(TypeError);
    }),
  );
});
